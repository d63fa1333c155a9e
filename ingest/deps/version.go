package deps

import "tracker/internal/fact"

// nobody owns what was there before the history begins.
const nobody = -1

// span is a run of lines of one owner: from a line (from 0) to the next span's.
// The last one has no end.
type span struct {
	from, owner int32
}

// cut is a place where a commit removed lines and put none: between lines at-1
// and at.
type cut struct {
	at, by int32
}

// version is one content of one path. It is never changed.
type version struct {
	by      int32  // the commit that made it
	key     uint64 // of its content
	creator int32  // the commit that created the file
	mover   int32  // the one that last renamed it
	opaque  int32  // the last one that changed it without its lines being told
	spans   []span // in order; the first is from 0
	cuts    []cut  // in order
}

var whole = []span{{0, nobody}}

// owners calls fn for the lines from from to to (not included), a span at a time.
func (v *version) owners(from, to int, fn func(line, count int, owner int32)) {
	if from >= to {
		return
	}
	i := 0
	for lo, hi := 0, len(v.spans); hi-lo > 1; {
		if mid := (lo + hi) / 2; int(v.spans[mid].from) <= from {
			lo, i = mid, mid
		} else {
			hi = mid
		}
	}
	for ; from < to && i < len(v.spans); i++ {
		end := to
		if i+1 < len(v.spans) {
			end = min(end, int(v.spans[i+1].from))
		}
		if end > from {
			fn(from, end-from, v.spans[i].owner)
			from = end
		}
	}
}

// cutsIn calls fn for the cuts from one place to another, both included.
func (v *version) cutsIn(from, to int, fn func(at int, by int32)) {
	lo, hi := 0, len(v.cuts)
	for lo < hi {
		if mid := (lo + hi) / 2; int(v.cuts[mid].at) < from {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for ; lo < len(v.cuts) && int(v.cuts[lo].at) <= to; lo++ {
		fn(int(v.cuts[lo].at), v.cuts[lo].by)
	}
}

// edited returns the lines as a commit's runs leave them. The added lines are
// owner's, and so are the cuts where it only removes.
func (v *version) edited(runs []fact.Run, owner int32) (spans []span, cuts []cut) {
	spans = make([]span, 0, len(v.spans)+2*len(runs))
	cuts = make([]cut, 0, len(v.cuts)+len(runs))
	put := func(from, owner int32) {
		if n := len(spans); n > 0 && spans[n-1].from == from {
			spans = spans[:n-1]
		}
		if n := len(spans); n == 0 || spans[n-1].owner != owner {
			spans = append(spans, span{from, owner})
		}
	}
	si, ci := 0, 0
	shift := 0 // new place − old place
	// keep copies what stands from one old line to another, which is not removed.
	keep := func(from, to int, last bool) {
		for si+1 < len(v.spans) && int(v.spans[si+1].from) <= from {
			si++
		}
		if from < to || last {
			put(int32(from+shift), v.spans[si].owner)
		}
		for si+1 < len(v.spans) && (last || int(v.spans[si+1].from) < to) {
			si++
			put(v.spans[si].from+int32(shift), v.spans[si].owner)
		}
	}
	at := 0
	for _, r := range runs {
		keep(at, r.Old, false)
		for ci < len(v.cuts) && int(v.cuts[ci].at) < r.Old {
			cuts = append(cuts, cut{v.cuts[ci].at + int32(shift), v.cuts[ci].by})
			ci++
		}
		if r.Removed > 0 { // what was cut there is cut by this commit now
			for ci < len(v.cuts) && int(v.cuts[ci].at) <= r.Old+r.Removed {
				ci++
			}
		}
		if r.Added > 0 {
			put(int32(r.Old+shift), owner)
		} else if owner != unknown {
			cuts = append(cuts, cut{int32(r.Old + shift), owner})
		}
		shift += r.Added - r.Removed
		at = r.Old + r.Removed
		if r.Removed == 0 { // cuts where it inserts stay in front of the new lines
			for ci < len(v.cuts) && int(v.cuts[ci].at) == r.Old {
				cuts = append(cuts, cut{v.cuts[ci].at + int32(shift-r.Added), v.cuts[ci].by})
				ci++
			}
		}
	}
	keep(at, at, true)
	for ; ci < len(v.cuts); ci++ {
		cuts = append(cuts, cut{v.cuts[ci].at + int32(shift), v.cuts[ci].by})
	}
	return spans, cuts
}

// unknown marks lines of a merge that a parent does not have.
const unknown = -2

// merged lays the lines of a merge over each other, as each parent has them: who
// owns a line is what the first parent says that has it, and by whom nobody has.
func merged(sides [][]span, by int32) []span {
	out := sides[0]
	for _, s := range sides[1:] {
		out = over(out, s)
	}
	final := make([]span, 0, len(out))
	for _, s := range out {
		if s.owner == unknown {
			s.owner = by
		}
		if n := len(final); n == 0 || final[n-1].owner != s.owner {
			final = append(final, s)
		}
	}
	return final
}

// over fills what is unknown in a with what b says.
func over(a, b []span) []span {
	var out []span
	put := func(from, owner int32) {
		if n := len(out); n == 0 || out[n-1].owner != owner {
			out = append(out, span{from, owner})
		}
	}
	i, j := 0, 0
	for from := int32(0); ; {
		owner := a[i].owner
		if owner == unknown {
			owner = b[j].owner
		}
		put(from, owner)
		switch nextA, nextB := i+1 < len(a), j+1 < len(b); {
		case !nextA && !nextB:
			return out
		case !nextB || nextA && a[i+1].from <= b[j+1].from:
			if nextB && a[i+1].from == b[j+1].from {
				j++
			}
			i++
			from = a[i].from
		default:
			j++
			from = b[j].from
		}
	}
}

// mergedCuts joins the cuts of a merge as its parents have them.
func mergedCuts(sides [][]cut) []cut {
	var out []cut
	for _, s := range sides {
		if len(s) == 0 {
			continue
		}
		if len(out) == 0 {
			out = s
			continue
		}
		both := make([]cut, 0, len(out)+len(s))
		for i, j := 0, 0; i < len(out) || j < len(s); {
			switch {
			case j == len(s) || i < len(out) && less(out[i], s[j]):
				both = append(both, out[i])
				i++
			case i < len(out) && out[i] == s[j]:
				i++
			default:
				both = append(both, s[j])
				j++
			}
		}
		out = both
	}
	return out
}

func less(a, b cut) bool { return a.at < b.at || a.at == b.at && a.by < b.by }
