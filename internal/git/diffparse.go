package git

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
)

// endOfCommit begins the line that follows a commit's answer. Diff-tree echoes
// a line that is no commit, which tells where an answer ends, an empty one too.
const endOfCommit = "end "

// diffReader reads the output of `diff-tree --stdin --raw -p -z`.
type diffReader struct {
	in    *bufio.Reader
	spill []byte
	line  []byte // the line under the cursor, valid until the next advance
}

func newDiffReader(in io.Reader) *diffReader {
	return &diffReader{in: bufio.NewReaderSize(in, 256<<10)}
}

// advance moves to the next line of the patch.
func (p *diffReader) advance() error {
	line, err := readDelimited(p.in, '\n', &p.spill)
	if err != nil {
		return noEOF(err)
	}
	p.line = line
	return nil
}

// read reads the answer for one commit, up to and with its end line. The files
// share one buffer that belongs to the diff. truncated says that it was full.
func (p *diffReader) read(commit string) (files []File, truncated bool, err error) {
	tokens := &tokenReader{in: p.in}
	text := &patchText{}
	first, err := p.in.Peek(len(endOfCommit))
	if err != nil {
		return nil, false, noEOF(err)
	}
	if string(first) != endOfCommit {
		name, err := tokens.next()
		if err != nil {
			return nil, false, noEOF(err)
		}
		if string(name) != commit {
			return nil, false, fmt.Errorf("expected the diff of %q and found %q", commit, name)
		}
		if files, err = readRaw(tokens); err != nil {
			return nil, false, err
		}
		if err := p.advance(); err != nil {
			return nil, false, err
		}
		if err := p.patch(files, text); err != nil {
			return nil, false, err
		}
	} else if err := p.advance(); err != nil {
		return nil, false, err
	}
	if string(p.line) != endOfCommit+commit+"\n" {
		return nil, false, fmt.Errorf("expected the end of %q and found %q", commit, clip(p.line))
	}
	text.settle(files)
	return files, text.full, nil
}

// readRaw reads the raw entries up to the empty token that ends them.
func readRaw(tokens *tokenReader) ([]File, error) {
	var files []File
	for {
		token, err := tokens.next()
		if err != nil {
			return nil, noEOF(err)
		}
		if len(token) == 0 {
			return files, nil
		}
		change, err := readChange(token, tokens)
		if err != nil {
			return nil, err
		}
		files = append(files, File{FileChange: change.fact(), Change: change})
	}
}

var (
	diffGit    = []byte("diff --git ")
	hunkStart  = []byte("@@ -")
	binarySign = []byte("Binary files ")
)

// patch reads the sections of the patch, which follow the order of the raw
// entries: the paths come from there, where they are exact.
func (p *diffReader) patch(files []File, text *patchText) error {
	for i := range files {
		f := &files[i]
		sections := 1
		if f.Change.Status == 'T' {
			sections = 2
		}
		for range sections {
			if !bytes.HasPrefix(p.line, diffGit) {
				return fmt.Errorf("expected the patch of %q and found %q", f.Path, clip(p.line))
			}
			section, err := p.section(f, text)
			if err != nil {
				return err
			}
			f.Sections = append(f.Sections, section)
			f.Binary = f.Binary || section.Binary
		}
		if f.Binary {
			f.Insertions, f.Deletions = 0, 0
		}
	}
	return nil
}

// section reads one section; the cursor is on its "diff --git" line and ends
// on the line behind it.
func (p *diffReader) section(f *File, text *patchText) (Section, error) {
	var s Section
	start := text.len()
	for {
		if bytes.HasPrefix(p.line, binarySign) {
			s.Binary = true
		}
		text.add(p.line)
		if err := p.advance(); err != nil {
			return s, err
		}
		if len(p.line) == 0 || bytes.HasPrefix(p.line, hunkStart) || bytes.HasPrefix(p.line, diffGit) || bytes.HasPrefix(p.line, []byte(endOfCommit)) {
			break
		}
	}
	text.mark(start)
	for bytes.HasPrefix(p.line, hunkStart) {
		hunk, err := readHunkHeader(p.line)
		if err != nil {
			return s, err
		}
		start := text.len()
		for before, after := hunk.OldLines, hunk.NewLines; ; {
			if err := p.advance(); err != nil {
				return s, err
			}
			if p.line[0] == '\\' {
				text.add(p.line)
				continue
			}
			if before == 0 && after == 0 {
				break
			}
			switch p.line[0] {
			case ' ':
				before--
				after--
			case '-':
				before--
				f.Deletions++
			case '+':
				after--
				f.Insertions++
			default:
				return s, fmt.Errorf("expected a line of %q and found %q", f.Path, clip(p.line))
			}
			if before < 0 || after < 0 {
				return s, fmt.Errorf("a hunk of %q is longer than it says", f.Path)
			}
			text.add(p.line)
		}
		text.mark(start)
		s.Hunks = append(s.Hunks, hunk)
	}
	return s, nil
}

// readHunkHeader reads "@@ -12,3 +12,4 @@ heading".
func readHunkHeader(line []byte) (Hunk, error) {
	var h Hunk
	rest := line[len("@@ "):]
	var ok [2]bool
	rest, h.OldStart, h.OldLines, ok[0] = readSpan(rest, '-')
	if ok[0] && len(rest) > 0 && rest[0] == ' ' {
		rest, h.NewStart, h.NewLines, ok[1] = readSpan(rest[1:], '+')
	}
	if !ok[1] || !bytes.HasPrefix(rest, []byte(" @@")) {
		return h, fmt.Errorf("a hunk that cannot be read, %q: %w", clip(line), errFormat)
	}
	return h, nil
}

// readSpan reads "-12,3"; the length is 1 when it is left out.
func readSpan(s []byte, sign byte) (rest []byte, start, length int, ok bool) {
	if len(s) == 0 || s[0] != sign {
		return s, 0, 0, false
	}
	if s, start, ok = readNumber(s[1:]); !ok {
		return s, 0, 0, false
	}
	if len(s) == 0 || s[0] != ',' {
		return s, start, 1, true
	}
	s, length, ok = readNumber(s[1:])
	return s, start, length, ok
}

func readNumber(s []byte) (rest []byte, n int, ok bool) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(string(s[:digits]))
	return s[digits:], n, err == nil
}

// patchText collects the text of one commit's patch in one buffer. The buffer
// moves as it grows, so parts are marked by place and cut out at the end.
type patchText struct {
	buf  []byte
	cuts [][2]int // the headers and hunk bodies in order
	full bool
}

func (t *patchText) len() int { return len(t.buf) }

func (t *patchText) add(line []byte) {
	if len(t.buf)+len(line) > MaxDiff {
		t.full = true
	}
	if !t.full {
		t.buf = append(t.buf, line...)
	}
}

func (t *patchText) mark(start int) { t.cuts = append(t.cuts, [2]int{start, len(t.buf)}) }

// settle gives every header and hunk its text.
func (t *patchText) settle(files []File) {
	cuts := t.cuts
	next := func() []byte {
		cut := cuts[0]
		cuts = cuts[1:]
		return t.buf[cut[0]:cut[1]:cut[1]]
	}
	for i := range files {
		for j := range files[i].Sections {
			s := &files[i].Sections[j]
			s.Header = next()
			for k := range s.Hunks {
				s.Hunks[k].Body = next()
			}
		}
	}
}

// clip shortens what an error quotes.
func clip(line []byte) []byte {
	return line[:min(len(line), 80)]
}
