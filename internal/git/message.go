package git

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tracker/internal/fact"
)

// decode returns text as UTF-8. Git has converted what declares its encoding;
// bytes that still are not UTF-8 are read as Latin-1, which loses nothing.
func decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

var (
	// GitHub ends the subject of a squash with " (#12)", GitLab and its kin
	// with " (!12)". The last one is the pull request that brought the commit.
	prSuffix = regexp.MustCompile(`\([#!]([0-9]{1,9})\)\s*$`)
	prMerge  = regexp.MustCompile(`^Merge pull request #([0-9]{1,9})\b`)
	// GitLab names the request in the body of its merge commits.
	mrBody = regexp.MustCompile(`(?m)^See merge request \S*!([0-9]{1,9})\s*$`)
)

// PullRequest returns the number of the pull or merge request that a message
// names as its own, 0 if none: "(#12)" or "(!12)" at the end of the subject,
// "Merge pull request #12", or GitLab's "See merge request group/name!12". One
// that the message merely mentions does not count.
func PullRequest(subject, body string) int {
	m := prSuffix.FindStringSubmatch(subject)
	if m == nil {
		m = prMerge.FindStringSubmatch(subject)
	}
	if m == nil && strings.Contains(body, "See merge request ") {
		m = mrBody.FindStringSubmatch(body)
	}
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// parseTrailers reads git's %(trailers) with the separators that Log gives it.
func parseTrailers(s string) []fact.Trailer {
	var trailers []fact.Trailer
	for line := range strings.SplitSeq(s, trailerEnd) {
		key, value, ok := strings.Cut(line, trailerValue)
		if ok && key != "" {
			trailers = append(trailers, fact.Trailer{Key: key, Value: value})
		}
	}
	return trailers
}

// lastSecond is the last second of the year 9999, the last that RFC 3339 can say.
const lastSecond = 253402300799

// parseDate reads git's raw date, seconds and zone ("1700000000 +0100"). What
// RFC 3339 cannot say, as damaged commits have it, is brought to the nearest
// that it can: a zone of a day or more to UTC, a year after 9999 to its end.
func parseDate(s string) time.Time {
	seconds, zone, _ := strings.Cut(s, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	unix = min(max(unix, 0), lastSecond-24*60*60)
	offset, err := strconv.Atoi(zone)
	if err != nil || offset == 0 {
		return time.Unix(unix, 0).UTC()
	}
	sign := 1
	if offset < 0 {
		sign, offset = -1, -offset
	}
	hours, minutes := offset/100, offset%100
	if hours > 23 || minutes > 59 {
		return time.Unix(unix, 0).UTC()
	}
	return time.Unix(unix, 0).In(time.FixedZone("", sign*(hours*60+minutes)*60))
}
