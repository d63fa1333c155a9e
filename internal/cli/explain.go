package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"syscall"

	"tracker/advise"
	"tracker/db"
	"tracker/index"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/internal/git"
	"tracker/render/esc"
	"tracker/render/md"
)

// explain turns any error into its exit code and, where there is one, true
// advice on what to do next.
func explain(err error) *Failure {
	var (
		failure   *Failure
		busy      *db.BusyError
		format    *db.FormatError
		corrupt   *db.CorruptError
		write     *db.WriteError
		unknown   *advise.UnknownError
		ambiguous *advise.AmbiguousError
		ref       *ingest.RefError
		fork      *advise.UnknownForkError
		foreign   *git.ForeignError
		round     *advise.NoRoundError
		badRange  *advise.BadRangeError
	)
	switch {
	case errors.As(err, &failure):
		return failure
	case errors.Is(err, db.ErrNothing), errors.Is(err, index.ErrNone):
		return &Failure{ExitNothing, errors.New("nothing ingested yet"), "tracker ingest"}
	case errors.As(err, &busy):
		return &Failure{ExitHeld, busy, "wait for it, or try again with --wait 30s"}
	case errors.Is(err, index.ErrBusy):
		return &Failure{ExitHeld, err, "wait for the ingest that writes it, and ask again"}
	case errors.As(err, &format):
		return &Failure{ExitFailed, err, "use the tracker that wrote it, or name another folder with --db DIR"}
	case errors.As(err, &corrupt):
		return &Failure{ExitFailed, err, "tracker doctor says what is wrong and whether --repair can mend it; tracker export FILE saves marks and reports first"}
	case errors.As(err, &ambiguous):
		var b strings.Builder
		b.WriteString("name one of them by more digits:")
		for i, c := range ambiguous.Candidates {
			if i == 8 {
				fmt.Fprintf(&b, "\n  and %d more", len(ambiguous.Candidates)-i)
				break
			}
			fmt.Fprintf(&b, "\n  %s  %s", c.Hash[:min(len(c.Hash), 12)], esc.Line(c.Subject))
		}
		return &Failure{ExitFailed, err, b.String()}
	case errors.As(err, &unknown):
		return &Failure{ExitFailed, err, "give a hash, a pull request such as '#1707', a branch or tag; tracker search finds commits by their words"}
	case errors.As(err, &fork):
		return &Failure{ExitUsage, err, "the branches are " + strings.Join(fork.Known, ", ")}
	case errors.As(err, &round):
		return &Failure{ExitFailed, err, "name a range of the fork's commits: tracker report draft A..B; tracker report draft .. is all since the base"}
	case errors.As(err, &badRange):
		return &Failure{ExitUsage, err, "two commits of the fork with two dots between them: tracker report draft A..B"}
	case errors.As(err, &ref):
		hint := "git branch --all lists the names"
		if len(ref.Several) > 0 {
			hint = "name one of " + strings.Join(ref.Several, ", ")
		} else if ref.Remembered {
			hint = "name where it went: tracker ingest --upstream REF --fork REF"
		}
		return &Failure{ExitFailed, err, hint}
	case errors.Is(err, advise.ErrNoConflict):
		return &Failure{ExitFailed, err, "name what you will pick: tracker suggest COMMIT; tracker status lists what is pending"}
	case errors.Is(err, advise.ErrNoWorkTree):
		return &Failure{ExitFailed, err, "run it in a clone with a work tree, which -C DIR names"}
	case errors.Is(err, ingest.ErrNoReport):
		return &Failure{ExitFailed, err, "tracker ingest lists the reports that it reads"}
	case errors.Is(err, ingest.ErrNoUpstream):
		return &Failure{ExitFailed, err, "git remote add upstream URL && git fetch upstream, or name it: tracker ingest --upstream REF"}
	case errors.Is(err, ingest.ErrSameBranch):
		return &Failure{ExitFailed, err, "name the branch that the fork follows: tracker ingest --upstream REF; git branch --all lists the names"}
	case errors.Is(err, git.ErrNoCommit):
		return &Failure{ExitFailed, err, "the history has moved since the last ingest: tracker ingest"}
	case errors.Is(err, ingest.ErrNoFork):
		return &Failure{ExitFailed, ingest.ErrNoFork, "name the branch that you maintain: tracker ingest --fork REF"}
	case errors.Is(err, git.ErrNoRepo):
		return &Failure{ExitFailed, err, "run it inside the fork's repository, or name it: tracker -C DIR"}
	case errors.As(err, &foreign):
		return &Failure{ExitFailed, err, fmt.Sprintf("if you trust whoever owns it: git config --global --add safe.directory %q", foreign.Dir)}
	case errors.Is(err, git.ErrNoGit):
		return &Failure{ExitFailed, err, "install git " + git.Oldest + " or newer and put it on the PATH"}
	case errors.Is(err, git.ErrOldGit):
		return &Failure{ExitFailed, err, "install git " + git.Oldest + " or newer"}
	case md.Hint(err) != "":
		return &Failure{ExitFailed, err, md.Hint(err)}
	case !errors.Is(err, fs.ErrPermission) && (errors.As(err, &write) || full(err)):
		return &Failure{ExitFailed, err, "make room on the disk and run it again, or keep tracker's files elsewhere: --db DIR; what was stored before is kept"}
	case errors.Is(err, fs.ErrPermission):
		return &Failure{ExitFailed, err, "keep tracker's files in a folder you may write to: --db DIR"}
	}
	return &Failure{ExitFailed, err, ""}
}

// full reports whether the disk is full, or the user's share of it.
func full(err error) bool {
	const windows = syscall.Errno(112) // ERROR_DISK_FULL
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) ||
		runtime.GOOS == "windows" && errors.Is(err, windows)
}

// oneLine makes an error safe to print: what stands in it may come from a
// repository.
func oneLine(s string) string { return esc.Line(s) }

// short is a hash as people write it.
func short(h string) string { return fact.Short(h) }
