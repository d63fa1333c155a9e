package md

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// linker knows where commits, pull requests and reports can be read. What it
// does not know it shows as text.
type linker struct {
	upstream, fork render.Forge
	self           string // the document's own path
	// commits holds the full hashes that can be linked, sorted, with the forge
	// that has each.
	commits []known
	prs     map[int]bool      // pull requests of the range
	inFork  map[string]bool   // reports that are tracked in the fork, by ID
	names   map[string]string // the shortest name of each report, by ID
}

type known struct {
	hash string
	at   render.Forge
}

func newLinker(in *advise.Integration) *linker {
	l := &linker{
		upstream: render.NewForge(in.UpstreamURL),
		fork:     render.NewForge(in.ForkURL),
		self:     in.Self,
		prs:      map[int]bool{},
		inFork:   map[string]bool{},
	}
	s := &in.Standing
	add := func(at render.Forge, hash string) {
		if at != "" && len(hash) >= 40 && fact.IsHash(hash) {
			l.commits = append(l.commits, known{hash, at})
		}
	}
	add(l.upstream, s.Upstream.Commit)
	add(l.upstream, s.Base)
	add(l.fork, s.Fork.Commit)
	for i := range s.Commits {
		a := &s.Commits[i]
		add(l.upstream, a.Commit)
		for _, h := range a.ForkCommits {
			add(l.fork, h)
		}
		if a.PR > 0 {
			l.prs[a.PR] = true
		}
		for _, p := range in.Picks[a.Commit] {
			add(l.fork, p.Other)
		}
	}
	for _, s := range s.Forks {
		add(l.fork, s.Fork.Commit)
	}
	for i := range in.Findings {
		add(l.fork, in.Findings[i].Fork)
	}
	slices.SortStableFunc(l.commits, func(a, b known) int { return strings.Compare(a.hash, b.hash) })
	l.commits = slices.CompactFunc(l.commits, func(a, b known) bool { return a.hash == b.hash })
	for _, r := range in.Rounds {
		l.inFork[r.ID] = r.InFork
	}
	l.names = shortNames(in.Rounds)
	return l
}

// shortNames gives each report its file's name, with as many folders before it
// as tell it from the other reports. A path outside the fork means nothing to
// other readers, so no more of it is shown than that.
func shortNames(rounds []advise.Round) map[string]string {
	names := map[string]string{}
	for depth, open := 1, true; open; depth++ {
		count := map[string]int{}
		for _, r := range rounds {
			count[tail(r.ID, depth)]++
		}
		open = false
		for _, r := range rounds {
			if _, named := names[r.ID]; named {
				continue
			}
			if name := tail(r.ID, depth); count[name] == 1 || name == tail(r.ID, depth+1) {
				names[r.ID] = name
			} else {
				open = true
			}
		}
	}
	return names
}

// tail returns the last n elements of a path.
func tail(p string, n int) string {
	parts := strings.Split(strings.ReplaceAll(p, `\`, "/"), "/")
	return strings.Join(parts[max(0, len(parts)-n):], "/")
}

// hash links a commit that is known by its full hash, and shows any other as
// code.
func (l *linker) hash(hash string) string {
	if linked := l.short(hash); linked != "" {
		return linked
	}
	return esc.Code(fact.Short(hash))
}

// short links an abbreviated hash of at least seven digits when exactly one
// known commit begins with it; otherwise it returns "".
func (l *linker) short(word string) string {
	if len(word) < 7 || !fact.IsHash(word) {
		return ""
	}
	word = strings.ToLower(word)
	i, _ := slices.BinarySearchFunc(l.commits, word, func(k known, w string) int { return strings.Compare(k.hash, w) })
	if i == len(l.commits) || !strings.HasPrefix(l.commits[i].hash, word) ||
		i+1 < len(l.commits) && strings.HasPrefix(l.commits[i+1].hash, word) {
		return ""
	}
	k := l.commits[i]
	return "[" + fact.Short(k.hash) + "](" + k.at.Commit(k.hash) + ")"
}

// word links what a sentence says of commits and pull requests of the range.
// Other numbers stay as they are: a report's "#1" is rarely a pull request.
func (l *linker) word(w string) string {
	if number, ok := strings.CutPrefix(w, "#"); ok && l.upstream != "" {
		if n, err := strconv.Atoi(number); err == nil && l.prs[n] {
			return l.request(n)
		}
	}
	return l.short(w)
}

func (l *linker) request(n int) string {
	text := "#" + strconv.Itoa(n)
	if l.upstream == "" {
		return text
	}
	return "[" + text + "](" + l.upstream.Request(n) + ")"
}

func (l *linker) prose(s string) string { return esc.Prose(s, l.word) }

// title is a commit's subject with its pull request linked.
func (l *linker) title(subject string, pr int) string {
	out := l.prose(subject)
	if pr > 0 && !strings.Contains(subject, "#"+strconv.Itoa(pr)) {
		out += " (" + l.request(pr) + ")"
	}
	return out
}

// report names a report, with the line when there is one, and links it when it
// is tracked in the fork.
func (l *linker) report(id string, line int) string {
	if id == "" {
		return ""
	}
	if id == l.self && id != "" {
		return "this file" // where its lines stand depends on what is written here
	}
	name := cmp.Or(l.names[id], tail(id, 1))
	if line > 0 {
		name += ":" + strconv.Itoa(line)
	}
	if !l.inFork[id] {
		return esc.Code(name)
	}
	target := relative(id)
	if line > 0 {
		// Without plain=1 GitHub renders the file, and lines have no anchors.
		target += "?plain=1#L" + strconv.Itoa(line)
	}
	return "[" + esc.Text(name) + "](" + target + ")"
}

// source shows the "report:line" of a question.
func (l *linker) source(s string) string {
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		if n, err := strconv.Atoi(s[i+1:]); err == nil {
			return l.report(s[:i], n)
		}
	}
	if l.inFork[s] {
		return l.report(s, 0)
	}
	return esc.Text(s)
}

// relative makes a link of a path in the fork, which no browser takes for an
// address of another site or for a script.
func relative(p string) string {
	parts := strings.Split(p, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	p = strings.Join(parts, "/")
	if strings.HasPrefix(p, "/") || strings.Contains(parts[0], ":") {
		p = "./" + strings.TrimLeft(p, "/")
	}
	return p
}
