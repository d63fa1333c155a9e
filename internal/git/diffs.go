package git

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// diffArgs asks for exactly the patch of `git diff-tree -p --full-index -M`
// whatever is configured, with the raw entries before it.
var diffArgs = []string{
	"diff-tree", "--stdin", "-r", "--root", "--raw", "-p", "-z", "--full-index", "--no-abbrev",
	"-M", "-l1000", "-U3", "--inter-hunk-context=0", "--diff-algorithm=default", "--indent-heuristic",
	"--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--submodule=short", "--ignore-submodules=none",
	"--src-prefix=a/", "--dst-prefix=b/", "-O" + nowhere,
}

const (
	// lookups is how many commits are checked for absent blobs at once: one
	// exchange with git for all of them.
	lookups = 64
	// ahead is how many commits a worker asks for before the first is
	// answered: enough to keep git busy, few enough to share out the end.
	ahead = 8
)

// Diffs calls fn with the diff of every commit, from several goroutines at
// once and in no particular order, and returns when all are done. Of a commit
// only Hash, Parents and Changes matter; they come from Log. workers is the
// number of git processes that compare, by default one a core. An error of fn
// ends the work and is returned as it is.
//
// One absent blob would end the process that compares. So the blobs of every
// commit are looked up first; a commit that lacks some is compared apart, with
// the paths concerned left out, and these become Unreadable files. A process
// that ends all the same goes on at the first commit it did not answer; one
// that ends it twice is given up, with all its files Unreadable.
func (r *Repo) Diffs(ctx context.Context, commits iter.Seq[*Commit], workers int, fn func(*Diff) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	jobs := make(chan *diffJob, lookups)
	group.Go(func() error {
		defer close(jobs)
		return r.plan(ctx, commits, jobs)
	})
	for range workers {
		w := &diffWorker{repo: r, jobs: jobs, fn: fn}
		group.Go(func() error { return w.run(ctx) })
	}
	if err := group.Wait(); err != nil {
		if stopped, ok := errors.AsType[*callbackError](err); ok {
			return stopped.err
		}
		return fmt.Errorf("reading diffs: %w", err)
	}
	return nil
}

// Read is Log and Diffs in one stream: fn gets the diff of every commit of
// include that is not in exclude and that want (nil: all) lets through. want
// sees the commits one by one in the order of Log.
func (r *Repo) Read(ctx context.Context, include, exclude []string, workers int, want func(*Commit) bool, fn func(*Diff) error) error {
	return r.read(ctx, workers, fn, func(ctx context.Context, each func(*Commit) error) error {
		return r.Log(ctx, include, exclude, func(c *Commit) error {
			if want != nil && !want(c) {
				return nil
			}
			return each(c)
		})
	})
}

// ReadCommits is LogCommits and Diffs in one stream: fn gets the diff of each
// of the given commits, named by their full hashes.
func (r *Repo) ReadCommits(ctx context.Context, commits []string, workers int, fn func(*Diff) error) error {
	return r.read(ctx, workers, fn, func(ctx context.Context, each func(*Commit) error) error {
		return r.LogCommits(ctx, commits, each)
	})
}

// read compares the commits that list finds while it still finds them.
func (r *Repo) read(ctx context.Context, workers int, fn func(*Diff) error, list func(context.Context, func(*Commit) error) error) error {
	group, ctx := errgroup.WithContext(ctx)
	commits := make(chan *Commit, lookups)
	group.Go(func() error {
		defer close(commits)
		return list(ctx, func(c *Commit) error {
			select {
			case commits <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	group.Go(func() error {
		return r.Diffs(ctx, func(yield func(*Commit) bool) {
			for c := range commits {
				if !yield(c) {
					return
				}
			}
		}, workers, fn)
	})
	return group.Wait()
}

// diffJob is one commit to compare.
type diffJob struct {
	commit *Commit
	absent map[string]bool // ids of blobs that are not there
	deaths int
	cause  error // of the last death
}

// plan turns commits into jobs, with their absent blobs looked up.
func (r *Repo) plan(ctx context.Context, commits iter.Seq[*Commit], jobs chan<- *diffJob) error {
	objects, err := r.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	var batch []*Commit
	send := func() error {
		absent, err := lookUp(objects, batch)
		if err != nil {
			return err
		}
		for _, c := range batch {
			job := &diffJob{commit: c}
			for i := range c.Changes {
				for _, id := range c.Changes[i].blobs() {
					if absent[id] {
						if job.absent == nil {
							job.absent = map[string]bool{}
						}
						job.absent[id] = true
					}
				}
			}
			select {
			case jobs <- job:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		batch = batch[:0]
		return nil
	}
	// The first lookups are small, so that the workers start at once.
	size := ahead
	for c := range commits {
		if batch = append(batch, c); len(batch) == size {
			if err := send(); err != nil {
				return err
			}
			size = min(2*size, lookups)
		}
	}
	return send()
}

// lookUp returns the blobs of the commits' changes that are not there.
func lookUp(objects *Objects, commits []*Commit) (map[string]bool, error) {
	seen := map[string]bool{}
	var ids []string
	for _, c := range commits {
		for i := range c.Changes {
			for _, id := range c.Changes[i].blobs() {
				if !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
			}
		}
	}
	found, err := objects.Info(ids)
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

// diffWorker compares commits with one process, and another when that dies.
type diffWorker struct {
	repo  *Repo
	jobs  <-chan *diffJob
	fn    func(*Diff) error
	again []*diffJob // to be asked before the next of jobs
}

// run works until the jobs end.
func (w *diffWorker) run(ctx context.Context) error {
	var p *diffProcess
	defer func() {
		if p != nil {
			p.stop()
		}
	}()
	var asked []*diffJob // of p, in order, not yet answered
	for {
		for len(asked) < ahead {
			job, err := w.next(ctx, len(asked) == 0)
			if err != nil {
				return err
			}
			if job == nil {
				break
			}
			if done, err := w.special(ctx, job); err != nil {
				return err
			} else if done {
				continue
			}
			if p == nil {
				if p, err = w.repo.startDiff(ctx, nil); err != nil {
					return err
				}
			}
			p.ask(job.commit.Hash)
			asked = append(asked, job)
		}
		if len(asked) == 0 {
			return nil
		}
		job := asked[0]
		files, truncated, err := p.out.read(job.commit.Hash)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			job.deaths++
			job.cause = p.cause(err)
			w.again = append(asked, w.again...)
			p, asked = nil, nil
			continue
		}
		asked = asked[1:]
		if err := w.deliver(whole(job.commit, files, truncated)); err != nil {
			return err
		}
	}
}

// next returns a job, nil when there is none: none at all if wait is set, and
// else none yet.
func (w *diffWorker) next(ctx context.Context, wait bool) (*diffJob, error) {
	if len(w.again) > 0 {
		job := w.again[0]
		w.again = w.again[1:]
		return job, nil
	}
	if !wait {
		select {
		case job := <-w.jobs:
			return job, nil
		default:
			return nil, nil
		}
	}
	select {
	case job := <-w.jobs:
		return job, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// special does the jobs that are not for the common process.
func (w *diffWorker) special(ctx context.Context, job *diffJob) (done bool, err error) {
	switch {
	case len(job.commit.Parents) > 1:
		return true, w.deliver(&Diff{Commit: job.commit})
	case w.repo.shallow[job.commit.Hash]:
		return true, w.deliver(unreadable(job.commit, ShallowEnd, "the parent is not in this shallow clone"))
	case job.deaths >= 2:
		return true, w.deliver(unreadable(job.commit, Died, job.cause.Error()))
	case job.absent != nil:
		return true, w.apart(ctx, job)
	}
	return false, nil
}

func (w *diffWorker) deliver(d *Diff) error {
	if err := w.fn(d); err != nil {
		return &callbackError{err}
	}
	return nil
}

// whole makes the diff of a commit that git could read.
func whole(c *Commit, files []File, truncated bool) *Diff {
	d := &Diff{Commit: c, Files: files}
	if truncated {
		d.Warnings = append(d.Warnings, Warning{Kind: TooLarge, Commit: c.Hash, Detail: fmt.Sprintf("the diff has more than %d bytes", MaxDiff)})
	}
	return d
}

// unreadable makes the diff of a commit that git could not read at all.
func unreadable(c *Commit, kind WarningKind, detail string) *Diff {
	d := &Diff{Commit: c, Warnings: []Warning{{Kind: kind, Commit: c.Hash, Detail: detail}}}
	for _, change := range c.Changes {
		d.Files = append(d.Files, unreadableFile(change))
	}
	return d
}

func unreadableFile(change Change) File {
	f := File{FileChange: change.fact(), Change: change}
	f.Unreadable = true
	return f
}

// maxPathspec bounds the paths given to one process; Windows allows a command
// line of 32,767 characters, everything included.
const maxPathspec = 24_000

// apart compares a commit that lacks blobs, with the paths concerned left out.
// Folders of build output are left out as well, as if all in them were binary:
// where such a commit comes from, they hold thousands of files.
func (w *diffWorker) apart(ctx context.Context, job *diffJob) error {
	c := job.commit
	var lost []File
	var warnings []Warning
	var exclude []string
	length := 0
	folders := map[string]bool{}
	leaveOut := func(path string) {
		spec := ":(top,exclude,literal)" + path
		exclude = append(exclude, spec)
		length += len(spec) + 3
	}
	for _, change := range c.Changes {
		missing := ""
		for _, id := range change.blobs() {
			if job.absent[id] {
				missing = id
				warnings = append(warnings, Warning{Kind: AbsentBlob, Commit: c.Hash, Path: change.Path, Object: id})
			}
		}
		folder := outputFolder(change.Path)
		if strings.HasSuffix("/"+folder, "/vendor") {
			folder = "" // sources, though of others
		}
		if missing == "" && folder == "" {
			continue
		}
		f := unreadableFile(change)
		if missing == "" {
			f.Unreadable, f.Binary = false, true
		}
		lost = append(lost, f)
		if folder == "" {
			leaveOut(change.Path)
		} else if !folders[folder] {
			folders[folder] = true
			leaveOut(folder)
		}
	}
	if len(lost) == len(c.Changes) {
		return w.deliver(&Diff{Commit: c, Files: lost, Warnings: warnings})
	}
	if length > maxPathspec {
		d := unreadable(c, AbsentBlob, "too many blobs are absent to leave them out one by one")
		d.Warnings = append(d.Warnings, warnings...)
		return w.deliver(d)
	}
	p, err := w.repo.startDiff(ctx, exclude)
	if err != nil {
		return err
	}
	defer p.stop()
	p.ask(c.Hash)
	files, truncated, err := p.out.read(c.Hash)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		job.deaths++
		job.cause = p.cause(err)
		w.again = append([]*diffJob{job}, w.again...)
		return nil
	}
	d := whole(c, append(files, lost...), truncated)
	d.Warnings = append(d.Warnings, warnings...)
	return w.deliver(d)
}
