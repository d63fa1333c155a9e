package cli

import (
	"errors"
	"os/user"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/ingest"
	"tracker/internal/fact"
	"tracker/render/term"
)

func markCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "mark",
		Usage:     "record what you decided about a commit, or that a link is wrong",
		ArgsUsage: "COMMIT STATUS | COMMIT not FORK_COMMIT | COMMIT accept:KIND",
		Description: "A mark beats what git shows and what reports say, and is kept for good, also when it is undone.\n" +
			"STATUS is one of " + statusWords() + ".\n\n" +
			"   tracker mark b0326ff7a deferred --reason 'needs the embedding models' --waits-for EmbeddingLoader\n" +
			"   tracker mark '#1704' adapted --as 0bdc868a2 --reason 'ported by hand'\n" +
			"   tracker mark b0326ff7a not 0bdc868a2\n" +
			"   tracker mark --path 'metal/**' skipped --reason 'we have no Metal code'\n" +
			"   tracker mark 958acfcb6 accept:lost-fork-lines --reason 'upstream builds it better'\n" +
			"   tracker mark --path 'target-cpu/**' accept:bulk --reason 'kept for the offline build'\n" +
			"   tracker mark --undo 3\n" +
			"   tracker mark --list\n\n" +
			"What a commit waits for (a symbol, a file, a hash, #PR) is looked for at every ingest. When it has come\n" +
			"into the fork, or a later upstream commit mends the commit, takes it back, names it or builds on it, the\n" +
			"decision is open again until you mark the commit anew. A mark by pattern covers what comes later, too;\n" +
			"ingest names what is new under it. It changes nothing of commits that the fork has; a mark on one commit does.\n\n" +
			"accept:KIND accepts what tracker audit finds: of one commit, the fork's or upstream's, or in the files and\n" +
			"reports that --path matches. It needs a reason, and tracker audit --all shows it.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "reason", Aliases: []string{"m"}, Usage: "why: `TEXT`"},
			&cli.StringSliceFlag{Name: "waits-for", Usage: "a symbol, file or commit that it waits for: `X`, repeatable"},
			&cli.StringFlag{Name: "kind", Usage: "what the reason comes to, if its words do not tell: `KIND`, one of " + reasonKinds()},
			&cli.StringFlag{Name: "as", Usage: "the `FORK_COMMIT` that carries it"},
			&cli.StringFlag{Name: "path", Usage: "every commit whose files all match `GLOB`, instead of one commit"},
			&cli.StringFlag{Name: "subject", Usage: "every commit whose subject matches `PATTERN` (a regular expression)"},
			&cli.IntFlag{Name: "undo", Usage: "take the mark number `ID` back"},
			&cli.BoolFlag{Name: "list", Usage: "list the marks that stand, and how many commits each covers"},
			&cli.BoolFlag{Name: "all", Usage: "with --list: those taken back, too"},
		},
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			o := ingest.Options{Wait: c.Duration("wait"), Command: "tracker mark"}
			switch {
			case c.Bool("list"):
				return env.listMarks(c, p)
			case c.IsSet("undo"):
				if c.Args().Present() {
					return usage("tracker mark --undo ID", "--undo takes no commit")
				}
				d, err := p.ingest().Undo(c.Context, c.Int("undo"), o)
				if errors.Is(err, ingest.ErrNoDecision) {
					return fail("tracker mark --list shows the marks", "%v", err)
				}
				if err != nil {
					return err
				}
				return env.printMark(c, p, d, nil)
			}
			d, err := decision(c, p)
			if err != nil {
				return err
			}
			carriers, err := against(p, c, &d)
			if err != nil {
				return err
			}
			d, covers, err := p.ingest().Decide(c.Context, d, o)
			if err != nil {
				return err
			}
			if len(carriers) > 0 && !c.Bool("quiet") {
				env.warn("warning: git has it as %s; the mark stands all the same, and tracker mark --undo %d takes it back", strings.Join(carriers, ", "), d.ID)
			}
			return env.printMark(c, p, d, covers)
		},
	}
}

func statusWords() string {
	words := make([]string, len(fact.Statuses))
	for i, s := range fact.Statuses {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

func reasonKinds() string {
	words := make([]string, len(fact.ReasonKinds))
	for i, k := range fact.ReasonKinds {
		words[i] = string(k)
	}
	return strings.Join(words, ", ")
}

// decision reads the arguments of mark.
func decision(c *cli.Context, p *place) (fact.Decision, error) {
	d := fact.Decision{
		Reason: c.String("reason"), ReasonKind: fact.ReasonKind(strings.ToLower(c.String("kind"))), WaitsFor: c.StringSlice("waits-for"),
		Path: c.String("path"), Subject: c.String("subject"),
	}
	if u, err := user.Current(); err == nil {
		d.By = u.Username
		if u.Name != "" {
			d.By = u.Name
		}
	}
	if name := p.repo.UserName(c.Context); name != "" {
		d.By = name
	}
	args := c.Args().Slice()
	byPattern := d.Path != "" || d.Subject != ""
	const form = "tracker mark COMMIT STATUS --reason TEXT, or tracker mark --help"
	switch {
	case isAccept(args) && d.Subject == "" && (byPattern && len(args) == 1 || !byPattern && len(args) == 2):
		return acceptance(c, p, d, args)
	case byPattern && len(args) == 1:
		if d.Path != "" && d.Subject != "" {
			return d, usage(form, "--path and --subject cannot be given together")
		}
		if _, err := path.Match(d.Path, ""); err != nil {
			return d, usage("* and ? match within a folder, ** across folders, [abc] one of several", "read --path %q: %v", d.Path, err)
		}
		if _, err := regexp.Compile("(?i)" + d.Subject); err != nil {
			return d, usage("the pattern is a regular expression of Go's kind", "read --subject %q: %v", d.Subject, err)
		}
		if c.String("as") != "" {
			return d, usage(form, "--as names one fork commit and needs one commit")
		}
		d.Status = fact.Status(strings.ToLower(args[0]))
	case !byPattern && len(args) == 2:
		d.Status = fact.Status(strings.ToLower(args[1]))
	case !byPattern && len(args) == 3 && args[1] == "not":
	default:
		return d, usage(form, "mark takes a commit and a status, %d words were given", len(args))
	}
	if d.Status != "" && !slices.Contains(fact.Statuses, d.Status) {
		return d, usage("the statuses are "+statusWords(), "unknown status %q", string(d.Status))
	}
	if d.ReasonKind != "" && !slices.Contains(fact.ReasonKinds, d.ReasonKind) {
		return d, usage("the kinds are "+reasonKinds(), "unknown kind of reason %q", string(d.ReasonKind))
	}
	if d.Reason == "" && (d.Status == fact.Skipped || d.Status == fact.Deferred) {
		return d, usage("add --reason TEXT: who looks at it next year will want to know", "%s needs a reason", d.Status)
	}
	err := p.ask(c.Context, func(a *advise.Asker) error {
		var err error
		if !byPattern {
			if d.Commit, err = a.Find(c.Context, args[0]); err != nil {
				return err
			}
			if !a.InRange(d.Commit) {
				return fail("tracker show "+short(d.Commit)+" says where it is", "%s is not an upstream commit of the range", short(d.Commit))
			}
		}
		for _, f := range []struct {
			name string
			to   *string
		}{{c.String("as"), &d.As}, {notWord(args), &d.Not}} {
			if f.name == "" {
				continue
			}
			if *f.to, err = a.Find(c.Context, f.name); err != nil {
				return err
			}
			if !a.InFork(*f.to) {
				return fail("name a commit of the fork: tracker links lists those that carry upstream's", "%s is not one of the fork's own commits", short(*f.to))
			}
		}
		return nil
	})
	return d, err
}

const acceptWord = "accept:"

// isAccept reports whether the last argument accepts a kind of finding.
func isAccept(args []string) bool {
	return len(args) > 0 && strings.HasPrefix(args[len(args)-1], acceptWord)
}

// acceptance reads the arguments of a mark that accepts findings.
func acceptance(c *cli.Context, p *place, d fact.Decision, args []string) (fact.Decision, error) {
	d.Accept = fact.FindingKind(strings.ToLower(strings.TrimPrefix(args[len(args)-1], acceptWord)))
	if !slices.Contains(fact.FindingKinds, d.Accept) {
		words := make([]string, len(fact.FindingKinds))
		for i, k := range fact.FindingKinds {
			words[i] = string(k)
		}
		return d, usage("the kinds are "+strings.Join(words, ", "), "unknown kind of finding %q", string(d.Accept))
	}
	if d.Reason == "" {
		return d, usage("add --reason TEXT: who looks at it next year will want to know", "accepting a finding needs a reason")
	}
	if c.String("as") != "" || len(d.WaitsFor) > 0 || d.ReasonKind != "" {
		return d, usage("tracker mark COMMIT accept:KIND --reason TEXT", "--as, --waits-for and --kind say nothing of a finding")
	}
	if d.Path != "" {
		if _, err := path.Match(d.Path, ""); err != nil {
			return d, usage("* and ? match within a folder, ** across folders, [abc] one of several", "read --path %q: %v", d.Path, err)
		}
		return d, nil
	}
	err := p.ask(c.Context, func(a *advise.Asker) error {
		var err error
		if d.Commit, err = a.Find(c.Context, args[0]); err != nil {
			return err
		}
		if !a.InRange(d.Commit) && !a.InFork(d.Commit) {
			return fail("tracker audit names the commits of findings", "%s is neither the fork's own nor an upstream commit of the range", short(d.Commit))
		}
		return nil
	})
	return d, err
}

// against returns the short names of the fork commits that carry what a decision
// says is not taken.
func against(p *place, c *cli.Context, d *fact.Decision) ([]string, error) {
	if d.Commit == "" || d.Status != fact.Skipped && d.Status != fact.Deferred {
		return nil, nil
	}
	var names []string
	err := p.ask(c.Context, func(a *advise.Asker) error {
		carriers, err := a.Carriers(d.Commit)
		for _, h := range carriers {
			names = append(names, short(h))
		}
		return err
	})
	return names, err
}

func notWord(args []string) string {
	if len(args) == 3 {
		return args[2]
	}
	return ""
}

// printMark shows a decision, and never leaves out what it covers.
func (env *environment) printMark(c *cli.Context, p *place, d fact.Decision, covers []string) error {
	if asJSON(c) {
		if covers == nil {
			covers = []string{}
		}
		return env.printJSON(c, struct {
			Decision fact.Decision `json:"decision"`
			Covers   []string      `json:"covers"`
		}{d, covers})
	}
	if c.Bool("quiet") {
		return nil
	}
	mark := advise.Mark{Decision: d}
	byPattern := d.Path != "" || d.Subject != ""
	err := p.ask(c.Context, func(a *advise.Asker) error {
		if d.Accept != "" {
			return a.CoverFindings(&mark)
		}
		return a.Cover(&mark, covers)
	})
	if err != nil {
		return err
	}
	if !byPattern {
		mark.Covers = nil
	}
	if err := term.Mark(env.out, env.termOptions(c), &mark); err != nil {
		return err
	}
	if n := mark.Staying(); n > 0 {
		env.warn("note: the fork already has %d of the %d that it covers; they stay as they are", n, len(covers))
	}
	if d.Accept != "" && d.Undone == 0 && len(mark.Accepts) == 0 {
		env.warn("warning: there is no such finding yet; tracker mark --undo %d takes it back", d.ID)
	}
	if d.Accept == "" && byPattern && d.Undone == 0 && len(covers) == 0 {
		env.warn("warning: it covers no upstream commit yet; tracker mark --undo %d takes it back", d.ID)
	}
	return nil
}

func (env *environment) listMarks(c *cli.Context, p *place) error {
	var list []advise.Mark
	err := p.ask(c.Context, func(a *advise.Asker) error {
		var err error
		list, err = a.Marks(c.Bool("all") || asJSON(c))
		return err
	})
	if err != nil {
		return err
	}
	if asJSON(c) {
		return env.printJSON(c, map[string]any{"decisions": list})
	}
	return term.Marks(env.out, env.termOptions(c), list)
}
