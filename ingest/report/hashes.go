package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// role is what a hash does where it stands.
type role uint8

const (
	roleSubject role = iota // the line is about this commit
	roleFork                // it is the fork's copy of the subject
	roleRefers              // it is mentioned on the way
	rolePlace               // it is a position: a head, a base, the end of a range
)

// mention is a word that names a commit.
type mention struct {
	from, to int
	hash     string // lower case
	role     role
	upstream bool // the text says that it is upstream's
	bare     bool // digits alone: a commit only where one is expected
	into     bool // "in" or "into" stands before it
	of       int  // for roleFork: the index of the subject it belongs to, -1 if that comes later
}

const (
	minHash = 7
	maxHash = 40
	sha256  = 64
)

// findHashes returns the words of a text that can be commit names. Dates,
// times, versions, colours, identifiers with hyphens, file names and the
// checksums of other things are not; a word of digits or letters alone is
// one only in code, in a link or at the start.
func findHashes(t *text) []mention { return hashesIn(t, 0, len(t.s)) }

// hashesIn finds the hashes that begin in a part of a text.
func hashesIn(t *text, start, stop int) []mention {
	var found []mention
	s := t.s
	for i := start; i < stop; {
		if !wordByte(s[i]) {
			i++
			continue
		}
		from := i
		hex, digits, letters := true, 0, 0
		for ; i < len(s) && wordByte(s[i]); i++ {
			switch c := s[i]; {
			case c >= '0' && c <= '9':
				digits++
			case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
				letters++
			default:
				hex = false
			}
		}
		n := i - from
		if !hex || n < minHash || n > maxHash && n != sha256 {
			continue
		}
		_, code := t.within(from, spanCode)
		link, linked := t.within(from, spanLink)
		sure := code || linked || from == 0 || enclosed(s, from, i)
		if letters == 0 && (!sure || numberLike(s[from:i])) || digits == 0 && !sure {
			continue
		}
		m := mention{from: from, to: i, hash: strings.ToLower(s[from:i]), bare: letters == 0, of: -1}
		if url := urlAround(s, from); url != "" {
			if m.hash != commitInURL(url) {
				continue
			}
		} else if !standsAlone(s, &m) {
			continue
		}
		if full := commitInURL(link.url); linked && strings.HasPrefix(full, m.hash) {
			m.hash = full
		}
		found = append(found, m)
	}
	return found
}

// enclosed reports whether a word stands alone in parentheses.
func enclosed(s string, from, to int) bool {
	return from > 0 && to < len(s) && s[from-1] == '(' && s[to] == ')'
}

// inParens is like enclosed, for parentheses of either width and with code
// marks between.
func inParens(s string, m mention) bool {
	rest := strings.TrimLeft(s[m.to:], "`* ")
	return endsInParen(s[:m.from]) && (strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, "）"))
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// numberLike reports whether digits read as a date, a time or an epoch.
func numberLike(s string) bool {
	switch {
	case len(s) >= 12:
		return true
	case len(s) == 10:
		return strings.HasPrefix(s, "1")
	case len(s) == 8:
		year, month, day := s[:4], s[4:6], s[6:]
		return year >= "1990" && year <= "2099" && month >= "01" && month <= "12" && day >= "01" && day <= "31"
	}
	return false
}

// standsAlone looks at the characters around a word: it refuses parts of
// longer names and marks the ends of ranges.
func standsAlone(s string, m *mention) bool {
	before, after := s[:m.from], s[m.to:]
	rest := strings.TrimLeft(after, ".")
	if strings.HasSuffix(before, "..") || len(after)-len(rest) >= 2 && rest != "" && !isSpace(rest[0]) {
		m.role = rolePlace
		return true
	}
	switch lastByte(before) {
	case '-', '+', '.':
		if len(before) > 1 && wordByte(before[len(before)-2]) {
			return false
		}
	case '=', '\\', '%', '$', '&', '?':
		return false
	case '#':
		if m.to-m.from == 8 {
			return false
		}
	case '/':
		if !hexBefore(before[:len(before)-1]) {
			return false
		}
	case ':':
		for _, sum := range []string{"sha256:", "sha512:", "md5:", "sha384:", "blob:", "tree:"} {
			if n := len(before) - len(sum); n >= 0 && strings.EqualFold(before[n:], sum) {
				return false
			}
		}
	}
	if r, _ := utf8.DecodeLastRuneInString(before); r >= utf8.RuneSelf && unicode.IsLetter(r) && spaced(r) {
		return false
	}
	if after != "" {
		switch c := after[0]; c {
		case '-', '.', '=', '\\', '+':
			if len(after) > 1 && wordByte(after[1]) {
				return false
			}
		case '/':
			if len(after) > 1 && !hexAfter(after[1:]) {
				return false
			}
		case '^', '~':
			if strings.Contains(after[:min(len(after), 5)], "..") || len(after) > 1 && after[1] >= '0' && after[1] <= '9' || c == '^' {
				m.role = rolePlace
			}
		case '%':
			return false
		}
	}
	return true
}

func lastByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

func isHexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hexBefore and hexAfter report whether a hash ends or begins there, as in
// "a1b2c3d/e4f5a6b".
func hexBefore(s string) bool {
	n := 0
	for n < len(s) && n <= maxHash && isHexByte(s[len(s)-1-n]) {
		n++
	}
	return n >= minHash
}

func hexAfter(s string) bool {
	n := 0
	for n < len(s) && n <= maxHash && isHexByte(s[n]) {
		n++
	}
	return n >= minHash
}

// urlAround returns the address that a position stands in, if any.
func urlAround(s string, pos int) string {
	from := pos
	for from > 0 && pos-from < 512 && !endsURL(s[from-1]) {
		from--
	}
	if !strings.Contains(s[from:pos], "://") {
		return ""
	}
	to := pos
	for to < len(s) && to-pos < 512 && !endsURL(s[to]) {
		to++
	}
	return s[from:to]
}

func endsURL(c byte) bool {
	switch c {
	case ' ', '\n', '\t', '<', '>', '(', ')', '[', ']', '`', '"', '\'', '|':
		return true
	}
	return false
}

var (
	commitURL = regexp.MustCompile(`/(?:commits?|c)/([0-9a-fA-F]{7,64})(?:[^0-9a-zA-Z].*)?$`)
	commitID  = regexp.MustCompile(`/commit/?\?(?:[^#]*&)?id=([0-9a-fA-F]{7,64})`)
	pullURL   = regexp.MustCompile(`/(?:pull|pulls|merge_requests)/(\d{1,7})(?:[^0-9].*)?$`)
)

// commitInURL returns the commit that a web address shows, in lower case.
func commitInURL(url string) string {
	if len(url) > 2048 || !strings.Contains(url, "/c") {
		return ""
	}
	for _, re := range []*regexp.Regexp{commitURL, commitID} {
		if m := re.FindStringSubmatch(url); m != nil {
			return strings.ToLower(m[1])
		}
	}
	return ""
}

func pullInURL(url string) string {
	if len(url) > 2048 {
		return ""
	}
	if m := pullURL.FindStringSubmatch(url); m != nil {
		return m[1]
	}
	return ""
}

// pullRequest is a pull request that a text names.
type pullRequest struct {
	from, to int
	number   int
}

// findPulls returns the pull requests named in a text, in order: "#123",
// "PR 123", and addresses that end in /pull/123.
func findPulls(s string) []pullRequest {
	var found []pullRequest
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || i > 0 && wordByte(s[i-1]) {
			continue
		}
		end, n := i, 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' && end-i < 9 {
			n = n*10 + int(s[end]-'0')
			end++
		}
		from := pullStart(s, i)
		if from >= 0 && n > 0 && end-i <= 7 && (end == len(s) || !wordByte(s[end])) {
			found = append(found, pullRequest{from, end, n})
		}
		i = end
	}
	return found
}

// pullStart returns where the name of a pull request begins whose number is
// at pos, -1 if it is another number.
func pullStart(s string, pos int) int {
	before := s[:pos]
	if strings.HasSuffix(before, "/pull/") {
		return pos - len("/pull/")
	}
	from, hash := pos, false
	if before, hash = strings.CutSuffix(before, "#"); hash {
		if from--; from > 0 && strings.IndexByte("&/#-", s[from-1]) >= 0 {
			return -1
		}
	}
	word := strings.TrimRight(before, " -")
	for _, name := range []string{"PRs", "PR", "MR", "pull request", "プルリクエスト"} {
		if at := len(word) - len(name); at >= 0 && strings.EqualFold(word[at:], name) && (hash || word[at] < 'a') && (at == 0 || !wordByte(word[at-1])) {
			return at
		}
	}
	if !hash || from > 0 && wordByte(s[from-1]) {
		return -1
	}
	return from
}
