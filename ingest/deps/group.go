package deps

import "tracker/internal/fact"

// belongs tells with which commit that begins what a commit belongs to: files that
// another creates, names that it introduces. Lines alone make no group, for all
// that is done to a busy file hangs together by them; nor do lock files. A commit
// belongs to the one that it builds on most, through others, unless it brings in
// more than it builds on: then it begins something of its own.
func (f *Finder) belongs(n *fact.Needs) string {
	weight := map[string]int{}
	best := ""
	for i := range n.List { // newest first
		need := &n.List[i]
		if need.Lock || need.Kind != fact.NeedFile && need.Kind != fact.NeedSymbol {
			continue
		}
		w := need.Count
		if need.Kind == fact.NeedFile {
			w *= 2
		}
		weight[need.To] += w
		if best == "" || weight[need.To] > weight[best] {
			best = need.To
		}
	}
	if best == "" || weight[best] < len(n.Brings) {
		return ""
	}
	if root := f.group[best]; root != "" {
		best = root
	}
	f.group[n.Commit] = best
	return best
}
