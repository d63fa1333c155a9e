package verify

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tracker/internal/fact"
)

// begins reports whether a name is the beginning of a full hash.
func begins(hash, name string) bool {
	return name != "" && strings.HasPrefix(hash, strings.ToLower(name))
}

// lineOf returns the first line of an entry, from its own to where another entry
// begins, that has one of the words; the entry's own line if none has.
func (r *reading) lineOf(e *fact.ReportCommit, words ...string) int {
	if r.text == nil {
		r.text = strings.Split(r.Report.Text, "\n")
	}
	end := len(r.text)
	for i := range r.Report.Report.Commits {
		if l := r.Report.Report.Commits[i].Line; l > e.Line && l-1 < end {
			end = l - 1
		}
	}
	for _, w := range words {
		for i := max(e.Line-1, 0); w != "" && i < end; i++ {
			if strings.Contains(r.text[i], w) {
				return i + 1
			}
		}
	}
	return e.Line
}

// same reports whether two paths name the same file, where a report may leave out
// the folders in front.
func same(a, b string) bool {
	return a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a)
}

// rounds reports whether a stated number is another, or what that rounds to by as
// many digits as the stated one ends in zeros.
func rounds(stated, actual float64) bool {
	if stated == actual {
		return true
	}
	if stated == 0 || stated != math.Trunc(stated) {
		return false
	}
	unit := 1.0
	for math.Mod(stated, unit*10) == 0 {
		unit *= 10
	}
	return unit > 1 && math.Abs(stated-actual) <= unit/2
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// number writes n in groups of three digits from 10 000 on.
func number(n int) string {
	s := strconv.Itoa(n)
	if n > -10000 && n < 10000 {
		return s
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// listed joins names: "a, b and 2 more".
func listed(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
