package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"tracker/internal/fact"
)

// mergeArgs asks for the files of a merge that differ from all its parents,
// each compared with every one of them. With no context at all, git leaves out
// unchanged lines in the middle of a hunk.
var mergeArgs = []string{
	"diff-tree", "--stdin", "-r", "-c", "--raw", "-p", "-z", "--full-index", "--no-abbrev", "--combined-all-paths",
	"-M", "-l1000", "-U1", "--inter-hunk-context=0", "--diff-algorithm=default", "--indent-heuristic",
	"--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--submodule=short", "--ignore-submodules=none",
	"--src-prefix=a/", "--dst-prefix=b/", "-O" + nowhere,
}

// MergeEdits calls fn with the edits of each merge, named by their full hashes,
// in their order: those files alone that equal no parent's. A merge at which git
// ends, because an object is absent or damaged, is left out. An error of fn ends
// the work and is returned as it is.
func (r *Repo) MergeEdits(ctx context.Context, merges []string, fn func(*fact.Edits) error) error {
	for len(merges) > 0 {
		done, err := r.mergeEdits(ctx, merges, fn)
		if stopped, ok := errors.AsType[*callbackError](err); ok {
			return stopped.err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("reading merges: %w", ctx.Err())
		}
		if err == nil {
			return nil
		}
		merges = merges[done+1:] // without the one that ended it
	}
	return nil
}

// mergeEdits returns how many merges it has answered when it ends.
func (r *Repo) mergeEdits(ctx context.Context, merges []string, fn func(*fact.Edits) error) (done int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, mergeArgs...)
	var in strings.Builder
	for _, m := range merges {
		in.WriteString(m + "\n" + endOfCommit + m + "\n")
	}
	var stderr tail
	cmd.Stdin, cmd.Stderr = strings.NewReader(in.String()), &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, explain(ctx, "diff-tree", &stderr, err)
	}
	p := &combinedReader{diffReader{in: bufio.NewReaderSize(stdout, 256<<10)}}
	for _, m := range merges {
		e, err := p.merge(m)
		if err == nil {
			if ferr := fn(e); ferr != nil {
				err = &callbackError{ferr}
			}
		}
		if err != nil {
			cancel()
			cmd.Wait()
			return done, err
		}
		done++
	}
	return done, explain(ctx, "diff-tree", &stderr, cmd.Wait())
}

// combinedReader reads the output of `diff-tree --stdin -c --raw -p -z`.
type combinedReader struct{ diffReader }

// merge reads the answer for one merge, up to and with its end line.
func (p *combinedReader) merge(commit string) (*fact.Edits, error) {
	e := &fact.Edits{Hash: commit}
	first, err := p.in.Peek(len(endOfCommit))
	if err != nil {
		return nil, noEOF(err)
	}
	if string(first) == endOfCommit {
		err = p.advance()
	} else {
		err = p.files(commit, e)
	}
	if err != nil {
		return nil, err
	}
	if string(p.line) != endOfCommit+commit+"\n" {
		return nil, fmt.Errorf("expected the end of %q and found %q", commit, clip(p.line))
	}
	return e, nil
}

func (p *combinedReader) files(commit string, e *fact.Edits) error {
	tokens := &tokenReader{in: p.in}
	name, err := tokens.next()
	if err != nil {
		return noEOF(err)
	}
	if string(name) != commit {
		return fmt.Errorf("expected the merge %q and found %q", commit, clip(name))
	}
	// The name alone stands for a merge of which every file equals a parent's.
	if next, err := p.in.Peek(len(endOfCommit)); err != nil {
		return noEOF(err)
	} else if string(next) == endOfCommit {
		return p.advance()
	}
	var files [][]fact.FileEdit // by file, one a parent
	for {
		token, err := tokens.next()
		if err != nil {
			return noEOF(err)
		}
		if len(token) == 0 {
			break
		}
		file, err := readCombined(string(token), tokens)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	if err := p.advance(); err != nil {
		return err
	}
	for i := range files {
		if err := p.lines(files[i]); err != nil {
			return err
		}
		e.Files = append(e.Files, files[i]...)
	}
	return nil
}

// readCombined reads "::MODE MODE MODE ID ID ID MM" and the paths behind it: one
// a parent, then the merge's own.
func readCombined(head string, tokens *tokenReader) ([]fact.FileEdit, error) {
	parents := len(head) - len(strings.TrimLeft(head, ":"))
	fields := strings.Fields(head[parents:])
	if parents < 2 || len(fields) != 2*(parents+1)+1 {
		return nil, fmt.Errorf("a merged file that cannot be read, %q: %w", clip([]byte(head)), errFormat)
	}
	ids := fields[parents+1:]
	file := make([]fact.FileEdit, parents)
	var paths []string
	for range parents + 1 {
		path, err := tokens.next()
		if err != nil {
			return nil, noEOF(err)
		}
		paths = append(paths, string(path))
	}
	for i := range file {
		f := &file[i]
		f.Parent, f.Path, f.From, f.To = i, paths[parents], fact.BlobKey(ids[i]), fact.BlobKey(ids[parents])
		if f.From != 0 && paths[i] != f.Path && paths[i] != "" {
			f.Old = paths[i]
		}
		f.Whole = true
	}
	return file, nil
}

var (
	combinedStart = []byte("diff --combined ")
	combinedHunk  = []byte("@@@")
)

// lines reads the section of one file; the cursor is on its first line and ends
// on the line behind it. A file without a section is one that git shows none of.
func (p *combinedReader) lines(file []fact.FileEdit) error {
	if !bytes.HasPrefix(p.line, combinedStart) {
		return nil
	}
	parents := len(file)
	binary := false
	for {
		if err := p.advance(); err != nil {
			return err
		}
		if bytes.HasPrefix(p.line, binarySign) {
			binary = true
		}
		if bytes.HasPrefix(p.line, combinedHunk) || bytes.HasPrefix(p.line, combinedStart) || bytes.HasPrefix(p.line, []byte(endOfCommit)) {
			break
		}
	}
	for i := range file {
		file[i].Whole = binary
	}
	for bytes.HasPrefix(p.line, combinedHunk) {
		spans, err := readCombinedHeader(p.line, parents)
		if err != nil {
			return err
		}
		if err := p.hunk(file, spans); err != nil {
			return err
		}
	}
	return nil
}

// span is a part of one side of a hunk.
type span struct{ start, lines int }

// readCombinedHeader reads "@@@ -1,2 -3,4 +5,6 @@@".
func readCombinedHeader(line []byte, parents int) ([]span, error) {
	rest := bytes.TrimLeft(line, "@")
	spans := make([]span, parents+1)
	for i := range spans {
		sign := byte('-')
		if i == parents {
			sign = '+'
		}
		var ok bool
		if len(rest) == 0 || rest[0] != ' ' {
			return nil, fmt.Errorf("a hunk of a merge that cannot be read, %q: %w", clip(line), errFormat)
		}
		if rest, spans[i].start, spans[i].lines, ok = readSpan(rest[1:], sign); !ok {
			return nil, fmt.Errorf("a hunk of a merge that cannot be read, %q: %w", clip(line), errFormat)
		}
	}
	return spans, nil
}

// hunk reads the lines of a hunk: as many signs as there are parents, then the
// text. A "-" says that the parent has the line and the merge has not, a "+" that
// the merge has it and the parent has not.
func (p *combinedReader) hunk(file []fact.FileEdit, spans []span) error {
	parents := len(file)
	old := make([]int, parents)
	open := make([]bool, parents)
	for i := range old {
		old[i] = max(spans[i].start-1, 0) // of no lines, too, unlike in a plain diff
	}
	run := func(i int) *fact.Run {
		if !open[i] {
			file[i].Runs = append(file[i].Runs, fact.Run{Old: old[i]})
			open[i] = true
		}
		return &file[i].Runs[len(file[i].Runs)-1]
	}
	left := make([]int, parents+1)
	for i := range spans {
		left[i] = spans[i].lines
	}
	more := func() bool {
		for _, n := range left {
			if n > 0 {
				return true
			}
		}
		return false
	}
	for more() {
		if err := p.advance(); err != nil {
			return err
		}
		if p.line[0] == '\\' {
			continue
		}
		if len(p.line) < parents {
			return fmt.Errorf("a line of a merge that cannot be read, %q: %w", clip(p.line), errFormat)
		}
		signs := p.line[:parents]
		lost := bytes.IndexByte(signs, '-') >= 0
		for i, sign := range signs {
			switch {
			case sign == '-':
				run(i).Removed++
				old[i]++
				left[i]--
			case sign == '+':
				run(i).Added++
			case sign == ' ' && !lost:
				old[i]++
				left[i]--
				open[i] = false
			case sign == ' ':
			default:
				return fmt.Errorf("a line of a merge that cannot be read, %q: %w", clip(p.line), errFormat)
			}
		}
		if !lost {
			left[parents]--
		}
		for _, n := range left {
			if n < 0 {
				return fmt.Errorf("a hunk of a merge is longer than it says, %q: %w", clip(p.line), errFormat)
			}
		}
	}
	for {
		if err := p.advance(); err != nil || p.line[0] != '\\' {
			return err
		}
	}
}
