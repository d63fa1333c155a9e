package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tracker/db"
	"tracker/internal/fact"
)

// ErrNoReport says that no report of that name can be forgotten.
var ErrNoReport = errors.New("no such report was given by name")

// shelf holds every report known, by ID. What a person wrote stays when its
// file goes.
type shelf struct {
	all     map[string]fact.StoredReport
	deleted []string // to be removed from the store
	changed bool     // against what the store has
}

func (s *shelf) put(r fact.StoredReport) (isNew bool) {
	old, known := s.all[r.ID]
	isNew = !known || old.Blob != r.Blob
	if isNew || old.Source != r.Source || old.When != r.When {
		s.all[r.ID] = r
		s.changed = true
	}
	return isNew
}

func (s *shelf) drop(id string) {
	delete(s.all, id)
	s.deleted = append(s.deleted, id)
	s.changed = true
}

// sorted returns the reports in order of time.
func (s *shelf) sorted() []fact.StoredReport {
	return slices.SortedFunc(maps.Values(s.all), fact.CompareReports)
}

// reports brings the shelf up to date: the reports tracked in the fork, those
// given by name, and those that earlier ingests read.
func (in *Ingest) reports(ctx context.Context, o Options, surveys []*survey, before *state, moved bool, sum *Summary) (*shelf, error) {
	s := &shelf{all: maps.Clone(before.reports)}
	for _, name := range o.Forget {
		id, err := s.forgettable(name, in.Repo.WorkTree())
		if err != nil {
			return nil, err
		}
		s.drop(id)
		sum.Forgotten = append(sum.Forgotten, id)
	}
	tracked, err := in.tracked(ctx, surveys, before, moved)
	if err != nil {
		return nil, err
	}
	for _, s := range surveys {
		for _, t := range s.reports {
			if _, known := before.reports[t.path]; t.unread != "" && !known {
				sum.Bad = append(sum.Bad, Unreadable{Name: t.path, Reason: t.unread})
			}
		}
	}
	byContent := map[string]string{} // IDs of tracked reports
	inFork := map[string]bool{}
	for _, r := range tracked {
		if inFork[r.ID] {
			continue // tracked in two forks: the first one's counts
		}
		inFork[r.ID] = true
		byContent[r.Blob] = r.ID
		sum.Reports = append(sum.Reports, ReportRead{StoredReport: r, New: s.put(r), InFork: true})
	}
	if moved {
		if err := in.leave(s, surveys, inFork, byContent); err != nil {
			return nil, err
		}
	}

	given, bad := givenReports(o.Reports, in.Repo.WorkTree())
	sum.Bad = append(sum.Bad, bad...)
	for _, r := range given {
		if of := byContent[r.Blob]; of != "" {
			if of != r.ID {
				sum.Copies = append(sum.Copies, Copy{Name: r.ID, Of: of})
			}
			continue
		}
		sum.Reports = append(sum.Reports, ReportRead{StoredReport: r, New: s.put(r)})
	}
	for id, r := range s.all {
		path := filepath.FromSlash(id)
		if _, err := os.Stat(path); r.Source == "gone" || r.Source == "file" && filepath.IsAbs(path) && errors.Is(err, fs.ErrNotExist) {
			sum.Gone = append(sum.Gone, id)
		}
	}
	slices.Sort(sum.Gone)
	slices.SortFunc(sum.Reports, func(a, b ReportRead) int { return fact.CompareReports(a.StoredReport, b.StoredReport) })
	for i := range sum.Reports {
		if r := &sum.Reports[i]; r.New {
			sum.Bad = append(sum.Bad, notRead(&r.StoredReport)...)
		}
	}
	return s, nil
}

// tracked returns the reports in the forks' trees: as found if something moved,
// else, and where they cannot be read now, as they were.
func (in *Ingest) tracked(ctx context.Context, surveys []*survey, before *state, moved bool) ([]fact.StoredReport, error) {
	var out []fact.StoredReport
	if !moved {
		for _, r := range before.reports {
			if r.Source == "fork" {
				out = append(out, r)
			}
		}
		return out, nil
	}
	for _, s := range surveys {
		for _, t := range s.reports {
			if old, ok := before.reports[t.path]; ok && t.unread != "" {
				out = append(out, old)
			}
		}
		var changed map[string]time.Time
		err := in.Store.Peek(ctx, func(tx *db.Tx) (err error) {
			changed, err = lastChanged(ctx, in.Repo, tx, &s.view, s.reports)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, t := range s.reports {
			if t.unread != "" {
				continue
			}
			out = append(out, stored(t.path, "fork", t.text, changed[t.path]))
		}
	}
	return out, nil
}

// leave deals with the reports that the fork no longer has under their name: one
// that moved, or that a tracked one repeats, is dropped, any other is kept as gone.
func (in *Ingest) leave(s *shelf, surveys []*survey, inFork map[string]bool, byContent map[string]string) error {
	var moved map[string]string
	for _, r := range slices.SortedFunc(maps.Values(s.all), fact.CompareReports) {
		if inFork[r.ID] {
			continue
		}
		if byContent[r.Blob] != "" {
			s.drop(r.ID)
			continue
		}
		if r.Source != "fork" {
			continue
		}
		if moved == nil {
			var err error
			if moved, err = in.renames(surveys); err != nil {
				return err
			}
		}
		to := r.ID
		for range moved { // a file may move more than once
			if to = moved[to]; to == "" || inFork[to] {
				break
			}
		}
		if to != "" && inFork[to] {
			s.drop(r.ID)
			continue
		}
		r.Source = "gone"
		s.put(r)
	}
	return nil
}

// renames maps old paths to new ones, by the fork's own commits.
func (in *Ingest) renames(surveys []*survey) (map[string]string, error) {
	out := map[string]string{}
	err := in.Store.Peek(context.Background(), func(tx *db.Tx) error {
		for _, s := range surveys {
			for _, h := range s.view.Own {
				c, err := tx.Commit(h)
				if err != nil {
					return err
				}
				if c == nil {
					continue
				}
				for _, f := range c.Files {
					if f.Status == "R" && out[f.OldPath] == "" {
						out[f.OldPath] = f.Path
					}
				}
			}
		}
		return nil
	})
	return out, err
}

// forgettable finds the report to be forgotten: one that was given by name, or
// one whose file the fork no longer has. One that the fork tracks would be found
// again.
func (s *shelf) forgettable(name, workTree string) (string, error) {
	for _, id := range []string{filepath.ToSlash(name), reportID(name, workTree)} {
		if r, ok := s.all[id]; ok {
			if r.Source == "fork" {
				return "", fmt.Errorf("forget %q: %w: the fork tracks it", name, ErrNoReport)
			}
			return id, nil
		}
	}
	return "", fmt.Errorf("forget %q: %w", name, ErrNoReport)
}
