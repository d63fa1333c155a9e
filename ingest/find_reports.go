package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tracker/db"
	"tracker/ingest/report"
	"tracker/internal/block"
	"tracker/internal/fact"
	"tracker/internal/git"
)

const (
	// atLeast is how many commits of the range a Markdown file of the fork must
	// name to be taken for a report.
	atLeast = 3
	// maxReport is the size in bytes up to which a Markdown file is read.
	maxReport = 64 << 20
)

// Unreadable is an input that could not be read, and why.
type Unreadable struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// isMarkdown goes by the name.
func isMarkdown(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdown", ".mkd":
		return true
	}
	return false
}

// givenReports reads the files that the user named and, in the folders, the
// Markdown files that speak of commits. What cannot be read is returned and the
// rest goes on. A file in the repository's work tree gets the ID it has there.
func givenReports(names []string, workTree string) ([]fact.StoredReport, []Unreadable) {
	var out []fact.StoredReport
	var bad []Unreadable
	add := func(name string, always bool) {
		info, err := os.Stat(name)
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("not a file")
		}
		if err == nil && info.Size() > maxReport {
			err = fmt.Errorf("over %d MB", maxReport>>20)
		}
		var text []byte
		if err == nil {
			text, err = os.ReadFile(name)
		}
		if err == nil && report.Text(text) == nil {
			err = errors.New(report.NoText)
		}
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
			return
		}
		r := stored(reportID(name, workTree), "file", text, info.ModTime())
		if always || len(r.Report.Commits) > 0 {
			out = append(out, r)
		} else {
			bad = append(bad, notRead(&r)...)
		}
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
			continue
		}
		if !info.IsDir() {
			add(name, true)
			continue
		}
		err = filepath.WalkDir(name, func(p string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				bad = append(bad, Unreadable{Name: filepath.ToSlash(p), Reason: plain(err)})
			case e.IsDir() && e.Name() == ".git":
				return filepath.SkipDir
			case !e.IsDir() && isMarkdown(e.Name()):
				if info, err := os.Stat(p); err != nil || !info.IsDir() { // a link may name a folder
					add(p, false)
				}
			}
			return nil
		})
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
		}
	}
	return out, bad
}

// notRead names what of a report lies beyond what is read of it.
func notRead(r *fact.StoredReport) []Unreadable {
	var out []Unreadable
	for _, f := range r.Report.Findings {
		if f.Kind == fact.Unreadable {
			out = append(out, Unreadable{Name: fmt.Sprintf("%s:%d", r.ID, f.Lines[0]), Reason: f.Message})
		}
	}
	return out
}

// plain is the reason of a file error without the operation and the name.
func plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// reportID is a file's path inside the work tree, or its absolute path.
func reportID(name, workTree string) string {
	if in := PathIn(workTree, name); in != "" {
		return in
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	return filepath.ToSlash(abs)
}

// PathIn returns the path (with slashes, from the top) that a file has in a
// work tree, empty if it lies elsewhere. The file need not exist.
func PathIn(workTree, name string) string {
	if workTree == "" {
		return ""
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	} else if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	top, err := filepath.EvalSymlinks(workTree)
	if err != nil {
		top = workTree
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// stored parses a report's text. What stands between tracker's own markers is
// blanked first, so that it never comes back as testimony. As much of the text
// is kept as is read.
func stored(id, source string, text []byte, changed time.Time) fact.StoredReport {
	sum := sha256.Sum256(text)
	r := fact.StoredReport{
		ID:     id,
		Source: source,
		Blob:   hex.EncodeToString(sum[:]),
		Text:   strings.ToValidUTF8(string(report.Text(text)), "\uFFFD"),
		Report: *report.Parse(block.Strip(text)),
	}
	r.When, r.Day = when(source, r.Report.Date, changed)
	return r
}

// when orders a report among others. Of a report tracked in the fork git knows
// when it was last changed, which is when it last spoke; a date that it states
// may be that of its first line. A file's own time says little, so what the
// report states comes first there.
func when(source, date string, changed time.Time) (seconds int64, day string) {
	day = changed.Format(time.DateOnly)
	stated, err := time.Parse(time.DateOnly, date)
	if err != nil || source == "fork" && !changed.IsZero() || day == date {
		return changed.Unix(), day
	}
	return stated.Add(24*time.Hour - time.Second).Unix(), date
}

// tracked is a report found in the fork's tree.
type tracked struct {
	path   string
	text   []byte
	unread string // why it could not be read, if it could not
}

// findTracked finds the reports tracked in the fork: Markdown files that name
// at least three commits of the range outside tracker's own markers, and those
// that did so at an earlier ingest: the range shrinks when the fork merges. What
// cannot be read and may be a report is returned with the reason.
func findTracked(ctx context.Context, repo *git.Repo, view *fact.View, known map[string]fact.StoredReport) ([]tracked, error) {
	var paths []string
	err := repo.ListTree(ctx, view.Fork.Commit, func(e git.TreeEntry) error {
		if e.Type == "blob" && isMarkdown(e.Path) {
			paths = append(paths, e.Path)
		}
		return nil
	})
	if errors.Is(err, git.ErrAbsent) {
		return []tracked{{path: "the fork's files", unread: "the tree that lists them is " + git.ErrAbsent.Error()}}, nil
	}
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	rangeHashes := slices.Clone(view.Range)
	slices.Sort(rangeHashes)
	var out []tracked
	var unread []string
	err = repo.ReadFiles(ctx, view.Fork.Commit, paths, maxReport, func(p string, text []byte) error {
		old, once := known[p]
		if text == nil {
			unread = append(unread, p)
			if once && old.Source != "file" {
				out = append(out, tracked{path: p, unread: notHere})
			}
			return nil
		}
		words := report.Text(text)
		if words == nil {
			return nil
		}
		if once && old.Source != "file" || namesCommits(block.Strip(words), rangeHashes) {
			out = append(out, tracked{path: p, text: text})
		}
		return nil
	})
	if len(unread) > 0 {
		what := fmt.Sprintf("%q", unread[0])
		if len(unread) > 1 {
			what = fmt.Sprintf("%d Markdown files of the fork, the first %s,", len(unread), what)
		}
		out = append(out, tracked{path: what, unread: notHere})
	}
	return out, err
}

// notHere is why a file of a tree has no content.
var notHere = fmt.Sprintf("absent from this clone, or over %d MB", maxReport>>20)

// lastChanged tells when each report last changed in the fork: by the fork's own
// commits, which are stored, or before that, by git. A change within tracker's
// own block is not the report's.
func lastChanged(ctx context.Context, repo *git.Repo, tx *db.Tx, view *fact.View, found []tracked) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	open := map[string][]byte{} // what people wrote there
	for _, t := range found {
		if t.unread != "" {
			continue
		}
		open[t.path] = block.Strip(t.text)
	}
	for _, h := range view.Own {
		if len(open) == 0 {
			break
		}
		c, err := tx.Commit(h)
		if err != nil {
			return nil, err
		}
		if c == nil {
			continue
		}
		for _, f := range c.Files {
			text, ok := open[f.Path]
			if !ok {
				continue
			}
			if len(c.Parents) > 0 {
				ours, err := onlyOurs(ctx, repo, c.Parents[0], f.Path, text)
				if err != nil {
					return nil, err
				}
				if ours {
					continue
				}
			}
			delete(open, f.Path)
			out[f.Path] = c.CommitDate
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	older, err := repo.LastChanged(ctx, view.Fork.Commit, "", slices.Sorted(maps.Keys(open)))
	maps.Copy(out, older)
	return out, err
}

// onlyOurs reports whether a report, of which people wrote text, has a block of
// tracker's and said the same without it at the parent commit.
func onlyOurs(ctx context.Context, repo *git.Repo, parent, path string, text []byte) (bool, error) {
	if !bytes.Contains(text, []byte("\n\n\n")) {
		return false, nil // a block that was blanked leaves blank lines
	}
	same := false
	err := repo.ReadFiles(ctx, parent, []string{path}, maxReport, func(_ string, before []byte) error {
		same = before != nil && wordsEqual(block.Strip(before), text)
		return nil
	})
	return same, err
}

// wordsEqual compares texts without white space.
func wordsEqual(a, b []byte) bool {
	return bytes.Equal(bytes.Join(bytes.Fields(a), nil), bytes.Join(bytes.Fields(b), nil))
}

// namesCommits reports whether a text names enough commits of the range, given
// sorted.
func namesCommits(text []byte, rangeHashes []string) bool {
	found := map[string]bool{}
	for w := range hashWords(text) {
		p := strings.ToLower(string(w))
		i, _ := slices.BinarySearch(rangeHashes, p)
		if i < len(rangeHashes) && strings.HasPrefix(rangeHashes[i], p) {
			if found[rangeHashes[i]] = true; len(found) >= atLeast {
				return true
			}
		}
	}
	return false
}

// hashWords yields the words of a text that may be abbreviated hashes: 7 to 64
// hexadecimal digits with no other letter or digit beside them.
func hashWords(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := 0; i < len(text); {
			if !wordByte(text[i]) {
				i++
				continue
			}
			start, isHex := i, true
			for i < len(text) && wordByte(text[i]) {
				isHex = isHex && hexByte(text[i])
				i++
			}
			if isHex && i-start >= 7 && i-start <= 64 && !yield(text[start:i]) {
				return
			}
		}
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func hexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
