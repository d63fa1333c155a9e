package report

import "regexp"

// stamp is the moment that begins a line of a log or a chat.
var stamp = regexp.MustCompile(`^[\[(]?(?:(?:19|20)\d\d[-/.]\d\d[-/.]\d\d[T ,]*)?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[AaPp][Mm])?(?:Z| ?UTC)?[\])]?(?:\s*[-–—|]\s|\s+)`)

// speaker is the name of who wrote it, where marks set it off.
var speaker = regexp.MustCompile(`^(?:<[^<>\s]{1,32}>|@[\w.-]{1,32}:?|[\p{L}][\p{L}\w.-]{0,31}:)\s+`)

// dayStamp is a day that begins an item, before the commit that it is about.
var dayStamp = regexp.MustCompile(`^(?:(?:19|20)\d\d[-/.]\d\d[-/.]\d\d|\d{1,2}[./]\d{1,2}\.?(?:(?:19|20)?\d\d)?)\s*[:：–—]\s*`)

// unstamped leaves out the moment and the name that a line of a log begins
// with: what follows is read as if it stood alone.
func unstamped(t text) text {
	if t.s == "" || !isDigit(t.s[0]) && t.s[0] != '[' && t.s[0] != '(' {
		return t
	}
	m := stamp.FindStringIndex(t.s)
	if m == nil {
		if m = dayStamp.FindStringIndex(t.s); m != nil && m[1] < len(t.s) && len(hashesIn(&t, m[1], min(m[1]+2, len(t.s)))) > 0 {
			t = t.slice(m[1], len(t.s))
			t.stamped = true
		}
		return t
	}
	at := m[1]
	if sp, ok := t.within(at, spanStrong); ok && sp.from == at && sp.to-sp.from <= 32 && len(findHashes(&text{s: t.s[sp.from:sp.to]})) == 0 && len(verdicts(t.s[sp.from:sp.to])) == 0 {
		at = sp.to
		if at < len(t.s) && t.s[at] == ':' {
			at++
		}
	} else if m := speaker.FindStringIndex(t.s[at:]); m != nil {
		if label, _, ok := splitLabel(t.s[at:]); !ok || len(verdicts(label)) == 0 {
			if _, known := fieldOf(label); !known {
				at += m[1]
			}
		}
	}
	if at >= len(t.s) {
		return t
	}
	t = t.slice(at, len(t.s))
	t.stamped = true
	return t
}
