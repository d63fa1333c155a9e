package html

import (
	"cmp"
	"html/template"
	"path"
	"slices"
	"strings"

	"tracker/advise"
)

// spot is a folder in which picks conflict.
type spot struct {
	Folder  string
	Past    int // conflicts that past picks and merges met
	Ahead   int // paths in which commits that are open will conflict
	Drawing template.HTML
}

// spotDepth is how many folders deep spots are told apart.
const spotDepth = 2

// spots adds conflicts up by folder, those with most first.
func spots(h *advise.History) []spot {
	count := map[string]*spot{}
	at := func(name string) *spot {
		folder := path.Dir(name)
		if parts := strings.SplitN(folder, "/", spotDepth+1); len(parts) > spotDepth {
			folder = strings.Join(parts[:spotDepth], "/")
		}
		if folder == "." {
			folder = "(top)"
		}
		if count[folder] == nil {
			count[folder] = &spot{Folder: folder}
		}
		return count[folder]
	}
	if h.Met != nil {
		for i := range h.Met.Conflicts {
			at(h.Met.Conflicts[i].Path).Past++
		}
	}
	for _, o := range h.Standing.Outlooks {
		for _, c := range o.Conflicts {
			at(c.Path).Ahead++
		}
	}
	var out []spot
	most := 0
	for _, s := range count {
		most = max(most, s.Past, s.Ahead)
		out = append(out, *s)
	}
	for i := range out {
		s := &out[i]
		s.Drawing = meter(s.Past, most, "fill adapted") + meter(s.Ahead, most, "fill reverted")
	}
	slices.SortFunc(out, func(a, b spot) int {
		return cmp.Or(cmp.Compare(b.Past+b.Ahead, a.Past+a.Ahead), cmp.Compare(a.Folder, b.Folder))
	})
	return out
}
