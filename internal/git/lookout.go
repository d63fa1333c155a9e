package git

import (
	"context"
	"sync/atomic"
)

const (
	// lookups is how many commits are checked for absent blobs at once: one
	// exchange with git for all of them.
	lookups = 64
	// patience is how many commits may turn out to lack blobs or trees, at the
	// price of a process each, before the rest is looked up beforehand.
	patience = 4
)

// caution decides between two ways of meeting absent blobs: to compare and see
// whether git dies of it, which costs nothing where all is there, or to look
// every blob up first, which costs an eighth of the comparing.
type caution struct{ met atomic.Int32 }

// learn counts a commit that lacks blobs or trees.
func (c *caution) learn() { c.met.Add(1) }

// lookFirst reports whether blobs are to be looked up before a comparison.
func (c *caution) lookFirst() bool { return c.met.Load() >= patience }

// lookout finds the blobs that commits lack. It serves one caller at a time
// and must be closed.
type lookout struct {
	ctx     context.Context
	repo    *Repo
	objects *Objects // nil until it is needed
}

func (l *lookout) close() {
	if l.objects != nil {
		l.objects.Close()
	}
}

// look lists what the jobs' commits change, from the trees alone, and which of
// the blobs are absent. A job whose trees cannot be read stays as it was, or is
// known to lack them.
func (l *lookout) look(jobs []*diffJob) error {
	jobs, err := l.treed(jobs)
	if err != nil || len(jobs) == 0 {
		return err
	}
	byHash := make(map[string]*diffJob, len(jobs))
	hashes := make([]string, len(jobs))
	for i, job := range jobs {
		byHash[job.commit.Hash], hashes[i] = job, job.commit.Hash
	}
	err = l.repo.LogCommits(l.ctx, hashes, func(c *Commit) error {
		job := byHash[c.Hash]
		job.commit.Changes, job.commit.Files, job.looked = c.Changes, c.Files, true
		return nil
	})
	if l.ctx.Err() != nil {
		return err
	}
	var ids []string
	seen := map[string]bool{}
	for _, job := range jobs {
		for i := range job.commit.Changes {
			for _, id := range job.commit.Changes[i].blobs() {
				if !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
			}
		}
	}
	absent, err := l.absent(ids)
	if err != nil || len(absent) == 0 {
		return err
	}
	for _, job := range jobs {
		job.note(absent)
	}
	return nil
}

// treed returns the jobs whose commits have their top trees and those of their
// parents, and notes what the others lack: a partial clone may lack all trees.
func (l *lookout) treed(jobs []*diffJob) ([]*diffJob, error) {
	if len(jobs) == 0 || !l.repo.partial() {
		return jobs, nil
	}
	var trees []string
	for _, job := range jobs {
		trees = append(trees, job.trees()...)
	}
	absent, err := l.absent(trees)
	if err != nil || len(absent) == 0 {
		return jobs, err
	}
	var out []*diffJob
	for _, job := range jobs {
		job.treeless = ""
		for _, tree := range job.trees() {
			if absent[tree] && job.treeless == "" {
				job.treeless = tree
			}
		}
		if job.treeless == "" {
			out = append(out, job)
		}
	}
	return out, nil
}

// trees names the two trees that the job compares.
func (job *diffJob) trees() []string {
	trees := []string{job.commit.Hash + "^{tree}"}
	if len(job.commit.Parents) > 0 {
		trees = append(trees, job.commit.Parents[0]+"^{tree}")
	}
	return trees
}

// absent returns those of the objects that are not there.
func (l *lookout) absent(ids []string) (map[string]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if l.objects == nil {
		var err error
		if l.objects, err = l.repo.Objects(l.ctx); err != nil {
			return nil, err
		}
	}
	found, err := l.objects.Info(ids)
	if err != nil {
		return nil, err
	}
	absent := map[string]bool{}
	for _, obj := range found {
		if obj.Missing {
			absent[obj.Name] = true
		}
	}
	return absent, nil
}

// note records which of the job's blobs are absent. Git has to read a blob that
// stands on one side only; one that stands on both may have moved, which it
// sees by the name.
func (job *diffJob) note(absent map[string]bool) {
	before, after := map[string]bool{}, map[string]bool{}
	for i := range job.commit.Changes {
		c := &job.commit.Changes[i]
		for _, id := range c.blobs() {
			if !absent[id] {
				continue
			}
			if job.absent == nil {
				job.absent = map[string]bool{}
			}
			job.absent[id] = true
			if id == c.OldID {
				before[id] = true
			}
			if id == c.NewID {
				after[id] = true
			}
		}
	}
	for id := range job.absent {
		if !before[id] || !after[id] {
			job.apart = true
		}
	}
}
