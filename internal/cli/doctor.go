package cli

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"tracker/doctor"
	"tracker/ingest"
)

func doctorCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check the database, the search index, and both against git",
		Description: "Looks at every record, compares the index with the database and the database with git, and says what\n" +
			"is wrong and what to do; exit 4 if something is. --repair mends what can be mended without loss: marks\n" +
			"and reports are kept in any case, and so is a database that is replaced.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "repair", Usage: "mend what can be mended without loss"},
		},
		Action: func(c *cli.Context) error {
			p, err := open(c)
			if err != nil {
				return err
			}
			in := p.ingest()
			findings, err := doctor.Examine(c.Context, in)
			if err != nil {
				return err
			}
			var repaired []string
			if c.Bool("repair") {
				o := ingest.Options{Wait: c.Duration("wait"), Command: "tracker doctor --repair"}
				if repaired, err = doctor.Mend(c.Context, in, findings, o); err != nil {
					return err
				}
				if len(repaired) > 0 {
					if findings, err = doctor.Examine(c.Context, in); err != nil {
						return err
					}
				}
			}
			if err := env.printFindings(c, findings, repaired); err != nil {
				return err
			}
			if doctor.Wrong(findings) {
				return &Failure{Code: ExitFound, Hint: cure(findings)}
			}
			return nil
		},
	}
}

// cure is the hint for findings of which something is wrong: that of the first.
func cure(findings []doctor.Finding) string {
	for _, f := range findings {
		if f.Wrong {
			return f.Do
		}
	}
	return ""
}

func (env *environment) printFindings(c *cli.Context, findings []doctor.Finding, repaired []string) error {
	if asJSON(c) {
		if findings == nil {
			findings = []doctor.Finding{}
		}
		if repaired == nil {
			repaired = []string{}
		}
		return env.printJSON(c, struct {
			Sound    bool             `json:"sound"`
			Findings []doctor.Finding `json:"findings"`
			Repaired []string         `json:"repaired"`
		}{!doctor.Wrong(findings), findings, repaired})
	}
	var errs []error
	say := func(before, text string) {
		_, err := fmt.Fprintln(env.out, before+oneLine(text))
		errs = append(errs, err)
	}
	for _, r := range repaired {
		say("repaired  ", r)
	}
	for _, f := range findings {
		word := "note "
		if f.Wrong {
			word = "wrong"
		}
		say(fmt.Sprintf("%s  %-8s  ", word, f.Where), f.What)
		if f.Do != "" {
			say("                 → ", f.Do)
		}
	}
	if !doctor.Wrong(findings) && !c.Bool("quiet") {
		say("", "database, search index and git agree")
	}
	return errors.Join(errs...)
}
