package account

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// fromDecisions applies what the user recorded. The last decision that speaks
// of the commit wins; one that names the commit beats one by pattern, which
// decides nothing where the fork has the commit.
func (in *Input) fromDecisions(a *fact.Account, c *fact.Commit) {
	var last *fact.Decision
	has := a.Status.InFork()
	for i := range in.Decisions {
		d := &in.Decisions[i]
		if d.Undone != 0 || d.Status == "" || !Covers(d, c) {
			continue
		}
		if d.As != "" && in.Commit(d.As) == nil {
			continue // it is said of another of the fork's branches
		}
		a.Sources = append(a.Sources, fact.Source{Mark: d.ID, Status: string(d.Status), Reason: d.Reason, When: d.At})
		if d.Commit == "" && has {
			continue
		}
		if last == nil || d.Commit != "" || last.Commit == "" {
			last = d
		}
	}
	if last == nil {
		return
	}
	a.Status, a.Reason, a.ReasonFrom = last.Status, last.Reason, fmt.Sprintf("mark %d", last.ID)
	a.ReasonKind = last.ReasonKind
	a.Ruling = fact.Ruling{Mark: last.ID, When: last.At}
	a.WaitsFor = WaitsFor(last)
	if a.Status != fact.Partial {
		a.Left = nil
	}
	a.Why = fmt.Sprintf("decided by %s (mark %d%s)", orSomeone(last.By), last.ID, pattern(last))
}

// WaitsFor is what a decision says that the commit waits for, or else what its
// reason names as missing.
func WaitsFor(d *fact.Decision) []string {
	kind := d.ReasonKind
	if kind == "" {
		kind = reason.Classify(d.Reason)
	}
	if len(d.WaitsFor) > 0 || kind != fact.Missing || d.Status != fact.Skipped && d.Status != fact.Deferred {
		return append([]string{}, d.WaitsFor...)
	}
	return append([]string{}, reason.Things(d.Reason)...)
}

// pattern says by which pattern a decision covers commits, nothing if it names one.
func pattern(d *fact.Decision) string {
	switch {
	case d.Path != "":
		return ", path " + d.Path
	case d.Subject != "":
		return ", subject " + d.Subject
	}
	return ""
}

func orSomeone(name string) string {
	if name == "" {
		return "a maintainer"
	}
	return name
}

// Covers reports whether a decision speaks of a commit: by its hash, by a glob
// that all its files match, or by a pattern that its subject matches. A glob's
// "**" spans folders; a glob that ends in "/" covers the folder.
func Covers(d *fact.Decision, c *fact.Commit) bool {
	switch {
	case d.Commit != "":
		return d.Commit == c.Hash
	case d.Path != "":
		if len(c.Files) == 0 {
			return false
		}
		for _, f := range c.Files {
			if !MatchPath(d.Path, f.Path) {
				return false
			}
		}
		return true
	case d.Subject != "":
		re := compiled(d.Subject)
		return re != nil && re.MatchString(c.Subject)
	}
	return false
}

// patterns holds the regular expressions of marks: each is asked of every
// commit of a range.
var patterns sync.Map

// compiled returns the expression of a pattern, nil where it is none.
func compiled(pattern string) *regexp.Regexp {
	if re, known := patterns.Load(pattern); known {
		return re.(*regexp.Regexp)
	}
	re, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		re = nil
	}
	patterns.Store(pattern, re)
	return re
}

// MatchPath matches a slash path against a glob: "*" and "?" stay within a
// folder, "**" spans folders, a trailing "/" covers the folder, and a glob
// without a slash matches the file's name anywhere.
func MatchPath(glob, p string) bool {
	if strings.HasSuffix(glob, "/") {
		return strings.HasPrefix(p, glob)
	}
	if !strings.Contains(glob, "/") {
		ok, _ := path.Match(glob, path.Base(p))
		return ok
	}
	return matchParts(strings.Split(glob, "/"), strings.Split(p, "/"))
}

func matchParts(glob, parts []string) bool {
	for len(glob) > 0 {
		if glob[0] == "**" {
			for i := 0; i <= len(parts); i++ {
				if matchParts(glob[1:], parts[i:]) {
					return true
				}
			}
			return false
		}
		if len(parts) == 0 {
			return false
		}
		if ok, err := path.Match(glob[0], parts[0]); err != nil || !ok {
			return false
		}
		glob, parts = glob[1:], parts[1:]
	}
	return len(parts) == 0
}
