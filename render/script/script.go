// Package script writes a plan as the git commands that carry it out.
package script

import (
	"fmt"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render"
	"tracker/render/esc"
)

// Shell writes the commands of a plan for a POSIX shell: after them the repository
// is as the plan foresees. It stops at the first command that fails, and at once
// unless HEAD is where the plan begins, with nothing but picks on top of it: run
// again, it goes on behind those that are made. Conflicts are resolved as the plan
// assumes; steps of which nothing is left, and those that cannot be told, are left
// out.
func Shell(p *advise.Plan) string {
	var b, already strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\n# %s onto %s", render.Count(len(p.Steps), "pick"), fact.Short(p.Onto))
	if p.OntoRef != "" {
		fmt.Fprintf(&b, " (%s)", esc.Line(render.RefName(p.OntoRef)))
	}
	for _, a := range p.Already {
		fmt.Fprintf(&already, "# %s is there already\n", a.Commit)
	}
	b.WriteString(", in an order that respects what they need of each other.\n")
	if p.Assumption != "" {
		b.WriteString("# Conflicts are resolved to upstream's side in the places that conflict: look at them.\n" +
			"# To resolve one by hand, take the option and the braces out of its step, resolve when it stops,\n" +
			"# git cherry-pick --continue, and run the script again: it goes on behind what is picked.\n")
	}
	b.WriteString(already.String())
	fmt.Fprintf(&b, start, p.Onto, fact.Short(p.Onto))
	for i := range p.Steps {
		step(&b, i, &p.Steps[i])
	}
	return b.String()
}

// start refuses to begin elsewhere, and defines how a step finds itself done.
const start = `set -e
onto=%s
if ! git merge-base --is-ancestor $onto HEAD ||
  [ -n "$(git log --format=%%H --invert-grep --fixed-strings --grep='(cherry picked from commit ' $onto..HEAD)" ]; then
  echo 'HEAD is not %s, where this plan begins, nor that with picks on top' >&2
  exit 1
fi
picked() { [ -n "$(git log --format=%%H --fixed-strings --grep="(cherry picked from commit $1)" $onto..HEAD)" ]; }
`

func step(b *strings.Builder, i int, s *advise.Step) {
	fmt.Fprintf(b, "\n# %d  %s  %s\n", i+1, s.Result, esc.Line(s.Subject))
	if s.Added {
		fmt.Fprintf(b, "# added: %s\n", esc.Line(s.Why))
		if s.Against != "" {
			fmt.Fprintf(b, "# somebody decided against it: %s\n", esc.Line(s.Against))
		}
	}
	switch {
	case s.Result == fact.ResultClean:
		fmt.Fprintf(b, "picked %[1]s || git cherry-pick -x %[1]s\n", s.Commit)
	case s.Result != fact.ResultConflict:
		fmt.Fprintf(b, "# left out: git cherry-pick -x %s\n", s.Commit)
	default:
		for j := range s.Conflicts {
			fmt.Fprintf(b, "# conflict in %s (%s)\n", esc.Line(s.Conflicts[j].Path), esc.Line(s.Conflicts[j].Kind))
		}
		fmt.Fprintf(b, "picked %[1]s || git cherry-pick -x --strategy-option=theirs %[1]s || {\n", s.Commit)
		beside := false
		for j := range s.Conflicts {
			// What the option leaves open is no matter of lines.
			x := &s.Conflicts[j]
			path, take := quote(x.Path), "git rm --quiet --force -- %s"
			switch {
			case x.Kind == "file/directory" || x.Kind == "distinct types":
				// git puts one of the two beside, under a name of its own
				beside = true
				if !x.Gone {
					fmt.Fprintf(b, "  git rm -r --quiet --force --ignore-unmatch -- %[1]s && git checkout %[2]s -- %[1]s\n", path, s.Commit)
				}
				continue
			case x.Kind == "submodule" && !x.Gone: // which need not be checked out
				take = "git checkout " + s.Commit + " -- %[1]s"
			case x.Kind == "file location" && !x.Gone: // the fork's own has no other side
				take = "git checkout --quiet --theirs -- %[1]s 2>/dev/null || :; git add -- %[1]s"
			case !x.Gone:
				take = "git checkout --theirs -- %[1]s && git add -- %[1]s"
			}
			fmt.Fprintf(b, "  if git ls-files --unmerged -- %s | grep -q .; then %s; fi\n", path, fmt.Sprintf(take, path))
		}
		if beside {
			b.WriteString("  (cd \"$(git rev-parse --show-toplevel)\" && git diff -z --name-only --diff-filter=U |\n" +
				"    git --literal-pathspecs rm --quiet --force --ignore-unmatch --pathspec-from-file=- --pathspec-file-nul)\n")
		}
		b.WriteString("  if git diff --cached --quiet; then git cherry-pick --skip; else GIT_EDITOR=true git cherry-pick --continue; fi\n}\n")
	}
}

// quote makes a path a word of a POSIX shell that git takes for no pattern. What
// could not be seen, or would steer the terminal that the script is read on, is
// left to printf.
func quote(path string) string {
	path = ":(top,literal)" + path
	if esc.Line(path) == path || strings.HasSuffix(path, "\n") { // which the shell would take off
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString(`"$(printf '`)
	for i := range len(path) {
		switch c := path[i]; {
		case c == '%':
			b.WriteString("%%")
		case c < ' ' || c >= 0x7f || c == '\'' || c == '\\':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteString(`')"`)
	return b.String()
}
