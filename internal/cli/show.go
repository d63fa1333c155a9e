package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"tracker/advise"
	"tracker/internal/block"
	"tracker/internal/fact"
	"tracker/render/term"
)

func showCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "all that is known of a commit, a report or a mark",
		ArgsUsage: "COMMIT|REPORT[:LINE]|FORK_COMMIT:PATH|pattern:NAME|mark:ID",
		Description: "   tracker show b0326ff7a\n" +
			"   tracker show '#1707'\n" +
			"   tracker show docs/sync-2026-03.md\n" +
			"   tracker show docs/sync-2026-03.md:31        that passage, and what was read from it\n" +
			"   tracker show UPSTREAM_INTEGRATION.md        the document that render md wrote\n" +
			"   tracker show c4dea88f1:Cargo.lock           how a conflict of that pick was resolved\n" +
			"   tracker show pattern:Cargo.lock             what conflicts of a path, a class or a kind have in common\n" +
			"   tracker show mark:3",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usage("tracker show COMMIT, or a report's path, or mark:ID", "show takes one name, %d were given", c.NArg())
			}
			p, err := open(c)
			if err != nil {
				return err
			}
			// The answer is printed when the database is closed again: a pager
			// may stay open for long.
			var print func() error
			err = p.ask(c.Context, func(a *advise.Asker) error {
				answer, people, err := env.find(c, p, a, c.Args().First())
				print = people
				if asJSON(c) {
					print = func() error { return env.printJSON(c, answer) }
				}
				return err
			})
			if err != nil {
				return err
			}
			return print()
		},
	}
}

// find returns what a name means, and how to print it for people.
func (env *environment) find(c *cli.Context, p *place, a *advise.Asker, name string) (answer any, people func() error, err error) {
	if id, ok := strings.CutPrefix(name, "mark:"); ok {
		if n, err := strconv.Atoi(id); err == nil {
			return env.findMark(c, a, n)
		}
	}
	r, ok, err := a.Report(name)
	if err != nil {
		return nil, nil, err
	}
	if ok {
		return r, func() error { return env.showReport(c, p, r) }, nil
	}
	if id, line, isLine := passageName(name); isLine {
		if r, ok, err = a.Report(id); err != nil {
			return nil, nil, err
		}
		if ok {
			return env.findPassage(c, p, r, line)
		}
	}
	if past, ok, err := a.ConflictsNamed(name); err != nil {
		return nil, nil, err
	} else if ok {
		return past, func() error {
			if strings.HasPrefix(name, "pattern:") {
				return term.Pattern(env.out, env.linked(c, p), past)
			}
			return term.Conflicts(env.out, env.linked(c, p), past, true)
		}, nil
	}
	if head, _, isPair := strings.Cut(name, ":"); isPair && (head == "pattern" || fact.IsHash(head)) {
		return nil, nil, fail("tracker conflicts lists the conflicts that were met, and what they have in common", "%q names no conflict and no pattern", name)
	}
	h, err := a.Find(c.Context, name)
	var unknown *advise.UnknownError
	if errors.As(err, &unknown) {
		if text := document(p, name); text != nil {
			return env.findDocument(c, name, text)
		}
	}
	if errors.As(err, &unknown) && strings.Contains(name, ".") {
		return nil, nil, fail("tracker search kind:report lists the reports", "%q is neither a commit nor a report that was ingested", name)
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := a.Story(c.Context, h)
	if err != nil {
		return nil, nil, err
	}
	return s, func() error { return term.Commit(env.out, env.linked(c, p), s) }, nil
}

// showReport shows what a report says, and on a terminal the report itself below, with
// what git says to it beside its lines.
func (env *environment) showReport(c *cli.Context, p *place, r *advise.ReportStory) error {
	o := env.linked(c, p)
	if err := term.Report(env.out, o, r); err != nil || !o.TTY {
		return err
	}
	beside := map[int][]string{}
	for _, d := range r.Disagreements {
		beside[d.Line] = append(beside[d.Line], fmt.Sprintf("git disagrees that %s is %s: %s", short(d.Commit), d.Says, d.Message))
	}
	for _, list := range [][]fact.ReportFinding{r.Report.Names, r.Report.Report.Findings} {
		for _, f := range list {
			if len(f.Lines) > 0 {
				beside[f.Lines[0]] = append(beside[f.Lines[0]], f.Message)
			}
		}
	}
	if _, err := fmt.Fprintln(env.out); err != nil {
		return err
	}
	return term.Markdown(env.out, o, block.Strip([]byte(advise.LineEnds.Replace(r.Report.Text))), beside)
}

// document reads a file of the work tree that tracker has its block in, nil if a name
// names none.
func document(p *place, name string) []byte {
	if p.repo.WorkTree() == "" || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil
	}
	text, err := readDocument(filepath.Join(p.repo.WorkTree(), filepath.FromSlash(name)), p.repo.WorkTree(), true)
	if err != nil {
		return nil
	}
	if found, err := block.Find(text); err != nil || found == nil {
		return nil
	}
	return text
}

func (env *environment) findDocument(c *cli.Context, name string, text []byte) (any, func() error, error) {
	answer := struct {
		Kind string `json:"kind"`
		File string `json:"file"`
		Text string `json:"text"`
	}{"document", name, string(text)}
	return answer, func() error { return term.Markdown(env.out, env.termOptions(c), text, nil) }, nil
}

func (env *environment) findMark(c *cli.Context, a *advise.Asker, id int) (any, func() error, error) {
	list, err := a.Marks(true)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range list {
		if m.ID == id {
			return struct {
				Kind     string              `json:"kind"`
				Decision fact.Decision       `json:"decision"`
				Covers   []advise.CoveredNow `json:"covers"`
			}{"decision", m.Decision, m.Covers}, func() error { return term.Mark(env.out, env.termOptions(c), &m) }, nil
		}
	}
	return nil, nil, fail("tracker mark --list shows the marks", "there is no mark %d", id)
}

// findPassage returns a report with one of its lines.
func (env *environment) findPassage(c *cli.Context, p *place, r *advise.ReportStory, line int) (any, func() error, error) {
	at, lines := r.Passage(line)
	if at == nil {
		return nil, nil, fail(fmt.Sprintf("tracker show %q shows the whole", r.Report.ID), "%q has %d lines, and no line %d", r.Report.ID, lines, line)
	}
	answer := struct {
		*advise.ReportStory
		Passage *advise.Passage `json:"passage"`
	}{r, at}
	return answer, func() error { return term.Passage(env.out, env.linked(c, p), r, at) }, nil
}

// passageName splits a name as search prints it: "SYNC.md:31".
func passageName(id string) (report string, line int, ok bool) {
	at := strings.LastIndexByte(id, ':')
	if at < 0 {
		return "", 0, false
	}
	line, err := strconv.Atoi(id[at+1:])
	return id[:at], line, err == nil
}
