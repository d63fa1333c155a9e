package foresee

import (
	"io"

	"tracker/ingest/conflict"
	"tracker/ingest/reuse"
	"tracker/internal/git"
)

// Places are the places of an answer's conflict, each with how like ones were resolved
// before. objects reads what the answer's Replay merged.
func Places(objects *git.Objects, memory *reuse.Memory, m *git.Merged, x *git.MergeConflict) ([]reuse.Place, error) {
	merged, err := Taken(objects, m, x)
	if err != nil {
		return nil, err
	}
	var hunks []conflict.Hunk
	if merged != nil {
		hunks = merged.Hunks
	}
	return memory.Suggest(x.Path, x.Kind, hunks, reuse.TheirsUpstream), nil
}

// Taken takes the merged file of a conflict apart; nil where one side has none, or it
// is not text, too large or absent.
func Taken(objects *git.Objects, m *git.Merged, x *git.MergeConflict) (*conflict.Merged, error) {
	if x.Ours.ID == "" || x.Theirs.ID == "" || m.Tree == "" {
		return nil, nil
	}
	text, err := read(objects, m.Marked(x))
	if err != nil || text[0] == nil {
		return nil, err
	}
	return conflict.ParseMerged(text[0], git.MarkerSize), nil
}

// TakenAt is Taken of the conflict at a path; kind is git's word for it, empty where an
// answer has none there.
func TakenAt(objects *git.Objects, m *git.Merged, path string) (merged *conflict.Merged, kind string, err error) {
	for i := range m.Conflicts {
		if x := &m.Conflicts[i]; x.Path == path {
			merged, err = Taken(objects, m, x)
			return merged, x.Kind, err
		}
	}
	return nil, "", nil
}

// Unended reports whether a side of a conflict has no end of line at its end, or cannot
// be read.
func Unended(objects *git.Objects, x *git.MergeConflict) (bool, error) {
	text, err := read(objects, x.Ours.ID, x.Theirs.ID)
	if err != nil {
		return false, err
	}
	return !ended(text[0]) || !ended(text[1]), nil
}

func ended(text []byte) bool { return text != nil && (len(text) == 0 || text[len(text)-1] == '\n') }

// read returns the contents of blobs; nil of one that is absent, too large or not
// named.
func read(objects *git.Objects, names ...string) ([][]byte, error) {
	out := make([][]byte, len(names))
	var asked []string
	var at []int
	for i, name := range names {
		if name != "" {
			asked, at = append(asked, name), append(at, i)
		}
	}
	i := -1
	err := objects.Contents(asked, func(o git.Object, content io.Reader) error {
		i++
		if content == nil || o.Type != "blob" || o.Size > maxCompared {
			return nil
		}
		data := make([]byte, o.Size)
		if _, err := io.ReadFull(content, data); err != nil {
			return err
		}
		out[at[i]] = data
		return nil
	})
	return out, err
}
