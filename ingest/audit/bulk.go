package audit

import (
	"fmt"

	"tracker/internal/fact"
)

// bulky is how many generated lines, and which share of all lines, make a commit one
// that nobody can review.
const (
	bulky     = 1000
	bulkShare = 0.8
)

// bulk finds commits of the fork that are mostly what programs write, and those that
// commit what a build left behind.
func bulk(b *Branch) []fact.Finding {
	var out []fact.Finding
	for _, c := range b.Own {
		var outputs []string
		generated, all := 0, 0
		biggest, most := "", 0
		for _, f := range c.Files {
			n := f.Insertions + f.Deletions
			all += n
			if !f.Generated {
				continue
			}
			generated += n
			if n > most {
				biggest, most = f.Path, n
			}
			if b.Output(f.Path) && (f.Status == "A" || f.Status == "M") && !b.upstreamHas(c.Hash, f.Path) {
				outputs = append(outputs, f.Path)
			}
		}
		up := ""
		if picks := b.carried[c.Hash]; len(picks) == 1 {
			up = picks[0].Link.Upstream
		}
		if len(outputs) > 0 {
			f := fact.Finding{
				Kind: fact.FindBulk, Severity: fact.Medium, Fork: c.Hash, Upstream: up, Path: outputs[0],
				Message: fmt.Sprintf("the commit puts %s of build output into the history, such as %s; take %s out and ignore %s", count(len(outputs), "file"), outputs[0], them(len(outputs), "it", "them"), them(len(outputs), "it", "them")),
			}
			f.Mended = b.swept(c.Hash, outputs)
			for _, path := range outputs[:min(len(outputs), maxEvidence)] {
				f.Evidence = append(f.Evidence, fact.FindingEvidence{Commit: c.Hash, Path: path})
			}
			out = append(out, f)
			continue
		}
		if generated >= bulky && float64(generated) >= bulkShare*float64(all) && !b.bulkyUpstream(up) {
			out = append(out, fact.Finding{
				Kind: fact.FindBulk, Severity: fact.Low, Fork: c.Hash, Upstream: up, Path: biggest, Lines: generated,
				Message:  fmt.Sprintf("%d of the %d lines that the commit changes were written by programs, %d of them in %s: what people wrote is easily overlooked", generated, all, most, biggest),
				Evidence: []fact.FindingEvidence{{Commit: c.Hash, Path: biggest}},
			})
		}
	}
	return out
}

// upstreamHas reports whether what a fork commit picks changes a file as well.
func (b *Branch) upstreamHas(fork, path string) bool {
	for _, p := range b.carried[fork] {
		for _, f := range p.Upstream.Files {
			if f.Path == path {
				return true
			}
		}
	}
	return false
}

// bulkyUpstream reports whether an upstream commit is mostly generated itself.
func (b *Branch) bulkyUpstream(hash string) bool {
	c := b.Commit(hash)
	if c == nil {
		return false
	}
	generated, all := 0, 0
	for _, f := range c.Files {
		all += f.Insertions + f.Deletions
		if f.Generated {
			generated += f.Insertions + f.Deletions
		}
	}
	return generated >= bulky && float64(generated) >= bulkShare*float64(all)
}

// swept returns the fork's commit that removed the last of some files, empty while one
// is there.
func (b *Branch) swept(after string, paths []string) string {
	in := map[string]bool{}
	for _, p := range paths {
		if b.Tree.Exists(p) {
			return ""
		}
		in[p] = true
	}
	last := ""
	for _, c := range b.Own[b.at[after]+1:] {
		for _, f := range c.Files {
			if in[f.Path] && f.Status == "D" || in[f.OldPath] && f.Status == "R" {
				last = c.Hash
			}
		}
	}
	return last
}
