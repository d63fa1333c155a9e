package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"tracker/ingest/link"
	"tracker/internal/fact"
)

// byTitle returns the one commit of the range that a title means: the same
// title, the beginning of one where the report cut it, or one that is spelt a
// little otherwise, as when a report mends upstream's slip of the pen.
func (n *names) byTitle(title string) string {
	want := link.Normalise(title)
	if list := n.subjects()[want]; len(list) > 0 {
		if len(list) > 1 {
			return ""
		}
		return list[0]
	}
	cut := strings.TrimSpace(title)
	head := strings.TrimSuffix(strings.TrimSuffix(cut, "…"), "...")
	if head != cut {
		return n.byBeginning(link.Normalise(head))
	}
	return n.byLikeness(want)
}

// byBeginning finds the only title that begins with at least three given words.
func (n *names) byBeginning(head string) string {
	found := ""
	if len(strings.Fields(head)) < 3 {
		return ""
	}
	for subject, list := range n.subjects() {
		if strings.HasPrefix(subject, head) {
			if found != "" || len(list) > 1 {
				return ""
			}
			found = list[0]
		}
	}
	return found
}

// A title of three words or more is taken for another that differs from it in
// one character of eight at most, if no third one is as near.
const oneIn = 8

func (n *names) byLikeness(want string) string {
	words := strings.Fields(want)
	if len(words) < 3 {
		return ""
	}
	shared := map[string]int{} // titles by how many of the words they share
	for _, w := range slices.Compact(slices.Sorted(slices.Values(words))) {
		for _, subject := range n.titlesWith(w) {
			shared[subject]++
		}
	}
	best, found, tied := len(want)/oneIn+1, "", false
	for subject, count := range shared {
		if 2*count < len(words) {
			continue
		}
		switch d := distance([]rune(want), []rune(subject), best); {
		case d < best:
			best, found, tied = d, subject, false
		case d == best && found != "":
			tied = true
		}
	}
	if found == "" || tied || len(n.subjects()[found]) > 1 {
		return ""
	}
	return n.subjects()[found][0]
}

// titlesWith lists the titles that have a word.
func (n *names) titlesWith(word string) []string {
	if n.byWord == nil {
		n.byWord = map[string][]string{}
		for subject := range n.subjects() {
			for _, w := range slices.Compact(slices.Sorted(strings.FieldsSeq(subject))) {
				n.byWord[w] = append(n.byWord[w], subject)
			}
		}
	}
	return n.byWord[word]
}

// distance is how many characters must be put in, taken out or changed to make
// b of a (Levenshtein), or limit+1 when it is more than limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least > limit {
			return limit + 1
		}
	}
	return min(row[len(b)], limit+1)
}

// among lists the commits of both sides whose hashes begin with an abbreviation.
func (n *names) among(prefix string) []string {
	prefix = strings.ToLower(prefix)
	from := sort.SearchStrings(n.hashes, prefix)
	to := from
	for to < len(n.hashes) && strings.HasPrefix(n.hashes[to], prefix) {
		to++
	}
	return n.hashes[from:to]
}

// misnamed says what is wrong with the name by which an entry speaks of a
// commit, as far as the two sides tell; empty if nothing is.
func (n *names) misnamed(e *fact.ReportCommit) string {
	if e.Hash == nil {
		return ""
	}
	found := slices.Compact(slices.Clone(n.among(*e.Hash)))
	switch {
	case len(found) > 1:
		var short []string
		for _, h := range found[:min(len(found), 3)] {
			short = append(short, fact.Short(h))
		}
		return fmt.Sprintf("%s is the beginning of %d commits: %s", *e.Hash, len(found), strings.Join(short, ", "))
	case len(found) == 0 || n.upstream[found[0]] || len(n.carries[found[0]]) == 0:
		return ""
	}
	var up []string
	for _, h := range n.carries[found[0]] {
		up = append(up, fact.Short(h))
	}
	return fmt.Sprintf("%s is the fork's commit and not upstream's; it carries %s", *e.Hash, strings.Join(up, ", "))
}

// nowhere says that an entry's commit exists on neither side, and which it may
// be by its title or pull request.
func (n *names) nowhere(e *fact.ReportCommit) string {
	text := fmt.Sprintf("%s is a commit of neither side", *e.Hash)
	if list := n.byPR[e.PR]; e.PR != 0 && len(list) == 1 {
		return fmt.Sprintf("%s; #%d is %s", text, e.PR, fact.Short(list[0]))
	}
	if h := n.byTitle(e.Subject); h != "" {
		return fmt.Sprintf("%s; its title is that of %s", text, fact.Short(h))
	}
	return text
}

// The kinds of findings about names.
const (
	nameNowhere   = "unknown-name" // a commit of neither side
	nameElsewhere = "wrong-name"   // another commit than the one that is meant
)

// addName notes once what is wrong with a name in a report.
func (sum *Summary) addName(report string, e *fact.ReportCommit, kind, message string) {
	if message == "" {
		return
	}
	if sum.Names == nil {
		sum.Names = map[string][]fact.ReportFinding{}
	}
	list := sum.Names[report]
	if !slices.ContainsFunc(list, func(f fact.ReportFinding) bool { return f.Message == message }) {
		sum.Names[report] = append(list, fact.ReportFinding{Kind: kind, Message: message, Lines: []int{e.Line}})
	}
}

// nameReports puts what was found of their names into the reports, by line.
func (sum *Summary) nameReports(reports []fact.StoredReport) {
	for i := range reports {
		r := &reports[i]
		r.Names = slices.Clone(sum.Names[r.ID])
		slices.SortStableFunc(r.Names, func(a, b fact.ReportFinding) int { return cmp.Compare(a.Lines[0], b.Lines[0]) })
	}
}
