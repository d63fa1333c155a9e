package git

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxResolved is the size in bytes up to which a file with markers is resolved
// hunk by hunk; a larger one becomes upstream's as a whole.
const maxResolved = 64 << 20

// Resolve returns the tree of an answer of this Replay with upstream's side
// taken wherever it conflicts: in each hunk of a text, and else the version of
// the path that upstream has, or none. What upstream put where we have
// something else goes there; what upstream has not is gone, but for a file of
// ours that git moved after a folder that upstream renamed. A clean answer's
// tree is returned as it is; an answer without a tree is ErrAbsent.
func (p *Replay) Resolve(ctx context.Context, m *Merged) (string, error) {
	if m.Tree == "" {
		return "", fmt.Errorf("resolving: the answer is %w", ErrAbsent)
	}
	if len(m.Conflicts) == 0 {
		return m.Tree, nil
	}
	var gone, put []treeEdit
	var texts []*MergeConflict
	for i := range m.Conflicts {
		c := &m.Conflicts[i]
		switch {
		case c.Theirs.ID != "":
			gone = append(gone, treeEdit{path: c.at})
			put = append(put, treeEdit{c.Path, entry{mode: c.Theirs.Mode, id: parseID(c.Theirs.ID)}})
			if isFile(c.Theirs.Mode) {
				texts = append(texts, c)
			}
		case c.Gone():
			gone = append(gone, treeEdit{path: c.at})
		}
	}
	merged, err := p.resolveTexts(ctx, m, texts)
	if err != nil {
		return "", fmt.Errorf("resolving: %w", err)
	}
	for i := range put {
		if e, ok := merged[put[i].path]; ok {
			put[i].entry = e
		}
	}
	p.trees.trim()
	tree, err := p.trees.edit(parseID(m.Tree), append(gone, put...))
	if err != nil {
		return "", fmt.Errorf("resolving: %w", err)
	}
	return tree.String(), nil
}

// Gone reports whether nothing is at the path once Resolve has taken upstream's
// side.
func (c *MergeConflict) Gone() bool {
	return c.Theirs.ID == "" && !(c.Kind == "file location" && c.Base.ID == "")
}

func isFile(mode uint32) bool { return mode&0o170000 == 0o100000 }

// mode is the mode of a resolved file: upstream's, unless only we changed it.
func (c *MergeConflict) mode() uint32 {
	if c.Theirs.Mode == c.Base.Mode && isFile(c.Ours.Mode) {
		return c.Ours.Mode
	}
	return c.Theirs.Mode
}

// resolveTexts resolves the files that git merged line by line.
func (p *Replay) resolveTexts(ctx context.Context, m *Merged, conflicts []*MergeConflict) (map[string]entry, error) {
	var names []string
	for _, c := range conflicts {
		names = append(names, m.Tree+":"+c.at, c.Theirs.ID)
	}
	reader, err := p.trees.reader()
	if err != nil {
		return nil, err
	}
	contents := make([][]byte, 0, len(names))
	found := make([]Object, 0, len(names))
	err = reader.Contents(names, func(obj Object, content io.Reader) error {
		var data []byte
		if content != nil && obj.Type == "blob" && obj.Size <= maxResolved {
			data = make([]byte, obj.Size)
			if _, err := io.ReadFull(content, data); err != nil {
				return noEOF(err)
			}
		}
		contents, found = append(contents, data), append(found, obj)
		return nil
	})
	if err != nil {
		p.trees.close()
		return nil, err
	}
	out := map[string]entry{}
	for i, c := range conflicts {
		merged, theirs := contents[2*i], contents[2*i+1]
		if merged == nil || c.Kind == "binary" || slices.Contains(m.Unreadable, c.Path) {
			continue
		}
		if found[2*i].ID == c.Ours.ID && c.Base.ID != "" && c.Theirs.ID != c.Base.ID && c.Ours.ID != c.Theirs.ID {
			continue // left as ours, not merged
		}
		text, sure := m.resolveMarkers(merged, theirs)
		if !sure && c.Base.ID != "" && c.Ours.ID != "" {
			if text, err = p.mergeFile(ctx, c); err != nil {
				return nil, err
			}
		}
		id, err := p.store.write("blob", text)
		if err != nil {
			return nil, err
		}
		out[c.Path] = entry{mode: c.mode(), id: id}
	}
	return out, nil
}

// resolveMarkers takes the second side of each conflict in a merged file, the
// inner ones first where git nested them. theirs is the whole second side. It
// is not sure where a side holds a line like a marker.
func (m *Merged) resolveMarkers(merged, theirs []byte) (text []byte, sure bool) {
	sure = true
	for size := MarkerSize + 3; size >= MarkerSize; size-- {
		if !bytes.Contains(merged, []byte(strings.Repeat("<", size)+" "+m.ours)) {
			continue
		}
		var once, atEnd bool
		merged, once, atEnd = m.resolveLevel(merged, size)
		sure = sure && once
		if atEnd && len(theirs) > 0 && theirs[len(theirs)-1] != '\n' {
			merged = unended(merged, theirs)
		}
	}
	return merged, sure
}

// resolveLevel does so for markers of one size. atEnd says that the text ends
// with what was a conflict's second side.
func (m *Merged) resolveLevel(merged []byte, size int) (text []byte, sure, atEnd bool) {
	open := []byte(strings.Repeat("<", size) + " " + m.ours)
	middle := []byte(strings.Repeat("=", size))
	end := []byte(strings.Repeat(">", size) + " " + m.theirs)
	const (
		outside = iota
		first
		second
	)
	where := outside
	sure = true
	text = make([]byte, 0, len(merged))
	for line := range bytes.Lines(merged) {
		switch {
		case where == outside && bytes.HasPrefix(line, open):
			where, atEnd = first, false
		case where != outside && bytes.Equal(bytes.TrimRight(line, "\r\n"), middle):
			sure = sure && where == first
			where = second
		case where == second && bytes.HasPrefix(line, end):
			where = outside
		case where == second:
			text, atEnd = append(text, line...), true
		case where == outside:
			text, atEnd = append(text, line...), false
		}
	}
	return text, sure && where == outside, atEnd
}

// unended takes the end of line off that git put behind the last line of a side
// that has none.
func unended(text, side []byte) []byte {
	last := side[bytes.LastIndexByte(side, '\n')+1:]
	cut := bytes.TrimSuffix(text, []byte("\n"))
	if !bytes.HasSuffix(cut, last) {
		cut = bytes.TrimSuffix(cut, []byte("\r"))
	}
	if !bytes.HasSuffix(cut, last) {
		return text
	}
	return cut
}

// mergeFile lets git merge three files and take the second side.
func (p *Replay) mergeFile(ctx context.Context, c *MergeConflict) ([]byte, error) {
	dir, err := os.MkdirTemp(p.store.top, "merge-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	reader, err := p.trees.reader()
	if err != nil {
		return nil, err
	}
	files := []string{"ours", "base", "theirs"}
	i := -1
	err = reader.Contents([]string{c.Ours.ID, c.Base.ID, c.Theirs.ID}, func(obj Object, content io.Reader) error {
		i++
		if content == nil {
			return fmt.Errorf("%s of %q: %w", files[i], c.Path, ErrAbsent)
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, files[i]), data, 0o600)
	})
	if err != nil {
		p.trees.close()
		return nil, err
	}
	return output(ctx, "merge-file", p.store.merging(ctx, dir, append([]string{"merge-file", "-p", "--theirs"}, files...)...))
}
