package report

import (
	"regexp"
	"strings"

	"tracker/internal/fact"
)

var (
	pickedLine   = regexp.MustCompile(`^\[[^\]\[]{1,120} ([0-9a-f]{7,40})\] `)
	conflictLine = regexp.MustCompile(`^CONFLICT \([^)]{1,40}\): (?:Merge conflict in (.{1,200})|(\S{1,200}) deleted in .*)$`)
)

// pickResult is what a transcript shows of one cherry-pick command.
type pickResult struct {
	made      []string // the commits that git made, in order
	conflicts []string
	dropped   bool // aborted or skipped
}

// resultOf reads what git printed after the command at index i of a code
// block, up to the next command that picks commits.
func resultOf(b *block, i int) pickResult {
	var r pickResult
	for _, c := range b.code[i+1:] {
		if args, ok := pickCommand(c.s); ok {
			if words := strings.Fields(args); flags(words) < len(words) {
				break
			}
			r.dropped = r.dropped || strings.Contains(args, "--abort") || strings.Contains(args, "--quit") || strings.Contains(args, "--skip")
			continue
		}
		if m := pickedLine.FindStringSubmatch(c.s); m != nil {
			r.made = append(r.made, m[1])
		} else if m := conflictLine.FindStringSubmatch(c.s); m != nil {
			r.conflicts = append(r.conflicts, m[1]+m[2])
		}
	}
	return r
}

// pickCommand returns the arguments of a line that is a git cherry-pick.
func pickCommand(line string) (string, bool) {
	line = strings.TrimSpace(strings.TrimLeft(line, "$>%+ "))
	return strings.CutPrefix(line, "git cherry-pick")
}

// show records what a transcript shows of the k-th commit of a command.
func (d *doc) show(e *entry, r pickResult, k, of, line int, words string) {
	switch {
	case k < len(r.made):
		d.state(e, fact.WordIntegrated, tierImplied, d.visit, line, words)
		if e.ForkCommit == "" {
			e.ForkCommit, e.upstream = r.made[k], true
		}
		d.isFork(r.made[k])
	case r.dropped:
		d.state(e, fact.WordSkipped, tierImplied, d.visit, line, words)
	default:
		d.state(e, fact.WordConflict, tierImplied, d.visit, line, words)
	}
	if of == 1 {
		for _, p := range r.conflicts {
			addConflict(e, p, "")
		}
	}
}
