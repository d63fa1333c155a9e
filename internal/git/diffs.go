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

// ahead is how many commits a worker asks for before the first is answered:
// enough to keep git busy, few enough to share out the end.
const ahead = 8

// Diffs calls fn with the diff of every commit, from several goroutines at
// once and in no particular order, and returns when all are done. Of a commit
// only Hash and Parents matter. workers is the number of git processes that
// compare, by default one a core. An error of fn ends the work and is returned
// as it is.
//
// An absent blob that git needs ends the process that compares. The commit's
// blobs are looked up then, or beforehand where many are absent, and it is
// compared apart, with the paths concerned left out; these become Unreadable
// files. A process that ends all the same goes on at the first commit it did
// not answer; one that ends it twice is given up, with all its files Unreadable.
func (r *Repo) Diffs(ctx context.Context, commits iter.Seq[*Commit], workers int, fn func(*Diff) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	jobs := make(chan *diffJob, lookups)
	caution := &caution{}
	group.Go(func() error {
		defer close(jobs)
		return r.plan(ctx, commits, jobs, caution)
	})
	for range workers {
		w := &diffWorker{repo: r, jobs: jobs, fn: fn, caution: caution, lookout: &lookout{ctx: ctx, repo: r}}
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
// sees the commits one by one in the order of Log, without their files.
func (r *Repo) Read(ctx context.Context, include, exclude []string, workers int, want func(*Commit) bool, fn func(*Diff) error) error {
	return r.read(ctx, workers, fn, func(ctx context.Context, each func(*Commit) error) error {
		return r.history(ctx, include, exclude, false, func(c *Commit) error {
			if want != nil && !want(c) {
				return nil
			}
			return each(c)
		})
	})
}

// ReadCommits is LogCommits and Diffs in one stream: fn gets the diff of each
// of the given commits, named by their full hashes. The trees are read once,
// by the processes that compare.
func (r *Repo) ReadCommits(ctx context.Context, commits []string, workers int, fn func(*Diff) error) error {
	return r.read(ctx, workers, fn, func(ctx context.Context, each func(*Commit) error) error {
		return r.commits(ctx, commits, false, each)
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
	commit   *Commit
	looked   bool            // its changes are listed and its blobs looked up
	absent   map[string]bool // ids of blobs that are not there
	apart    bool            // to be compared without the paths that lack them
	treeless string          // the tree that is not there and without which nothing can be told
	deaths   int
	cause    error // of the last death
}

// plan turns commits into jobs, with their absent blobs looked up if caution
// asks for it.
func (r *Repo) plan(ctx context.Context, commits iter.Seq[*Commit], jobs chan<- *diffJob, caution *caution) error {
	look := &lookout{ctx: ctx, repo: r}
	defer look.close()
	var batch []*diffJob
	send := func() error {
		for _, job := range batch {
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
		batch = append(batch, &diffJob{commit: c})
		careful := caution.lookFirst()
		if careful && len(batch) < size {
			continue
		}
		if careful {
			if err := look.look(batch); err != nil {
				return err
			}
			size = min(2*size, lookups)
		}
		if err := send(); err != nil {
			return err
		}
	}
	if err := look.look(batch); err != nil {
		return err
	}
	return send()
}

// diffWorker compares commits with one process, and another when that dies.
type diffWorker struct {
	repo    *Repo
	jobs    <-chan *diffJob
	fn      func(*Diff) error
	caution *caution
	lookout *lookout
	again   []*diffJob // to be asked before the next of jobs
}

// run works until the jobs end.
func (w *diffWorker) run(ctx context.Context) error {
	defer w.lookout.close()
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
			if err := w.died(job, p.cause(err)); err != nil {
				return err
			}
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

// died notes that a process ended at a job, and finds out why.
func (w *diffWorker) died(job *diffJob, cause error) error {
	job.cause = cause
	if !job.looked {
		if err := w.lookout.look([]*diffJob{job}); err != nil {
			return err
		}
	}
	if job.treeless != "" {
		w.caution.learn()
		return nil
	}
	if job.absent != nil && !job.apart {
		job.apart = true
		w.caution.learn()
		return nil
	}
	job.deaths++
	return nil
}

// special does the jobs that are not for the common process.
func (w *diffWorker) special(ctx context.Context, job *diffJob) (done bool, err error) {
	switch {
	case len(job.commit.Parents) > 1:
		return true, w.deliver(&Diff{Commit: job.commit})
	case w.repo.shallow[job.commit.Hash]:
		if err := w.lookout.look([]*diffJob{job}); err != nil {
			return true, err
		}
		return true, w.deliver(unreadable(job.commit, ShallowEnd, "the parent is not in this shallow clone"))
	case job.treeless != "":
		d := unreadable(job.commit, AbsentTree, "the tree is not in this partial clone")
		d.Warnings[0].Object = job.treeless
		return true, w.deliver(d)
	case job.deaths >= 2:
		return true, w.deliver(unreadable(job.commit, Died, job.cause.Error()))
	case job.apart:
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
		if err := w.died(job, p.cause(err)); err != nil {
			return err
		}
		w.again = append([]*diffJob{job}, w.again...)
		return nil
	}
	d := whole(c, append(files, lost...), truncated)
	d.Warnings = append(d.Warnings, warnings...)
	return w.deliver(d)
}
