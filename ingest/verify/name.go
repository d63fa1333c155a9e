package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tracker/internal/fact"
)

// names passes on the names that the ingest found to be wrong: hashes of neither
// side, and of the wrong one.
func (r *reading) names() {
	for _, n := range r.Report.Names {
		if len(n.Lines) == 0 {
			continue
		}
		f := fact.Finding{Kind: fact.FindReportName, Severity: fact.Medium, Line: n.Lines[0], Message: n.Message}
		if n.Kind == "wrong-name" {
			f.Severity = fact.Low
		}
		known := false
		for i := range r.Spoken {
			if e := &r.Report.Report.Commits[r.Spoken[i].Entry]; e.Line == f.Line {
				known = known || strings.Contains(r.Report.Text, r.Spoken[i].Upstream.Hash[:shortest])
				f.Upstream = r.Spoken[i].Upstream.Hash
				for _, p := range slices.Concat(r.Spoken[i].Then, r.Spoken[i].Since) {
					if e.Hash != nil && begins(p.Commit.Hash, *e.Hash) {
						f.Fork = p.Commit.Hash
						f.Evidence = []fact.FindingEvidence{{Commit: p.Commit.Hash, Text: p.Commit.Subject}}
					}
				}
			}
		}
		if n.Kind == "wrong-name" && known {
			continue // the report gives both names: it lists the fork's commits beside upstream's
		}
		r.found(f)
	}
}

// shortest is how many digits of a hash a report gives at least.
const shortest = 7

// title compares the title that an entry gives with the commit's. What is cut, and
// what is a description in other words, is no finding.
func (r *reading) title(s *Spoken, e *fact.ReportCommit) error {
	if e.Subject == "" || e.Hash == nil {
		return nil
	}
	titles := []string{s.Upstream.Subject}
	for _, p := range slices.Concat(s.Then, s.Since) {
		titles = append(titles, p.Commit.Subject) // the fork may call it otherwise
	}
	want := words(e.Subject)
	for _, t := range titles {
		have := words(t)
		if slices.Equal(want, have) || within(want, have) || within(have, want) {
			return nil
		}
	}
	f := about(fact.FindReportName, fact.Low, s, r.lineOf(e, e.Subject))
	f.Evidence = []fact.FindingEvidence{{Commit: s.Upstream.Hash, Text: s.Upstream.Subject}}
	if other := r.titled(want); other != "" && other != s.Upstream.Hash {
		f.Severity = fact.Medium
		f.Message = fmt.Sprintf("gives %s the title of %s; its own is %q", fact.Short(s.Upstream.Hash), fact.Short(other), s.Upstream.Subject)
	} else if alike(want, words(s.Upstream.Subject)) {
		f.Message = fmt.Sprintf("changes the title of %s, %q, to %q", fact.Short(s.Upstream.Hash), s.Upstream.Subject, e.Subject)
	} else {
		return nil
	}
	r.found(f)
	return nil
}

// titled returns the one upstream commit that bears a title.
func (r *reading) titled(title []string) string {
	if r.titles == nil {
		r.titles = map[string]string{}
		for hash, subject := range r.Titles {
			key := strings.Join(words(subject), " ")
			if _, twice := r.titles[key]; twice {
				hash = ""
			}
			r.titles[key] = hash
		}
	}
	return r.titles[strings.Join(title, " ")]
}

// pull is the number of a pull request at the end of a title.
var pull = regexp.MustCompile(`\s*\(#\d+\)\s*$`)

// words are the lower-case words of a title, numbers of pull requests left out.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(pull.ReplaceAllString(s, "")), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// within reports whether the words of one title stand in a row in another.
func within(part, whole []string) bool {
	for i := 0; i+len(part) <= len(whole); i++ {
		if slices.Equal(part, whole[i:i+len(part)]) {
			return true
		}
	}
	return len(part) == 0
}

// alike reports whether two titles are the same but for a word or few: at least
// four words, and three of four, are in both in the same order.
func alike(a, b []string) bool {
	row := make([]int, len(b)+1) // the longest common subsequence, of a's words so far
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			longest := max(row[j], row[j+1])
			if x == y {
				longest = diagonal + 1
			}
			diagonal, row[j+1] = row[j+1], longest
		}
	}
	shared := row[len(b)]
	return shared >= 4 && 4*shared >= 3*max(len(a), len(b))
}

// copy tells of a commit that an entry names as the fork's, and that the fork does
// not have.
func (r *reading) copy(s *Spoken, e *fact.ReportCommit) error {
	if e.ForkCommit == "" || s.Source.Disagrees != "" || slices.ContainsFunc(s.picks(e), func(p Pick) bool { return begins(p.Commit.Hash, e.ForkCommit) }) {
		return nil
	}
	hash, own, err := r.History.Find(r.ctx, e.ForkCommit)
	if err != nil || own || len(s.Then) == 0 {
		return err
	}
	f := about(fact.FindReportName, fact.Low, s, r.lineOf(e, e.ForkCommit))
	p := s.Then[len(s.Then)-1].Commit
	f.Fork, f.Evidence = p.Hash, []fact.FindingEvidence{{Commit: p.Hash, Text: p.Subject}}
	where := "is no commit of this repository"
	if hash != "" {
		where = "is not in the fork's history"
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: hash})
	}
	f.Message = fmt.Sprintf("names %s as the pick of %s; that %s, the pick is %s", e.ForkCommit, fact.Short(s.Upstream.Hash), where, fact.Short(p.Hash))
	r.found(f)
	return nil
}

var (
	// fileWord and notThere stand around what a sentence says of a file that is
	// not there, in the languages of most reports.
	fileWord = `(?:files?|path|datei|dateien|fichiers?|archivos?|ficheiros?|arquivos?|файл\w*|文件|ファイル)`
	notThere = `(?:(?:does|do|did|doesn['’]t|don['’]t|didn['’]t)(?: not)?(?: yet)? exist|not present|not found|is missing|are missing|no such file|existiert nicht|existieren nicht|fehlt|n['’]existe|no existe|não existe|не существует|不存在|存在しない)`
	fileGone = regexp.MustCompile(`(?i)^(?:[^.;]{0,80}[^\p{L}])?` + fileWord + `.{0,160}?` + notThere)
	aPath    = regexp.MustCompile(`(?:[\p{L}\p{N}_.@+-]+/)+[\p{L}\p{N}_@+-]*\.[\p{L}\p{N}_+-]+`)
	place    = regexp.MustCompile(`(?i)\b(?:in|from|of|to)\s+` + "`?$")
)

// absence tells of a file that an entry says does not exist, and that the fork had.
func (r *reading) absence(s *Spoken, e *fact.ReportCommit) error {
	if e.Status == fact.WordIntegrated || !fileGone.MatchString(e.Reason) {
		return nil
	}
	for _, at := range aPath.FindAllStringIndex(e.Reason, -1) {
		if place.MatchString(e.Reason[:at[0]]) {
			continue // "the function does not exist in src/a.rs"
		}
		path := e.Reason[at[0]:at[1]]
		found, told, err := r.History.Has(r.ctx, path)
		if err != nil {
			return err
		}
		if !told || found == "" {
			continue
		}
		f := about(fact.FindReportName, fact.Medium, s, r.lineOf(e, path))
		f.Path = found
		f.Message = fmt.Sprintf("says that %s does not exist; the fork had it, at %s", path, fact.Short(r.Fork))
		f.Evidence = []fact.FindingEvidence{{Commit: r.Fork, Path: found}}
		r.found(f)
	}
	return nil
}

var (
	// inIgnore says that a file is ignored, notIgnored that it is not.
	inIgnore   = regexp.MustCompile(`(?i)\b(?:is|are|it's|was|were) (?:in|listed in|matched by|covered by) (?:the |our )?\.gitignore\b|\b(?:is|are|was|were) gitignored\b`)
	notIgnored = regexp.MustCompile(`(?i)\b(?:not|never|no longer)\b`)
)

// ignored tells of a conflicted file that an entry says is ignored, and that no rule
// of the fork's is about.
func (r *reading) ignored(s *Spoken, e *fact.ReportCommit) error {
	said := inIgnore.FindString(e.Resolution)
	if said == "" || notIgnored.MatchString(e.Resolution) || len(e.Conflicts) != 1 {
		return nil
	}
	path, told, err := r.History.Has(r.ctx, e.Conflicts[0].Path)
	if err != nil || !told || path == "" {
		return err
	}
	ignored, told, err := r.History.Ignored(r.ctx, path)
	if err != nil || !told || ignored {
		return err
	}
	f := about(fact.FindReportName, fact.Low, s, r.lineOf(e, ".gitignore", "ignored"))
	f.Path, f.Evidence = path, []fact.FindingEvidence{{Commit: r.Fork, Path: path}}
	f.Message = fmt.Sprintf("says that %s %s; no rule of the fork's is about it, at %s", path, said, fact.Short(r.Fork))
	r.found(f)
	return nil
}
