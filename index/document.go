package index

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tracker/db"
	"tracker/internal/fact"
)

// card is what a hit shows of its document, so that an answer reads the index
// alone. Texts are searched for the fragments in the order given.
type card struct {
	Kind   string    `json:"k"`
	ID     string    `json:"i"`
	Title  string    `json:"t,omitempty"`
	Status string    `json:"s,omitempty"`
	Side   string    `json:"e,omitempty"`
	Author string    `json:"a,omitempty"`
	Date   string    `json:"d,omitempty"`
	PR     int       `json:"p,omitempty"`
	Report string    `json:"r,omitempty"`
	Line   int       `json:"l,omitempty"`
	Why    string    `json:"w,omitempty"` // the reason for the status
	Needs  []string  `json:"n,omitempty"` // hashes of the commits that it requires
	Texts  []cardRow `json:"x,omitempty"`
}

// cardRow is one text of a card; Label words what it is where the text alone would not.
type cardRow struct {
	Label string `json:"l,omitempty"`
	Text  string `json:"t"`
}

// entry is a document and the id under which it is indexed.
type entry struct {
	id     string
	fields map[string]any
	size   int // bytes of text, about
}

// A document's moment is given in Unix seconds.
func newEntry(id string, c card, unix int64, fields map[string]any) (entry, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return entry{}, fmt.Errorf("index %q: %w", id, err)
	}
	if fields[fieldKind] == nil {
		fields[fieldKind] = c.Kind
	}
	fields[fieldDate], fields[fieldSecond] = dateTerms(unix)
	fields[fieldCard] = string(text)
	if fields[fieldTitle] == nil {
		fields[fieldTitle] = c.Title
	}
	return entry{id: id, fields: fields, size: len(text)}, nil
}

// A commit's side is where it stands in the views.
const (
	upstream = "upstream"
	fork     = "fork"
	both     = "both" // some fork has it, some other lacks it
)

func commitID(side, hash string) string { return "commit/" + side + "/" + hash }
func decisionID(id int) string          { return "decision/" + strconv.Itoa(id) }
func reportPrefix(id string) string     { return "report/" + id + ":" }
func lessonPrefix(id string) string     { return "lesson/" + id + ":" }

// members maps every commit that is in a view to its side.
func members(views []fact.View) map[string]string {
	sides := map[string]string{}
	add := func(list []string, side string) {
		for _, hash := range list {
			if was, ok := sides[hash]; ok && was != side {
				sides[hash] = both
			} else {
				sides[hash] = side
			}
		}
	}
	for _, v := range views {
		add(v.Range, upstream)
		add(v.Own, fork)
	}
	return sides
}

// commitEntry reads all that is known of a commit. It reports false for a
// commit that is not stored.
func commitEntry(tx *db.Tx, views []fact.View, side, hash string) (entry, bool, error) {
	c, err := tx.Commit(hash)
	if err != nil || c == nil {
		return entry{}, false, err
	}
	patch, err := tx.Patch(hash)
	if err != nil {
		return entry{}, false, err
	}
	if patch == nil {
		patch = &fact.Patch{}
	}
	var status, kinds, reasons, said, names []string
	for _, v := range views {
		account, err := tx.Account(v.Fork.Ref, hash)
		if err != nil {
			return entry{}, false, err
		}
		if account != nil {
			status = appendNew(status, string(account.Status))
			if account.ReasonKind != "" {
				kinds = appendNew(kinds, string(account.ReasonKind))
			}
			if account.Reason != "" {
				reasons = appendNew(reasons, account.Reason)
			}
			for _, w := range account.WaitsFor {
				reasons = appendNew(reasons, "waits for "+w)
			}
			for _, r := range account.Reopenings {
				reasons = appendNew(reasons, "reopened: "+r.Text)
			}
			for _, s := range account.Sources {
				if s.Reason != "" && !slices.Contains(reasons, s.Reason) {
					said = appendNew(said, s.Reason)
				}
			}
			names = append(names, account.ForkCommits...)
		}
		links, err := tx.LinksFrom(v.Fork.Ref, hash)
		if err != nil {
			return entry{}, false, err
		}
		for _, l := range links {
			names = append(names, l.Upstream)
		}
	}
	paths := make([]string, 0, len(c.Files))
	for _, f := range c.Files {
		paths = append(paths, f.Path)
		if f.OldPath != "" {
			paths = append(paths, f.OldPath)
		}
	}
	for _, text := range slices.Concat([]string{c.Subject, c.Body}, reasons, said) {
		names = append(names, hashesIn(text)...)
		names = append(names, pullRequests(text)...)
	}
	idents := appendNew(slices.Clone(patch.Adds), append(slices.Clone(patch.Removes), patch.Defines...)...)
	fields := map[string]any{
		fieldStatus:  status,
		fieldComesTo: kinds,
		fieldHash:    hash,
		fieldNames:   names,
		fieldFile:    lower(paths),
		fieldDefines: lower(patch.Defines),
		fieldAdds:    lower(patch.Adds),
		fieldRemoves: lower(patch.Removes),
		fieldParts:   lines(idents),
		fieldAuthor:  lines(people(c)),
		fieldPaths:   lines(paths),
		fieldReason:  reasons,
		fieldSaid:    said,
		fieldText:    []string{c.Body, lines(patch.Mentions)},
	}
	if c.PR > 0 {
		fields[fieldPR] = strconv.Itoa(c.PR)
	}
	k := card{
		Kind: "commit", ID: hash, Title: c.Subject, Side: side, Author: c.Author.Name,
		Date: c.CommitDate.Format(time.RFC3339), PR: c.PR,
	}
	if len(status) > 0 {
		k.Status = status[0]
	}
	if len(reasons) > 0 {
		k.Why = reasons[0]
	}
	k.add("", reasons...)
	k.add("", said...)
	k.add("", c.Body)
	if err := addNeeds(tx, hash, &k, fields); err != nil {
		return entry{}, false, err
	}
	k.add("defines", strings.Join(patch.Defines, " "))
	k.add("adds", strings.Join(without(patch.Adds, patch.Defines), " "))
	k.add("removes", strings.Join(patch.Removes, " "))
	k.add("mentions", strings.Join(patch.Mentions, " "))
	k.add("changes", strings.Join(paths, " "))
	e, err := newEntry(commitID(side, hash), k, c.CommitDate.Unix(), fields)
	return e, err == nil, err
}

// dependency is the kind of a commit that requires others, beside its own.
const dependency = "dependency"

// addNeeds adds what a commit requires of upstream's others, and what it belongs to.
func addNeeds(tx *db.Tx, hash string, k *card, fields map[string]any) error {
	needs, err := tx.Needs(hash)
	if err != nil || needs == nil {
		return err
	}
	var texts []string
	for i := range needs.List {
		n := &needs.List[i]
		if n.Lock || !n.Hard && n.Kind != fact.NeedSymbol {
			continue
		}
		k.Needs = appendNew(k.Needs, n.To)
		var where []string
		for _, w := range n.Where {
			where = appendNew(where, cmp.Or(w.Text, w.Path))
		}
		texts = append(texts, fact.Short(n.To)+" "+string(n.Kind)+" "+strings.Join(where, " "))
	}
	if len(k.Needs) > 0 {
		fields[fieldKind], fields[fieldNeeds] = []string{k.Kind, dependency}, k.Needs
		k.add("needs", texts...)
	}
	if needs.Group == "" {
		return nil
	}
	fields[fieldGroup] = needs.Group
	root, err := tx.Commit(needs.Group)
	if err == nil && root != nil {
		fields[fieldFeature] = root.Subject
	}
	return err
}

func (c *card) add(label string, texts ...string) {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			c.Texts = append(c.Texts, cardRow{Label: label, Text: text})
		}
	}
}

func people(c *fact.Commit) []string {
	list := []string{c.Author.Name + " " + c.Author.Email}
	if c.Committer != c.Author {
		list = append(list, c.Committer.Name+" "+c.Committer.Email)
	}
	return list
}

// reportEntries makes the documents of a report: its passages and lessons.
func reportEntries(r *fact.StoredReport) ([]entry, error) {
	var list []entry
	date := ""
	if r.When != 0 {
		date = time.Unix(r.When, 0).UTC().Format(time.RFC3339)
	}
	name := r.Report.Title
	if name == "" {
		name = r.ID
	}
	for _, p := range passages(r.Text) {
		title, heading := name, name
		for _, h := range p.heading {
			if h != name {
				title += " › " + h
			}
			heading = h
		}
		place := fmt.Sprintf("%s:%d", r.ID, p.line)
		k := card{Kind: "report", ID: place, Title: title, Date: date, Report: r.ID, Line: p.line}
		k.add("", p.text)
		e, err := newEntry("report/"+place, k, r.When, map[string]any{
			fieldTitle: heading, fieldSaid: p.text, fieldNames: append(hashesIn(p.text), pullRequests(p.text)...),
			fieldFile: strings.ToLower(r.ID), fieldPaths: r.ID,
		})
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	for i, n := range r.Report.Lessons {
		place := fmt.Sprintf("%s:%d", r.ID, n.Line)
		k := card{Kind: "lesson", ID: place, Title: n.Text, Date: date, Report: r.ID, Line: n.Line}
		e, err := newEntry(fmt.Sprintf("%s%d/%d", lessonPrefix(r.ID), n.Line, i), k, r.When, map[string]any{
			fieldText: n.Heading, fieldNames: append(hashesIn(n.Text), pullRequests(n.Text)...),
			fieldFile: lower(n.Paths), fieldPaths: lines(n.Paths),
		})
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func decisionEntry(d *fact.Decision) (entry, error) {
	what := d.Commit
	switch {
	case d.Path != "":
		what = d.Path
	case d.Subject != "":
		what = d.Subject
	case fact.IsHash(d.Commit):
		what = fact.Short(d.Commit)
	}
	title := string(d.Status) + " " + what
	if d.Not != "" {
		title = what + " is not " + fact.Short(d.Not)
	}
	if d.Accept != "" {
		title = "accepted " + string(d.Accept) + " of " + what
	}
	status := string(d.Status)
	if d.Undone != 0 {
		title, status = "undone: "+title, ""
	}
	k := card{
		Kind: "decision", ID: "mark:" + strconv.Itoa(d.ID), Title: title, Status: status, Author: d.By,
		Date: time.Unix(d.At, 0).UTC().Format(time.RFC3339),
	}
	reasons := []string{d.Reason}
	for _, w := range d.WaitsFor {
		reasons = append(reasons, "waits for "+w)
	}
	k.add("", reasons...)
	return newEntry(decisionID(d.ID), k, d.At, map[string]any{
		fieldStatus: status, fieldComesTo: string(d.ReasonKind), fieldAuthor: d.By, fieldReason: reasons,
		fieldNames: append(hashesIn(d.Commit, d.As, d.Not), hashesIn(d.Reason)...),
	})
}

// pullRequests returns the pull requests that text names, as "#123".
func pullRequests(text string) []string {
	var list []string
	for {
		at := strings.IndexByte(text, '#')
		if at < 0 {
			return list
		}
		text = text[at+1:]
		digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
		if digits != "" && len(digits) < 10 && digits[0] != '0' {
			list = appendNew(list, "#"+digits)
		}
	}
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}

// appendNew appends what is not in list already.
func appendNew(list []string, more ...string) []string {
	if len(list)+len(more) < 16 {
		for _, s := range more {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	seen := make(map[string]bool, len(list))
	for _, s := range list {
		seen[s] = true
	}
	for _, s := range more {
		if !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}

func without(list, drop []string) []string {
	var out []string
	for _, s := range list {
		if _, found := slices.BinarySearch(drop, s); !found {
			out = append(out, s)
		}
	}
	return out
}
