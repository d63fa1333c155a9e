package md

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// context is the number of unchanged lines around a change, as in git.
const context = 3

// Diff returns how old becomes new as a unified diff, which git apply and patch
// understand once a header names the file; empty when the two are equal. Lines
// are matched as in Bram Cohen's patience diff: those that occur once on either
// side, in the longest run that keeps their order, then again in each gap. It
// fits a file of tables, in which nearly every line is unique; a gap without
// such lines is shown as replaced.
func Diff(old, new []byte) string {
	a, b := lines(old), lines(new)
	kept := patience(a, b, 0, 0, nil)
	kept = append(kept, pair{len(a), len(b)})

	var edits []edit
	i, j := 0, 0
	for _, p := range kept {
		for ; i < p.a; i++ {
			edits = append(edits, edit{'-', a[i]})
		}
		for ; j < p.b; j++ {
			edits = append(edits, edit{'+', b[j]})
		}
		if i < len(a) {
			edits = append(edits, edit{' ', a[i]})
		}
		i, j = i+1, j+1
	}
	return hunks(edits)
}

type (
	pair struct{ a, b int }
	edit struct {
		op   byte
		line string
	}
)

func lines(text []byte) []string {
	var out []string
	for line := range bytes.Lines(text) {
		out = append(out, string(line))
	}
	return out
}

// patience appends the pairs of equal lines of a and b, which begin at line
// i and j of their files.
func patience(a, b []string, i, j int, kept []pair) []pair {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		kept = append(kept, pair{i, j})
		a, b, i, j = a[1:], b[1:], i+1, j+1
	}
	tail := 0
	for tail < len(a) && tail < len(b) && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	ai, bj := 0, 0
	if anchors := increasing(unique(a, b)); len(anchors) > 0 {
		for _, p := range anchors {
			kept = patience(a[ai:p.a], b[bj:p.b], i+ai, j+bj, kept)
			kept = append(kept, pair{i + p.a, j + p.b})
			ai, bj = p.a+1, p.b+1
		}
		kept = patience(a[ai:], b[bj:], i+ai, j+bj, kept)
	}
	for k := range tail {
		kept = append(kept, pair{i + len(a) + k, j + len(b) + k})
	}
	return kept
}

// unique pairs the lines that occur once in a and once in b, in a's order.
func unique(a, b []string) []pair {
	type seen struct{ inA, inB, at int }
	count := map[string]*seen{}
	for _, line := range a {
		if count[line] == nil {
			count[line] = &seen{}
		}
		count[line].inA++
	}
	for j, line := range b {
		if s := count[line]; s != nil {
			s.inB, s.at = s.inB+1, j
		}
	}
	var out []pair
	for i, line := range a {
		if s := count[line]; s.inA == 1 && s.inB == 1 {
			out = append(out, pair{i, s.at})
		}
	}
	return out
}

// increasing returns the longest subsequence of the pairs in which b rises
// too: patience sorting, each pile keeping a way back to the one before it.
func increasing(pairs []pair) []pair {
	var tops []int
	back := make([]int, len(pairs))
	for k, p := range pairs {
		pile, _ := slices.BinarySearchFunc(tops, p.b, func(top, b int) int { return pairs[top].b - b })
		back[k] = -1
		if pile > 0 {
			back[k] = tops[pile-1]
		}
		if pile == len(tops) {
			tops = append(tops, k)
		} else {
			tops[pile] = k
		}
	}
	if len(tops) == 0 {
		return nil
	}
	out := make([]pair, 0, len(tops))
	for k := tops[len(tops)-1]; k >= 0; k = back[k] {
		out = append(out, pairs[k])
	}
	slices.Reverse(out)
	return out
}

// hunks writes the changes with their context.
func hunks(edits []edit) string {
	var b strings.Builder
	oldLine, newLine := 1, 1
	advance := func(es []edit) {
		for _, e := range es {
			if e.op != '+' {
				oldLine++
			}
			if e.op != '-' {
				newLine++
			}
		}
	}
	done := 0
	for {
		from := slices.IndexFunc(edits[done:], func(e edit) bool { return e.op != ' ' })
		if from < 0 {
			return b.String()
		}
		from += done
		to := from
		for k := from; k < len(edits) && k-to <= 2*context; k++ {
			if edits[k].op != ' ' {
				to = k + 1
			}
		}
		from, to = max(done, from-context), min(len(edits), to+context)
		advance(edits[done:from])
		atOld, atNew := oldLine, newLine
		advance(edits[from:to])
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", span(atOld, oldLine-atOld), span(atNew, newLine-atNew))
		for _, e := range edits[from:to] {
			b.WriteByte(e.op)
			b.WriteString(e.line)
			if !strings.HasSuffix(e.line, "\n") {
				b.WriteString("\n\\ No newline at end of file\n")
			}
		}
		done = to
	}
}

// span writes a hunk's range; an empty one is named by the line before it.
func span(at, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", at-1)
	case 1:
		return fmt.Sprint(at)
	}
	return fmt.Sprintf("%d,%d", at, n)
}
