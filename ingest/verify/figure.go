package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// size is what a commit changes, in lines, and in files.
type size struct{ insertions, deletions, files int }

func (a size) plus(b size) size {
	return size{a.insertions + b.insertions, a.deletions + b.deletions, a.files + b.files}
}

func (a size) net() int { return a.insertions - a.deletions }

func (a size) String() string {
	return count(a.insertions, "insertion") + " and " + count(a.deletions, "deletion")
}

// size adds up a commit's files, all of them and those that are not generated;
// told is false where a part could not be read.
func (r *reading) size(files []fact.FileChange) (all, written size, told bool) {
	told = true
	for _, f := range files {
		s := size{f.Insertions, f.Deletions, 1}
		all = all.plus(s)
		if !f.Generated && !r.Generated(f.Path) {
			written = written.plus(s)
		}
		told = told && !f.Unreadable
	}
	return all, written, told
}

// states reports whether the insertions and deletions that an entry gives, either
// of which it may leave out, are those of a size.
func states(e *fact.ReportCommit, s size) bool {
	return (e.Insertions == 0 || rounds(float64(e.Insertions), float64(s.insertions))) &&
		(e.Deletions == 0 || rounds(float64(e.Deletions), float64(s.deletions)))
}

// figures compares an entry's insertions, deletions and files with those of the
// pick and of the original.
func (r *reading) figures(s *Spoken, e *fact.ReportCommit) error {
	var commits []*fact.Commit
	for _, p := range slices.Backward(s.picks(e)) {
		commits = append(commits, p.Commit)
	}
	commits = append(commits, s.Upstream)
	for _, c := range commits {
		if _, _, told := r.size(c.Files); !told {
			return nil
		}
	}
	r.files(s, e, commits)
	if e.Insertions == 0 && e.Deletions == 0 {
		return nil
	}
	for _, c := range commits {
		if all, written, _ := r.size(c.Files); states(e, all) || states(e, written) {
			return nil
		}
	}
	line := r.lineOf(e, spelt(e.Insertions)...)
	if line == e.Line {
		line = r.lineOf(e, spelt(e.Deletions)...)
	}
	f := about(fact.FindReportFigure, fact.Medium, s, line)
	f.Evidence = r.again(e, line)
	c, by, err := r.algorithm(e, commits)
	if err != nil {
		return err
	}
	said := size{insertions: e.Insertions, deletions: e.Deletions}
	if c == nil {
		c = commits[0]
	}
	all, written, _ := r.size(c.Files)
	f.Lines = all.insertions + all.deletions
	if c != s.Upstream {
		f.Fork = c.Hash
	}
	if by != "" {
		f.Message = fmt.Sprintf("%s of %s are counted with --diff-algorithm=%s; git's own way counts %s", said, fact.Short(c.Hash), by, all)
		if 2*(written.insertions+written.deletions) > all.insertions+all.deletions {
			f.Severity = fact.Low
		}
	} else {
		f.Message = fmt.Sprintf("says %s of %s, which has %s", said, fact.Short(c.Hash), all)
		if len(s.picks(e)) > 0 && c != s.Upstream {
			up, _, _ := r.size(s.Upstream.Files)
			f.Message += fmt.Sprintf(" (its original has %s)", up)
		}
		if slices.ContainsFunc(s.picks(e), func(p Pick) bool { return p.Group }) {
			f.Severity = fact.Low // a part of a commit, maybe
		}
	}
	if written != all {
		f.Message += fmt.Sprintf(", %s without lock files and other generated ones", written)
	}
	for _, x := range c.Files {
		f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: c.Hash, Path: x.Path, Text: fmt.Sprintf("+%d -%d", x.Insertions, x.Deletions)})
	}
	r.found(f)
	return nil
}

// again are the other lines of the report that give an entry's two numbers.
func (r *reading) again(e *fact.ReportCommit, line int) (out []fact.FindingEvidence) {
	if e.Insertions == 0 || e.Deletions == 0 {
		return nil
	}
	for i, text := range r.text {
		has := func(n int) bool {
			return slices.ContainsFunc(spelt(n), func(s string) bool { return strings.Contains(text, s) })
		}
		if i+1 != line && e.Hash != nil && strings.Contains(text, *e.Hash) && has(e.Insertions) && has(e.Deletions) {
			out = append(out, fact.FindingEvidence{Text: fmt.Sprintf("line %d, too", i+1)})
		}
	}
	return out
}

// algorithm finds the commit of which another way of comparing than git's own
// gives the entry's numbers, and that way.
func (r *reading) algorithm(e *fact.ReportCommit, commits []*fact.Commit) (*fact.Commit, string, error) {
	var names []string
	for _, c := range commits {
		names = append(names, c.Hash)
	}
	for _, by := range slices.Backward(Algorithms[1:]) {
		counted, err := r.History.Sizes(r.ctx, by, names)
		if err != nil {
			return nil, "", err
		}
		for _, c := range commits {
			if files, told := counted[c.Hash]; told {
				if all, written, _ := r.size(files); states(e, all) || states(e, written) {
					return c, by, nil
				}
			}
		}
	}
	return nil, "", nil
}

var filesChanged = regexp.MustCompile(`(?i)\b(\d{1,6}) files? changed\b`)

// files compares the number of changed files that an entry's impact gives.
func (r *reading) files(s *Spoken, e *fact.ReportCommit, commits []*fact.Commit) {
	m := filesChanged.FindStringSubmatch(e.Impact)
	if m == nil {
		return
	}
	said, _ := strconv.Atoi(m[1])
	for _, c := range commits {
		if all, written, _ := r.size(c.Files); said == all.files || said == written.files {
			return
		}
	}
	f := about(fact.FindReportFigure, fact.Medium, s, r.lineOf(e, m[0]))
	all, written, _ := r.size(commits[0].Files)
	f.Message = fmt.Sprintf("says that %s changes %s; it is %d", fact.Short(commits[0].Hash), count(said, "file"), all.files)
	if written != all {
		f.Message += fmt.Sprintf(", %d without lock files and other generated ones", written.files)
	}
	f.Evidence = []fact.FindingEvidence{{Commit: commits[0].Hash, Text: commits[0].Subject}}
	if commits[0] != s.Upstream {
		f.Fork = commits[0].Hash
	}
	r.found(f)
}

// spelt are the ways to write a number.
func spelt(n int) []string {
	if n == 0 {
		return nil
	}
	plain := strconv.Itoa(n)
	out := []string{plain}
	if len(plain) > 3 {
		grouped := plain
		for i := len(plain) - 3; i > 0; i -= 3 {
			grouped = grouped[:i] + "," + grouped[i:]
		}
		out = append(out, grouped, strings.ReplaceAll(grouped, ",", " "), strings.ReplaceAll(grouped, ",", "."))
	}
	return out
}
