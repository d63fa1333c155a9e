package cli

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/render/esc"
)

// The scripts of the shells say by these variables what word is being completed, and
// how a candidate and what it means are told apart: "fish" by a tab, "zsh" by a colon.
// Other shells get no meanings.
const (
	completedWord  = "TRACKER_COMPLETE_WORD"
	completedShell = "TRACKER_COMPLETE_SHELL"
)

// mostCandidates is how many a shell is offered: nobody reads more.
const mostCandidates = 200

// candidate is a word that can follow, and what it means.
type candidate struct{ word, meaning string }

// completing commands print what can follow.
func completeWith(find func(*cli.Context, string) []candidate) func(*cli.Command) {
	return func(cmd *cli.Command) {
		plain := cli.DefaultCompleteWithFlags(cmd)
		cmd.BashComplete = func(c *cli.Context) {
			word := os.Getenv(completedWord)
			if strings.HasPrefix(word, "-") {
				plain(c)
				return
			}
			shown := 0
			for _, x := range find(c, word) {
				if !strings.HasPrefix(x.word, word) || esc.Line(x.word) != x.word || shown == mostCandidates {
					continue // a name with hidden characters is not for a command line
				}
				shown++
				meaning := esc.Line(x.meaning)
				switch shell := os.Getenv(completedShell); {
				case shell == "fish" && meaning != "":
					fmt.Fprintf(c.App.Writer, "%s\t%s\n", x.word, meaning)
				case shell == "zsh":
					fmt.Fprintf(c.App.Writer, "%s:%s\n", strings.ReplaceAll(strings.ReplaceAll(x.word, `\`, `\\`), ":", `\:`), meaning)
				default:
					fmt.Fprintln(c.App.Writer, x.word)
				}
			}
		}
	}
}

// complete gives the commands of an app what can follow them.
func complete(commands []*cli.Command) {
	for _, c := range commands {
		switch c.Name {
		case "show":
			completeWith(func(c *cli.Context, word string) []candidate {
				return append(reportsNamed(c), commitsNamed(c, word)...)
			})(c)
		case "status", "deps", "predict", "plan":
			completeWith(commitsNamed)(c)
		case "mark":
			completeWith(func(c *cli.Context, word string) []candidate {
				if c.NArg() == 0 {
					return commitsNamed(c, word)
				}
				return statusCandidates("")
			})(c)
		case "search":
			completeWith(func(*cli.Context, string) []candidate { return queryCandidates() })(c)
		case "completion":
			completeWith(func(*cli.Context, string) []candidate {
				return []candidate{{"bash", ""}, {"zsh", ""}, {"fish", ""}, {"powershell", ""}}
			})(c)
		}
	}
}

// commitsNamed are upstream's commits of the range, newest first, then the fork's own;
// and by pull request where the word begins so. Where nothing can be read there are
// none: a shell has no use for an error.
func commitsNamed(c *cli.Context, word string) []candidate {
	var out []candidate
	asked(c, func(a *advise.Asker) error {
		s, err := a.Standing(c.Context, nil)
		if err != nil {
			return err
		}
		for _, acc := range s.Commits {
			meaning := string(acc.Status) + "  " + acc.Subject
			if strings.HasPrefix(word, "#") {
				if acc.PR > 0 {
					out = append(out, candidate{fmt.Sprintf("#%d", acc.PR), meaning})
				}
				continue
			}
			out = append(out, candidate{named(acc.Commit, word), meaning})
		}
		if strings.HasPrefix(word, "#") {
			return nil
		}
		for _, v := range a.Views() {
			for _, h := range v.Own {
				if word == "" || strings.HasPrefix(h, word) {
					subject, err := a.Subject(h)
					if err != nil {
						return err
					}
					out = append(out, candidate{named(h, word), "fork  " + subject})
				}
			}
		}
		return nil
	})
	return out
}

// named shortens a hash, but to no less than the word that it completes.
func named(hash, word string) string {
	return hash[:min(len(hash), max(len(fact.Short(hash)), len(word)))]
}

func reportsNamed(c *cli.Context) []candidate {
	var out []candidate
	asked(c, func(a *advise.Asker) error {
		reports, err := a.Reports()
		for i := range reports {
			out = append(out, candidate{reports[i].ID, "report  " + reports[i].Report.Title})
		}
		return err
	})
	return out
}

func asked(c *cli.Context, fn func(*advise.Asker) error) {
	if p, err := open(c); err == nil {
		_ = p.ask(c.Context, fn)
	}
}

func statusCandidates(prefix string) []candidate {
	var out []candidate
	for _, s := range fact.Statuses {
		out = append(out, candidate{prefix + string(s), ""})
	}
	return out
}

// queryCandidates are the fields of a query, and the values of those that have few.
func queryCandidates() []candidate {
	var out []candidate
	for _, f := range index.Fields {
		switch f {
		case "kind":
			for _, k := range index.Kinds {
				out = append(out, candidate{"kind:" + k, ""})
			}
		case "status":
			out = append(out, statusCandidates("status:")...)
		default:
			out = append(out, candidate{f + ":", ""})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(a.word, b.word) })
	return out
}
