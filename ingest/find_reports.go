package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

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

// hashWord finds the words of a text that may be abbreviated hashes.
var hashWord = regexp.MustCompile(`\b[0-9a-fA-F]{7,64}\b`)

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

// givenReports reads the files, and the Markdown files in the folders, that
// the user named. What cannot be read is returned and the rest goes on. A file
// that is tracked in the repository's work tree gets the ID it has there.
func givenReports(names []string, workTree string) ([]fact.StoredReport, []Unreadable) {
	var out []fact.StoredReport
	var bad []Unreadable
	add := func(name string) {
		info, err := os.Stat(name)
		if err == nil && info.Size() > maxReport {
			err = fmt.Errorf("over %d MB", maxReport>>20)
		}
		var text []byte
		if err == nil {
			text, err = os.ReadFile(name)
		}
		if err == nil && bytes.IndexByte(text, 0) >= 0 {
			err = errors.New("not a text")
		}
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
			return
		}
		out = append(out, stored(reportID(name, workTree), "file", text, info.ModTime()))
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
			continue
		}
		if !info.IsDir() {
			add(name)
			continue
		}
		err = filepath.WalkDir(name, func(p string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				bad = append(bad, Unreadable{Name: filepath.ToSlash(p), Reason: plain(err)})
			case e.IsDir() && e.Name() == ".git":
				return filepath.SkipDir
			case e.Type().IsRegular() && isMarkdown(e.Name()):
				add(p)
			}
			return nil
		})
		if err != nil {
			bad = append(bad, Unreadable{Name: filepath.ToSlash(name), Reason: plain(err)})
		}
	}
	return out, bad
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
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	if workTree != "" {
		real, err := filepath.EvalSymlinks(abs)
		if err == nil {
			abs = real
		}
		top, err := filepath.EvalSymlinks(workTree)
		if err != nil {
			top = workTree
		}
		if rel, err := filepath.Rel(top, abs); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(abs)
}

// stored parses a report's text. What stands between tracker's own markers is
// blanked first, so that it never comes back as testimony.
func stored(id, source string, text []byte, changed time.Time) fact.StoredReport {
	sum := sha256.Sum256(text)
	r := fact.StoredReport{
		ID:     id,
		Source: source,
		Blob:   hex.EncodeToString(sum[:]),
		Text:   strings.ToValidUTF8(string(text), "\uFFFD"),
		Report: *report.Parse(block.Strip(text)),
	}
	r.When = when(r.Report.Date, changed)
	return r
}

// when orders a report. A report's own day counts, and within that day the
// time of its last change; a report that was changed on a later day speaks of
// that later day only if it states no date.
func when(date string, changed time.Time) int64 {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return changed.Unix()
	}
	if c := changed.UTC(); c.Format(time.DateOnly) == date {
		return c.Unix()
	}
	return day.Add(24*time.Hour - time.Second).Unix()
}

// forkReports finds the reports tracked in the fork: Markdown files that name
// at least three commits of the range outside tracker's own markers.
func forkReports(ctx context.Context, repo *git.Repo, view *fact.View) ([]fact.StoredReport, error) {
	var paths []string
	err := repo.ListTree(ctx, view.Fork.Commit, func(e git.TreeEntry) error {
		if e.Type == "blob" && isMarkdown(e.Path) && e.Size > 0 && e.Size <= maxReport {
			paths = append(paths, e.Path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rangeHashes := slices.Clone(view.Range)
	slices.Sort(rangeHashes)
	texts := map[string][]byte{}
	var taken []string
	err = repo.ReadFiles(ctx, view.Fork.Commit, paths, maxReport, func(p string, text []byte) error {
		if text != nil && bytes.IndexByte(text, 0) < 0 && namesCommits(block.Strip(text), rangeHashes) {
			texts[p] = text
			taken = append(taken, p)
		}
		return nil
	})
	if err != nil || len(taken) == 0 {
		return nil, err
	}
	changed, err := repo.LastChanged(ctx, view.Fork.Commit, "", taken)
	if err != nil {
		return nil, err
	}
	var out []fact.StoredReport
	for _, p := range taken {
		out = append(out, stored(p, "fork", texts[p], changed[p]))
	}
	return out, nil
}

// namesCommits reports whether a text names enough commits of the range, given
// sorted.
func namesCommits(text []byte, rangeHashes []string) bool {
	found := map[string]bool{}
	for _, w := range hashWord.FindAll(text, -1) {
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
