package html

import (
	"bytes"
	"embed"
	"fmt"
	stdhtml "html"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

//go:embed templates
var templates embed.FS

// set are the templates with functions that know from where the links of a page lead.
type set struct{ *template.Template }

// parsed are the templates without functions of a site.
var parsed = template.Must(template.New("").Funcs((&page{}).funcs()).ParseFS(templates, "templates/*.tmpl"))

func newSet(s *Site, root string) *set {
	p := &page{site: s, root: root}
	return &set{template.Must(parsed.Clone()).Funcs(p.funcs())}
}

// page is one page in the making.
type page struct {
	site *Site
	name string
	root string // leads to the top of the site
	out  bytes.Buffer
}

func (s *Site) page(name string) *page {
	return &page{site: s, name: name, root: strings.Repeat("../", strings.Count(name, "/"))}
}

// frame is what every page has around its own part.
type frame struct {
	Title, Description string
	Class              string // of the page's part
	Root               string
	Name               string // of the fork
	Live               bool
	Query              string // of the search that the page answers
	Nav                []navItem
	As                 advise.AsOf
	Body               any
}

type navItem struct {
	Address, Text string
	Count         int
	Here          bool
}

// write executes a template within the frame.
func (p *page) write(name string, f frame) error {
	s := p.site
	f.Root, f.Live, f.Name, f.As = p.root, s.live, s.title(), advise.AsOf{Fork: s.h.Standing.Fork, Upstream: s.h.Standing.Upstream}
	f.Class = name
	f.Nav = p.nav()
	which := 0
	if p.root != "" {
		which = 1
	}
	set := s.sets[which]
	var body bytes.Buffer
	if err := set.ExecuteTemplate(&body, name, f.Body); err != nil {
		return err
	}
	f.Body = template.HTML(body.String())
	return set.ExecuteTemplate(&p.out, "frame", f)
}

func (p *page) nav() []navItem {
	s := p.site
	picks, conflicts := 0, 0
	for _, story := range s.h.Stories {
		if story.Side == "fork" {
			picks++
		}
	}
	if s.h.Met != nil {
		conflicts = len(s.h.Met.Conflicts)
	}
	list := []navItem{
		{Address: "index.html", Text: "Overview"}, {Address: "commits.html", Text: "Commits", Count: s.h.Standing.Total},
		{Address: "picks.html", Text: "Picks", Count: picks}, {Address: "conflicts.html", Text: "Conflicts", Count: conflicts},
		{Address: "reports.html", Text: "Reports", Count: len(s.h.Reports)}, {Address: "groups.html", Text: "Groups", Count: len(s.h.Groups)},
	}
	if n := len(s.h.Findings); n > 0 {
		list = append(list, navItem{Address: "findings.html", Text: "Findings", Count: n})
	}
	for i := range list {
		list[i].Here = list[i].Address == p.name
	}
	return list
}

// funcs are what templates call to show what has a page of its own.
func (p *page) funcs() template.FuncMap {
	return template.FuncMap{
		"hash": p.hash, "tip": p.tip, "commitlink": p.commitLink, "subject": p.subject, "prose": p.prose, "cite": p.cite, "report": p.reportLink,
		"badge": badge, "verdict": verdict, "to": p.to, "forge": p.forge, "request": p.request, "group": p.groupLink, "patternlink": p.patternLink, "haspattern": p.hasPattern,
		"count": render.Count, "number": render.Number, "day": render.Day, "unixday": render.UnixDay, "ref": render.RefName, "short": fact.Short,
		"meaning": render.Meaning, "meets": render.Meets, "list": func(items ...any) []any { return items },
		"join": strings.Join, "conflictid": conflictID, "waiting": render.Waiting, "kindofreason": render.KindOfReason, "percent": percent,
		"text": bounded, "pageof": p.pageOf, "pageofhash": p.pageOfHash, "titleof": p.titleOf, "statusof": p.statusOf,
		"reuse": reuse, "lost": lost,
	}
}

// maxText is how many bytes of one text a page shows.
const maxText = 64 << 10

// bounded cuts a text that is longer than anybody reads.
func bounded(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + fmt.Sprintf("… (%d bytes more)", len(s)-maxText)
}

// maxLine is the same for a line, such as a title.
const maxLine = 400

func oneLine(s string) string {
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "") + "…"
	}
	return esc.Line(s)
}

func percent(f float64) string { return strconv.Itoa(int(f*100+0.5)) + " %" }

// to leads from the page to an address of the site.
func (p *page) to(address string) string { return p.root + address }

// link writes a link; the text is escaped, and so is the address.
func link(address, class, text, title string) template.HTML {
	var b strings.Builder
	b.WriteString("<a")
	if class != "" {
		fmt.Fprintf(&b, ` class="%s"`, class)
	}
	fmt.Fprintf(&b, ` href="%s"`, stdhtml.EscapeString(address))
	if title != "" {
		fmt.Fprintf(&b, ` title="%s"`, stdhtml.EscapeString(title))
	}
	fmt.Fprintf(&b, ">%s</a>", stdhtml.EscapeString(text))
	return template.HTML(b.String())
}

// hash shows a commit by its first digits, linked where it has a page.
func (p *page) hash(hash string) template.HTML {
	if s := p.site.stories[hash]; s != nil {
		return link(p.to(p.site.names.commits[hash]), "hash", fact.Short(hash), oneLine(s.Commit.Subject))
	}
	return template.HTML(`<code class="hash">` + stdhtml.EscapeString(oneLine(fact.Short(hash))) + `</code>`)
}

// tip shows a commit that may have no page, as the ends of branches have none: it is
// linked to where it is on the web.
func (p *page) tip(side, hash string) template.HTML {
	if at := p.forge(side, hash); p.site.stories[hash] == nil && at != "" && fact.IsHash(hash) {
		return template.HTML(`<a class="hash" href="` + stdhtml.EscapeString(at) + `" rel="noreferrer noopener">` + stdhtml.EscapeString(fact.Short(hash)) + "</a>")
	}
	return p.hash(hash)
}

// commitLink shows a commit by its title.
func (p *page) commitLink(hash, subject string, pr int) template.HTML {
	text := p.subject(subject, pr)
	if address, ok := p.site.names.commits[hash]; ok {
		return link(p.to(address), "", text, "")
	}
	return template.HTML(stdhtml.EscapeString(text))
}

// subject is a commit's title, with its pull request if it does not name that.
func (p *page) subject(subject string, pr int) string {
	text := oneLine(subject)
	if number := "#" + strconv.Itoa(pr); pr > 0 && !strings.Contains(subject, number) {
		text += " (" + number + ")"
	}
	if text == "" {
		return "(no title)"
	}
	return text
}

// cite shows a line of a report, linked to where it is read.
func (p *page) cite(report string, n int) template.HTML {
	called := p.site.names.called[report]
	if called == "" {
		called = last(report)
	}
	text := oneLine(called)
	if n > 0 {
		text += ":" + strconv.Itoa(n)
	}
	address, ok := p.site.names.reports[report]
	if !ok {
		return template.HTML(`<span class="cite">` + stdhtml.EscapeString(text) + `</span>`)
	}
	return link(p.to(address)+p.site.at(report, n), "cite", text, "")
}

func (p *page) reportLink(id, title string) template.HTML {
	if title == "" {
		title = p.site.names.called[id]
	}
	return link(p.to(p.site.names.reports[id]), "", oneLine(title), "")
}

func (p *page) groupLink(root, name string) template.HTML {
	if address, ok := p.site.names.groups[root]; ok {
		return link(p.to(address), "", oneLine(name), "")
	}
	return p.commitLink(root, name, 0)
}

func (p *page) patternLink(of, pattern string) template.HTML {
	if address, ok := p.site.names.patterns[[2]string{of, pattern}]; ok {
		return link(p.to(address), "path", oneLine(pattern), "")
	}
	return template.HTML(`<span class="path">` + stdhtml.EscapeString(oneLine(pattern)) + `</span>`)
}

func (p *page) hasPattern(of, pattern string) bool {
	return p.site.names.patterns[[2]string{of, pattern}] != ""
}

// forge and request are addresses on the web, empty where there is none.
func (p *page) forge(side, hash string) string {
	at := p.site.upstream
	if side == "fork" {
		at = p.site.fork
	}
	if at == "" {
		return ""
	}
	return at.Commit(hash)
}

func (p *page) request(n int) string {
	if p.site.upstream == "" || n == 0 {
		return ""
	}
	return p.site.upstream.Request(n)
}

func badge(s fact.Status) template.HTML {
	word := string(s)
	if !slices.Contains(fact.Statuses, s) {
		return template.HTML(`<span class="badge">` + stdhtml.EscapeString(oneLine(word)) + `</span>`)
	}
	return template.HTML(`<span class="badge ` + word + `">` + word + `</span>`)
}

// verdict is the badge of what a report says of a commit, or of what will come of a
// pick.
func verdict(word any) template.HTML {
	text := oneLine(fmt.Sprint(word))
	class := ""
	switch fact.Word(text) {
	case fact.WordIntegrated, fact.WordSkipped, fact.WordDeferred, fact.WordPending:
		return badge(fact.Status(text))
	case "clean":
		class = " integrated"
	case "conflict":
		class = " reverted"
	case "empty", "unreadable":
		class = " empty"
	}
	return template.HTML(`<span class="badge` + class + `">` + stdhtml.EscapeString(text) + `</span>`)
}

// naming matches what in a sentence may have a page, or was meant as code.
var naming = regexp.MustCompile("`[^`\n]{1,200}`|#[1-9][0-9]{0,8}\\b|\\b[0-9a-f]{7,40}\\b")

// prose shows a sentence: words that name a commit or a pull request of the range lead
// to its page, and what stands in backticks is code.
func (p *page) prose(s string) template.HTML {
	s = esc.Line(bounded(s))
	var b strings.Builder
	at := 0
	for _, m := range naming.FindAllStringIndex(s, -1) {
		b.WriteString(stdhtml.EscapeString(s[at:m[0]]))
		b.WriteString(string(p.named(s[m[0]:m[1]])))
		at = m[1]
	}
	b.WriteString(stdhtml.EscapeString(s[at:]))
	return template.HTML(b.String())
}

// named shows one word of prose.
func (p *page) named(word string) template.HTML {
	inner, code := strings.CutPrefix(word, "`")
	inner = strings.TrimSuffix(inner, "`")
	out := template.HTML(stdhtml.EscapeString(inner))
	if hash, ok := p.resolve(inner); ok {
		out = link(p.to(p.site.names.commits[hash]), "", inner, oneLine(p.site.stories[hash].Commit.Subject))
	}
	if code {
		return "<code>" + out + "</code>"
	}
	return out
}

// resolve finds the commit with a page that a word names.
func (p *page) resolve(word string) (hash string, ok bool) {
	if number, isPR := strings.CutPrefix(word, "#"); isPR {
		n, err := strconv.Atoi(number)
		hash = p.site.names.prs[n]
		return hash, err == nil && hash != ""
	}
	return p.site.names.commit(word)
}

// conflictID marks a conflict in the page of its commit.
func conflictID(path string) string {
	h := uint64(14695981039346656037)
	for i := range len(path) {
		h = (h ^ uint64(path[i])) * 1099511628211
	}
	return fmt.Sprintf("x%x", h)
}

func (p *page) pageOf(s *advise.CommitStory) string { return p.site.names.commits[s.Commit.Hash] }

func (p *page) pageOfHash(hash string) string { return p.site.names.commits[hash] }

// titleOf is the title of a commit that has a page.
func (p *page) titleOf(hash string) template.HTML {
	s := p.site.stories[hash]
	if s == nil {
		return ""
	}
	return p.commitLink(hash, s.Commit.Subject, s.Commit.PR)
}

// statusOf is the badge of a commit that has a status.
func (p *page) statusOf(hash string) template.HTML {
	s := p.site.stories[hash]
	if s == nil || s.Account == nil {
		return ""
	}
	return badge(s.Account.Status)
}
