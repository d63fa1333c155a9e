package graph

import (
	"bytes"
	"fmt"
	"strings"

	"tracker/advise"
	"tracker/internal/fact"
	"tracker/render/esc"
)

// Dot writes commits and their needs in Graphviz's language: an arrow goes from a
// commit to what it needs, in full lines where it does not apply without. What
// only lock files say is left out.
func Dot(d *advise.Dependencies) []byte {
	var out bytes.Buffer
	out.WriteString("digraph needs {\n\trankdir=RL;\n\tnode [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\"];\n")
	seen := map[string]bool{}
	for _, c := range d.Commits {
		seen[c.Commit] = true
		color := ""
		switch {
		case c.Asked:
			color = ", fillcolor=lightyellow"
		case c.Status.InFork():
			color = ", fillcolor=lightgrey"
		}
		fmt.Fprintf(&out, "\t%s [label=%s%s];\n", quoted(c.Commit), quoted(fact.Short(c.Commit)+"\n"+wrap(esc.Line(c.Subject), 32)), color)
	}
	for _, a := range arrows(d.Edges) {
		for _, h := range []string{a.from, a.to} {
			if !seen[h] {
				seen[h] = true
				fmt.Fprintf(&out, "\t%s [label=%s];\n", quoted(h), quoted(fact.Short(h)))
			}
		}
		style := "dashed"
		if a.hard {
			style = "solid"
		}
		fmt.Fprintf(&out, "\t%s -> %s [style=%s, label=%s, fontsize=10];\n", quoted(a.from), quoted(a.to), style, quoted(strings.Join(a.kinds, " ")))
	}
	out.WriteString("}\n")
	return out.Bytes()
}

// arrow is all needs of one commit for another.
type arrow struct {
	from, to string
	hard     bool
	kinds    []string
}

func arrows(edges []advise.NeedEdge) []arrow {
	var out []arrow
	at := map[[2]string]int{}
	for i := range edges {
		e := &edges[i]
		if e.Lockfile {
			continue
		}
		k := [2]string{e.From, e.To}
		j, ok := at[k]
		if !ok {
			j = len(out)
			at[k] = j
			out = append(out, arrow{from: e.From, to: e.To})
		}
		out[j].hard = out[j].hard || e.Strength == "hard"
		out[j].kinds = append(out[j].kinds, string(e.Kind))
	}
	return out
}

// quoted writes a string of Graphviz's.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// wrap breaks a text between words, into lines of about so many characters.
func wrap(s string, width int) string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && len(line)+1+len(w) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return strings.Join(append(lines, line), "\n")
}
