package cli

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"tracker/ingest"
	"tracker/internal/git"
	"tracker/render"
	"tracker/render/term"
)

func ingestCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "ingest",
		Usage:     "read git and reports; later runs read what is new",
		ArgsUsage: "[REPORT|DIR…]",
		Description: "Reads the commits of both sides, finds the reports tracked in the fork (Markdown that names at\n" +
			"least three upstream commits), links picks to their originals and settles every commit's status.\n" +
			"Reports kept elsewhere are given by name, as files or folders.\n\n" +
			"   tracker ingest\n" +
			"   tracker ingest --upstream upstream/main --fork my-branch\n" +
			"   tracker ingest --fork 'refs/heads/release-*' ~/notes/sync-2026-03.md",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "upstream", Usage: "upstream's branch: `REF` (remembered; else the remote named upstream, else what the branch follows)"},
			&cli.StringSliceFlag{Name: "forget", Usage: "let the word of `REPORT`, once given by name, count no more"},
			&cli.BoolFlag{Name: "upstream-merges", Usage: "learn from how upstream resolved the conflicts of its own merges, too (remembered; =false ends it)"},
			&cli.StringSliceFlag{Name: "fork", Usage: "a branch of the fork: `REF` or glob, repeatable (remembered)"},
		},
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			meter := newMeter(env, c)
			o := ingest.Options{
				Upstream: c.String("upstream"),
				Forks:    c.StringSlice("fork"),
				Reports:  c.Args().Slice(),
				Forget:   c.StringSlice("forget"),
				Wait:     c.Duration("wait"),
				Command:  "tracker ingest",
				Progress: meter.tell,
			}
			if merges := c.Bool("upstream-merges"); c.IsSet("upstream-merges") {
				o.UpstreamMerges = &merges
			}
			sum, err := p.ingest().Run(c.Context, o)
			meter.stop()
			if err != nil {
				return err
			}
			if err := env.printSummary(c, p, sum); err != nil {
				return err
			}
			if sum.Counterpart {
				v := sum.Views[0]
				fork, remote := render.RefName(v.Fork.Ref), render.RefName(v.Upstream.Ref)
				env.warn("%s is the remote branch of %s itself, so nothing is upstream of it; if upstream is another branch, name it: tracker ingest --upstream REF", remote, fork)
			}
			env.warnUnread(sum.Warnings)
			if sum.Untried != nil {
				env.warn("what open commits will meet is not known: %v", sum.Untried)
			}
			if sum.Unaudited != nil {
				env.warn("the audit is that of an earlier ingest: %v", sum.Unaudited)
			}
			if sum.Unreplayed > 0 && !c.Bool("quiet") {
				env.warn("%s are left to be replayed by the next ingests", render.Count(sum.Unreplayed, "past pick"))
			}
			for _, id := range sum.Gone {
				env.warn("%s is gone; what it said is kept until tracker ingest --forget %q", id, id)
			}
			for _, c := range sum.Copies {
				env.warn("%s is a copy of %s, which is read already", c.Name, c.Of)
			}
			for _, b := range sum.Bad {
				env.warn("%s: %s", b.Name, b.Reason)
			}
			absent := slices.ContainsFunc(sum.Warnings, func(w git.Warning) bool { return w.Kind == git.AbsentBlob || w.Kind == git.AbsentTree })
			switch {
			case absent && p.repo.Partial():
				return &Failure{Code: ExitUnread, Hint: "the rest was ingested; git fetch --refetch --no-filter REMOTE brings what this partial clone left out, and tracker doctor --repair reads it"}
			case len(sum.Bad) > 0:
				return &Failure{Code: ExitUnread, Hint: "the rest was ingested; mend or remove what is named above and run tracker ingest again"}
			case len(sum.Warnings) > 0:
				return &Failure{Code: ExitUnread, Hint: "the rest was ingested; what is named above is judged by what could be read of it"}
			}
			return nil
		},
	}
}

// unreadable names what an ingest could not read.
type unreadable struct {
	Kind   string `json:"kind"` // report, absent-blob, absent-tree, git-died, too-large, shallow
	Name   string `json:"name,omitempty"`
	Commit string `json:"commit,omitempty"`
	Path   string `json:"path,omitempty"`
	Object string `json:"object,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func (env *environment) printSummary(c *cli.Context, p *place, sum *ingest.Summary) error {
	if asJSON(c) {
		return env.printJSON(c, summaryJSON(sum))
	}
	if c.Bool("quiet") {
		return nil
	}
	return term.IngestSummary(env.out, env.termOptions(c), summaryForPeople(sum))
}

func summaryJSON(sum *ingest.Summary) any {
	type commits struct {
		Upstream int `json:"upstream"`
		Fork     int `json:"fork"`
		New      int `json:"new"`
	}
	type reports struct {
		Read int `json:"read"`
		New  int `json:"new"`
	}
	out := struct {
		Commits    commits      `json:"commits"`
		Reports    reports      `json:"reports"`
		Links      int          `json:"links"`
		Replayed   int          `json:"replayed"`  // past picks and merges
		Conflicts  int          `json:"conflicts"` // files that conflicted in them
		Reopened   []string     `json:"reopened"`  // upstream commits whose decision is open again, and was not
		Covered    []string     `json:"covered"`   // those that a mark by pattern covers, and did not
		Unreadable []unreadable `json:"unreadable"`
		Seconds    float64      `json:"seconds"`
	}{Reopened: []string{}, Covered: []string{}, Unreadable: []unreadable{}, Seconds: sum.Elapsed.Seconds(), Replayed: sum.Replayed, Conflicts: sum.Conflicted}
	upstream, fork := map[string]bool{}, map[string]bool{}
	for _, v := range sum.Views {
		for _, h := range v.Range {
			upstream[h] = true
		}
		for _, h := range v.Own {
			fork[h] = true
		}
		out.Links += len(sum.Links[v.Fork.Ref])
	}
	out.Commits.Upstream, out.Commits.Fork = len(upstream), len(fork)
	out.Commits.New = sum.New
	out.Reports.Read = len(sum.Reports)
	for _, r := range sum.Reports {
		if r.New {
			out.Reports.New++
		}
	}
	for _, r := range sum.Reopened {
		out.Reopened = append(out.Reopened, r.Account.Commit)
	}
	for _, c := range sum.Covered {
		for _, a := range c.New {
			out.Covered = append(out.Covered, a.Commit)
		}
	}
	for _, w := range sum.Warnings {
		out.Unreadable = append(out.Unreadable, unreadable{Kind: string(w.Kind), Commit: w.Commit, Path: w.Path, Object: w.Object, Reason: w.Detail})
	}
	fresh := map[string]bool{}
	for _, w := range sum.Warnings {
		fresh[w.Commit] = true
	}
	for _, v := range sum.Views {
		for _, h := range v.Unread {
			if !fresh[h] {
				fresh[h] = true
				out.Unreadable = append(out.Unreadable, unreadable{Kind: string(git.AbsentBlob), Commit: h, Reason: "found by an earlier ingest"})
			}
		}
	}
	for _, b := range sum.Bad {
		out.Unreadable = append(out.Unreadable, unreadable{Kind: "report", Name: b.Name, Reason: b.Reason})
	}
	return out
}

// warnUnread names what could not be read of commits, the first of many.
func (env *environment) warnUnread(warnings []git.Warning) {
	const shown = 5
	for i, w := range warnings {
		if i == shown && len(warnings) > shown+1 {
			env.warn("%s", moreUnread(warnings[i:]))
			return
		}
		what := w.Path
		if what == "" {
			what = "the patch"
		}
		env.warn("%s: %s cannot be read (%s)", short(w.Commit), what, w.Kind)
	}
}

// moreUnread says how many warnings are not shown, and which command shows them.
func moreUnread(rest []git.Warning) string {
	commits := map[string]bool{}
	for _, w := range rest {
		commits[w.Commit] = true
	}
	first := short(rest[0].Commit)
	if len(commits) == 1 {
		return fmt.Sprintf("and %d more; tracker show %s lists those of that commit", len(rest), first)
	}
	return fmt.Sprintf("and %d more, of %d commits; tracker show %s lists those of the first", len(rest), len(commits), first)
}
