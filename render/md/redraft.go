package md

import (
	"bytes"
	"fmt"
	"slices"

	"tracker/internal/draft"
)

// Redraft returns the file that results from putting ours, a draft as Draft wrote it,
// into existing. Nil or blank existing gives the draft alone. Of a draft that is there
// the free sections are kept, under their names: one that ours has no place for goes
// to its end. All else around the draft stays byte for byte. The errors are those of
// Splice, and adopt does what it does there.
func Redraft(existing, ours []byte, adopt bool) ([]byte, error) {
	if len(bytes.TrimSpace(existing)) == 0 {
		return ours, nil
	}
	if at := conflictLine.FindIndex(existing); at != nil {
		return nil, fmt.Errorf("%w in line %d", ErrConflictMarkers, lineAt(existing, at[0]))
	}
	old, err := draft.Find(existing)
	if err != nil {
		return nil, err
	}
	if old == nil {
		if !adopt {
			return nil, ErrNotOurs
		}
		return insert(existing, ours), nil
	}
	if old.Sum != old.Checksum(existing) {
		return nil, fmt.Errorf("%w, lines %d to %d", ErrEdited, lineAt(existing, old.Begin), lineAt(existing, old.End-1))
	}
	ours = likeLines(ours, existing)
	merged, err := keepFree(ours, existing, old)
	if err != nil {
		return nil, err
	}
	if len(existing) == old.End && !bytes.HasSuffix(existing, []byte("\n")) {
		merged = bytes.TrimSuffix(merged, lineEnd(existing))
	}
	return join(existing[:old.Begin], merged, existing[old.End:]), nil
}

// keepFree puts the free sections of an old draft into a new one.
func keepFree(ours, existing []byte, old *draft.Found) ([]byte, error) {
	own, err := draft.Find(ours)
	if err != nil {
		return nil, err
	}
	var kept []draft.Part
	for _, p := range old.Parts {
		if p.Free != "" {
			kept = append(kept, p)
		}
	}
	var out []byte
	at := own.Begin
	for _, p := range own.Parts {
		i := slices.IndexFunc(kept, func(k draft.Part) bool { return k.Free == p.Free })
		if p.Free == "" || i < 0 {
			continue
		}
		out = append(out, ours[at:p.Begin]...)
		out = append(out, existing[kept[i].Begin:kept[i].End]...)
		kept, at = slices.Delete(kept, i, i+1), p.End
	}
	last := own.Parts[len(own.Parts)-1].End // where the end marker begins
	out = append(out, ours[at:last]...)
	for _, p := range kept {
		text := likeLines([]byte(draft.Free(p.Free, "")), existing)
		open := bytes.Index(text, lineEnd(existing)) + len(lineEnd(existing))
		out = append(out, join(text[:open], existing[p.Begin:p.End], text[open:])...)
	}
	return append(out, ours[last:own.End]...), nil
}
