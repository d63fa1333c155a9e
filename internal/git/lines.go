package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Lines asks for some lines of a file.
type Lines struct {
	Rev  string // a full hash, with "^" behind it for the commit's parent
	Path string // from the top, with slashes
	// Texts are by number of line, from 1. ReadLines fills in those that there are,
	// without the end of line.
	Texts map[int]string
}

// maxQuotedLine is how many bytes of a line are read.
const maxQuotedLine = 4 << 10

// ReadLines fills in the texts of lines, with as many processes as there are
// cores. A file is read no further than to the last line that is asked for. What
// is not there, absent in this clone or no text keeps empty lines.
func (r *Repo) ReadLines(ctx context.Context, files []Lines) error {
	const least = 64 // files that are worth a process
	workers := max(1, min(runtime.GOMAXPROCS(0), len(files)/least))
	group, ctx := errgroup.WithContext(ctx)
	for part := range slices.Chunk(files, max(1, (len(files)+workers-1)/workers)) {
		group.Go(func() error { return r.readLines(ctx, part) })
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("reading lines: %w", err)
	}
	return nil
}

func (r *Repo) readLines(ctx context.Context, files []Lines) error {
	objects, err := r.Objects(ctx)
	if err != nil {
		return err
	}
	defer objects.Close()
	names := make([]string, len(files))
	for i := range files {
		names[i] = files[i].Rev + ":" + files[i].Path
	}
	i := -1
	in := bufio.NewReaderSize(nil, 64<<10)
	var spill []byte
	return objects.Contents(names, func(obj Object, content io.Reader) error {
		i++
		if content == nil || obj.Type != "blob" || obj.Size > MaxBlob {
			return nil
		}
		in.Reset(content)
		return pickLines(in, files[i].Texts, &spill)
	})
}

// pickLines fills in the texts from a file.
func pickLines(in *bufio.Reader, texts map[int]string, spill *[]byte) error {
	last := 0
	for n := range texts {
		last = max(last, n)
	}
	for n := 1; n <= last; n++ {
		_, wanted := texts[n]
		line, err := readDelimited(in, '\n', spill)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if wanted {
			if k := len(line); k > 0 && line[k-1] == '\n' {
				line = line[:k-1]
			}
			texts[n] = string(line[:min(len(line), maxQuotedLine)])
		}
		if err != nil {
			return nil
		}
	}
	return nil
}
