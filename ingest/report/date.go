package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	isoDate   = regexp.MustCompile(`\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b`)
	cjkDate   = regexp.MustCompile(`((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]`)
	dayFirst  = regexp.MustCompile(`\b(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d)\b`)
	wordFirst = regexp.MustCompile(`(?i)\b(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b`)
	wordLater = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?(\p{L}{3,12})\.?,?\s+(?:de\s+)?((?:19|20)\d\d)\b`)
)

// months are the first letters that tell the months apart, by language.
var months = []string{"jan jän ene янв gen", "feb fév fev фев", "mar mär mars мар", "apr avr abr апр", "may mai мая май mag", "jun juin июн giu",
	"jul juil июл lug", "aug aoû aou ago авг", "sep sept set сен", "oct okt out окт ott", "nov ноя", "dec déc dez dic дек"}

// findDate returns the first date in a text as YYYY-MM-DD, "" if there is
// none.
func findDate(s string) string {
	if !hasYear(s) {
		return ""
	}
	best, at := "", len(s)
	try := func(re *regexp.Regexp, year, month, day int) {
		m := re.FindStringSubmatchIndex(s)
		if m == nil || m[0] >= at {
			return
		}
		get := func(g int) string { return s[m[2*g]:m[2*g+1]] }
		mm, err := strconv.Atoi(get(month))
		if err != nil {
			if mm = monthOf(get(month)); mm == 0 {
				return
			}
		}
		if d := isoOf(get(year), mm, get(day)); d != "" {
			best, at = d, m[0]
		}
	}
	try(isoDate, 1, 2, 3)
	try(cjkDate, 1, 2, 3)
	try(dayFirst, 3, 2, 1)
	try(wordFirst, 3, 1, 2)
	try(wordLater, 3, 2, 1)
	return best
}

// hasYear reports whether a text has a number that can be a year.
func hasYear(s string) bool {
	for i := 0; i+4 <= len(s); i++ {
		if (s[i] == '1' && s[i+1] == '9' || s[i] == '2' && s[i+1] == '0') && isDigit(s[i+2]) && isDigit(s[i+3]) &&
			(i == 0 || !wordByte(s[i-1])) && (i+4 == len(s) || !wordByte(s[i+4])) {
			return true
		}
	}
	return false
}

var timeOfDay = regexp.MustCompile(`^[\d\s./:,T+Z-]*$`)

// onlyDate reports whether a text is a date, a time or a number and nothing
// else.
func onlyDate(s string) bool {
	if len(s) > 40 || s == "" {
		return false
	}
	if strings.Trim(s, "0123456789./:,T+Z- \t\n") == "" {
		return true
	}
	if !hasYear(s) {
		return false
	}
	for _, re := range []*regexp.Regexp{isoDate, cjkDate, dayFirst, wordFirst, wordLater} {
		if m := re.FindStringIndex(s); m != nil && m[0] == 0 && timeOfDay.MatchString(s[m[1]:]) {
			return true
		}
	}
	return false
}

func monthOf(word string) int {
	word = strings.ToLower(word)
	for i, list := range months {
		for _, start := range strings.Fields(list) {
			if strings.HasPrefix(word, start) {
				return i + 1
			}
		}
	}
	return 0
}

var (
	dayMonth = regexp.MustCompile(`^\W{0,4}(?:\p{L}{2,12}\.?,? )?(?:(\d{1,2})(?:st|nd|rd|th|er)?\.? (?:de )?(\p{L}{3,12})|(\p{L}{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?)\b`)
	dayCJK   = regexp.MustCompile(`^\D{0,8}\d{1,2}\s*[月월]\s*\d{1,2}\s*[日日号號일]`)
	dayDots  = regexp.MustCompile(`^\W{0,4}\d{1,2}[./]\d{1,2}\.?(?:\s|$|[:：])`)
)

// beginsWithDay reports whether a text begins with a day, its year left out.
func beginsWithDay(s string) bool {
	if dayCJK.MatchString(s) || dayDots.MatchString(s) {
		return true
	}
	m := dayMonth.FindStringSubmatch(s)
	return m != nil && monthOf(m[2]+m[3]) > 0
}

func isoOf(year string, month int, day string) string {
	s := fmt.Sprintf("%s-%02d-%02s", year, month, day)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

// dateOf finds the report's own date: the one labelled so, else that of the
// front matter, the title, the newest of the headings, or the first lines.
func dateOf(src *source, blocks []*block) string {
	labelled, titled, first, newest := "", "", "", ""
	for _, line := range src.front {
		if label, at, ok := splitLabel(line); ok && labelled == "" {
			if m, _ := fieldOf(label); m == "date" {
				labelled = findDate(line[at:])
			}
		}
	}
	for i, b := range blocks {
		switch b.kind {
		case blockHeading:
			date := findDate(b.text.s)
			if date != "" && titled == "" && b.level == 1 {
				titled = date
			}
			newest = max(newest, date)
		case blockItem, blockParagraph:
			if label, at, ok := splitLabel(b.text.s); ok && labelled == "" && len(b.entry) == 0 && context(b) == nil {
				if m, _ := fieldOf(label); m == "date" {
					labelled = findDate(b.text.s[at:])
				}
			}
			if first == "" && i < 12 {
				first = findDate(b.text.s)
			}
		case blockRow:
			if len(b.cells) >= 2 && labelled == "" {
				if m, _ := fieldOf(b.cells[0].s); m == "date" {
					labelled = findDate(b.cells[1].s)
				}
			}
		}
	}
	for _, d := range []string{labelled, titled, newest, first} {
		if d != "" {
			return d
		}
	}
	return ""
}
