package gittest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"tracker/internal/git"
)

// importer is a running `git fast-import`.
type importer struct {
	wait   func() error // for the process's end
	stdin  io.WriteCloser
	in     *bufio.Writer
	out    *bufio.Reader
	stderr strings.Builder
	marks  map[string]int // of the commits that this process made
}

// name returns how the process knows a commit: one of its own is not a valid
// name before the end.
func (im *importer) name(hash string) string {
	if mark, ok := im.marks[hash]; ok {
		return fmt.Sprintf(":%d", mark)
	}
	return hash
}

func startImport(ctx context.Context, dir string) (*importer, error) {
	cmd := git.Command(ctx, dir, "fast-import", "--quiet", "--force", "--done")
	im := &importer{wait: cmd.Wait, marks: map[string]int{}}
	cmd.Stderr = &im.stderr
	var err error
	if im.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("git fast-import: %w", err)
	}
	im.in, im.out = bufio.NewWriter(im.stdin), bufio.NewReader(out)
	return im, nil
}

// commit writes a commit and returns its hash.
func (im *importer) commit(ref, parent string, c *commit) (string, error) {
	mark := len(im.marks) + 1
	w := im.in
	fmt.Fprintf(w, "commit %s\nmark :%d\nauthor %s <%s> %s\ncommitter %s <%s> %s\n",
		ref, mark, c.author, c.email, rawDate(c.date), Name, Email, rawDate(c.committed))
	if c.encoding != "" {
		fmt.Fprintf(w, "encoding %s\n", c.encoding)
	}
	data(w, c.message)
	if parent != "" {
		fmt.Fprintf(w, "from %s\n", im.name(parent))
	}
	for _, merge := range c.merges {
		fmt.Fprintf(w, "merge %s\n", im.name(merge))
	}
	for _, m := range c.moves {
		fmt.Fprintf(w, "%s %s %s\n", m.op, quote(m.from), quote(m.to))
	}
	// Deletions first: a folder may take the place of a file.
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		if c.files[path] == Deleted {
			fmt.Fprintf(w, "D %s\n", quote(path))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		content, mode := c.files[path], c.modes[path]
		switch {
		case content == Deleted:
		case mode == "160000":
			fmt.Fprintf(w, "M 160000 %s %s\n", content, quote(path))
		default:
			if mode == "" {
				mode = "100644"
			}
			fmt.Fprintf(w, "M %s inline %s\n", mode, quote(path))
			data(w, content)
		}
	}
	fmt.Fprintf(w, "\nget-mark :%d\n", mark)
	if err := w.Flush(); err != nil {
		return "", im.failed(err)
	}
	line, err := im.out.ReadString('\n')
	if err != nil {
		return "", im.failed(err)
	}
	hash := strings.TrimSuffix(line, "\n")
	im.marks[hash] = mark
	return hash, nil
}

func data(w io.Writer, s string) { fmt.Fprintf(w, "data %d\n%s\n", len(s), s) }

// failed says why git went away.
func (im *importer) failed(err error) error {
	im.stdin.Close()
	if waited := im.wait(); waited != nil {
		err = waited
	}
	return fmt.Errorf("git fast-import: %w: %s", err, im.stderr.String())
}

// close ends the import and lets its refs take effect.
func (im *importer) close() error {
	im.in.WriteString("done\n")
	err := im.in.Flush()
	im.stdin.Close()
	if waited := im.wait(); waited != nil {
		err = waited
	}
	if err != nil {
		return fmt.Errorf("git fast-import: %w: %s", err, im.stderr.String())
	}
	return nil
}

// quote writes a path as fast-import reads it, whatever its bytes.
func quote(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
