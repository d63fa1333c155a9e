// Package report reads Markdown integration reports: what people and tools
// wrote about the upstream commits that they took, skipped or put off.
//
// Parse turns the bytes of a report into a fact.Report. It is pure and never
// fails: any bytes give a report, if need be an empty one. It does what a
// careful reader does. A commit's word comes from the nearest place that has
// one: its own status cell or field, the words and marks of its own line, its
// reason, the head of its column, the introduction of its list, the headings
// above. A later statement beats an earlier one, and a plan never beats a
// decision. Comments and logs in code blocks say nothing. Hashes that are
// positions (a base, a head, the ends of a range), copies in the fork, or
// mentioned on the way are not the report's subject.
//
// The words of the languages that reports are written in stand in words.tsv.
//
// Nothing is checked against a repository: a report is testimony.
//
// What tracker drafted itself (package internal/draft) is read by its own form, and
// what people wrote into its free sections and around it like any report.
//
// Headings, lists, terms and tables of AsciiDoc are read, too, as are rows of
// raw HTML. A file that is no text gives an empty report with a finding.
//
// The time is linear in the size of the input. To keep it so, only the first
// 4 MiB are read, lines are cut after 16 KiB, which findings say, and what is
// nested deeper than 24 levels is read as if it were not.
package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tracker/internal/fact"
)

// Parse reads a Markdown report. Lines count from 1; hashes are lower case
// and as long as the report gives them. It never returns nil, and the lists
// of commits, claims, lessons and the checklist, and those of each commit, are
// never nil. What is not a text gives an empty report with a finding that
// says so.
func Parse(src []byte) *fact.Report {
	if notText(src) {
		return &fact.Report{
			Commits: []fact.ReportCommit{}, Claims: []fact.Claim{}, Lessons: []fact.Note{}, Checklist: []fact.ChecklistItem{},
			Findings: []fact.ReportFinding{unreadable(NoText, 1)},
		}
	}
	s := newSource(src)
	o := newOutline(s)
	d := &doc{
		byHash: map[string][]*entry{}, byPR: map[int]*entry{}, byTitle: map[string]*entry{}, forks: map[string][]string{},
		legend: map[string]ruling{}, repo: map[string]string{},
	}
	d.out.Claims, d.out.Lessons, d.out.Checklist = []fact.Claim{}, []fact.Note{}, []fact.ChecklistItem{}
	blocks, claims := d.readDrafted(src, o.blocks)
	d.readLegend(blocks)
	d.readRepositories(blocks)
	d.readOrder(blocks)
	d.readStrikes(blocks)
	d.read(blocks)
	d.readLogs(blocks)
	d.settle()
	d.out.Title = titleOf(o.blocks)
	d.out.Date = dateOf(s, o.blocks)
	claims = append(claims, d.readClaims(blocks)...)
	for _, c := range claims {
		d.out.Claims = append(d.out.Claims, c.Claim)
	}
	d.readNotes(blocks)
	d.readMethods(blocks)
	d.findings(blocks, claims)
	d.out.Findings = append(s.cut, d.out.Findings...)
	return &d.out
}

// titleOf is the first heading, of the highest level that comes first.
func titleOf(blocks []*block) string {
	for _, b := range blocks {
		if b.kind == blockHeading {
			return plain(b.text.s)
		}
	}
	return ""
}

// readLegend learns the words and boxes that a report defines for itself.
func (d *doc) readLegend(blocks []*block) {
	known := map[*block]bool{}
	announces := func(at *block) bool {
		if at == nil {
			return false
		}
		yes, asked := known[at]
		if !asked {
			for _, h := range lexicon().section.scan(at.text.s[:min(len(at.text.s), 60)]) {
				yes = yes || h.meaning == "legend"
			}
			known[at] = yes
		}
		return yes
	}
	for _, b := range blocks {
		if b.kind != blockItem && b.kind != blockParagraph || len(b.text.s) > 1000 ||
			!announces(b.intro) && !announces(b.section.head) && !announces(b) || len(findHashes(&b.text)) > 0 {
			continue
		}
		d.readMarkLegend(&b.text)
		for i, sp := range b.text.spans {
			if sp.kind != spanCode {
				continue
			}
			end := len(b.text.s)
			if i+1 < len(b.text.spans) && b.text.spans[i+1].kind == spanCode && b.kind == blockParagraph {
				end = b.text.spans[i+1].from
			}
			if b.kind == blockItem && sp.from != 0 {
				break
			}
			key := b.text.slice(sp.from, sp.to)
			meaning := b.text.slice(sp.to, end)
			d.define(&key, &meaning)
		}
	}
}

const maxMark = 12 // bytes of a letter or a mark that a legend explains

// readMarkLegend learns "✅ taken · 🚫 refused" and "Y = taken, N = refused".
func (d *doc) readMarkLegend(t *text) {
	_, at, _ := splitLabel(t.s)
	for part := range strings.FieldsFuncSeq(t.s[at:], func(r rune) bool { return strings.ContainsRune("·|,;/、，；", r) }) {
		mark, meaning, ok := strings.Cut(strings.TrimSpace(part), " ")
		if key, value, named := strings.Cut(part, "="); named {
			mark, meaning, ok = strings.TrimSpace(key), value, len(strings.TrimSpace(key)) <= maxMark
		} else if r, _ := utf8.DecodeRuneInString(mark); r < 0x2000 || unicode.IsLetter(r) {
			continue
		}
		if !ok || legendKey(mark) == "" {
			continue
		}
		var r ruling
		for _, h := range verdicts(strings.TrimLeft(meaning, "=:–—- ")) {
			r = prefer(r, h.ruling(), nil, h)
		}
		if r.found() {
			d.legend[legendKey(mark)] = r
		}
	}
}

// define adds a word to the legend: its own meaning if the table has it, else
// that of its explanation.
func (d *doc) define(key, meaning *text) {
	if r := d.readStatus(key); r.found() {
		if _, box := boxRuling(key.s); !box {
			return
		}
	}
	var r ruling
	for _, h := range verdicts(meaning.s) {
		if h.strength != strengthCell || leads(meaning.s, span{from: 0, to: len(meaning.s)}, h) {
			r = prefer(r, h.ruling(), nil, h)
		}
	}
	if r.found() {
		d.legend[legendKey(key.s)] = r
	}
}

// readOrder learns from the text before the first chapter in which order the
// report writes its pairs.
func (d *doc) readOrder(blocks []*block) {
	for _, b := range blocks {
		if head := b.section.head; (head == nil || head.level < 2) && b.text.s != "" && forkFirst(b.text.s) {
			d.reverse = true
		}
	}
}

// readStrikes learns what striking out means in a report: where a task that
// is open is struck out, it is not wanted, and neither is one that is ticked.
func (d *doc) readStrikes(blocks []*block) {
	for _, b := range blocks {
		if b.box == " " && len(b.text.spans) > 0 && b.text.spans[0].kind == spanStrike && b.text.spans[0].from == 0 {
			d.drops = true
			return
		}
	}
}

// readRepositories learns which web addresses are upstream's and the fork's.
func (d *doc) readRepositories(blocks []*block) {
	note := func(label, value string, t *text) {
		at := strings.Index(value, "://")
		if at < 0 {
			for _, sp := range t.spans {
				if sp.kind == spanLink {
					value = sp.url
				}
			}
			if at = strings.Index(value, "://"); at < 0 {
				return
			}
		}
		url := urlAround(value, at+3)
		for _, h := range lexicon().field.scan(label) {
			if repo := repoOf(url); repo != "" && (h.meaning == "upstream" || h.meaning == "fork" || h.meaning == "position") {
				side := h.meaning
				if side == "position" {
					if !strings.Contains(strings.ToLower(label), "upstream") {
						continue
					}
					side = "upstream"
				}
				if d.repo[repo] == "" {
					d.repo[repo] = side
				}
			}
		}
	}
	for _, b := range blocks {
		if b.kind == blockItem || b.kind == blockParagraph {
			if label, at, ok := splitLabel(b.text.s); ok && len(b.text.s) < 400 {
				note(label, b.text.s[at:], &b.text)
			}
		}
	}
}
