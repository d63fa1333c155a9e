package git

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// mergeProcess is a running `git merge-tree --stdin`.
type mergeProcess struct {
	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	in     io.WriteCloser
	fields fieldReader
	stderr tail
}

// startMerge starts a process that merges pairs of commits with the attributes
// of a work tree.
func (s *replayStore) startMerge(ctx context.Context, workTree string) (*mergeProcess, error) {
	ctx, cancel := context.WithCancel(ctx)
	m := &mergeProcess{ctx: ctx, cancel: cancel}
	m.cmd = s.merging(ctx, workTree, "merge-tree", "--write-tree", "--stdin", "-z", "--messages", "--allow-unrelated-histories")
	m.cmd.Stderr = &m.stderr
	var out io.ReadCloser
	var err error
	if m.in, err = m.cmd.StdinPipe(); err == nil {
		if out, err = m.cmd.StdoutPipe(); err == nil {
			err = m.cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return nil, explain(ctx, "merge-tree", &m.stderr, err)
	}
	m.fields.in = bufio.NewReaderSize(out, 32<<10)
	return m, nil
}

// stop ends a process of which nothing more is wanted.
func (m *mergeProcess) stop() {
	m.cancel()
	m.in.Close()
	m.cmd.Wait()
}

// complaint ends a process that left a question unanswered and says why.
func (m *mergeProcess) complaint() (string, error) {
	outer := m.ctx.Err()
	m.in.Close()
	// What is left is in a form that is not known, if there is anything.
	io.Copy(io.Discard, m.fields.in)
	err := m.cmd.Wait()
	m.cancel()
	if outer != nil {
		return "", fmt.Errorf("git merge-tree: %w", outer)
	}
	if text := m.stderr.String(); text != "" {
		return text, nil
	}
	return fmt.Sprintf("git merge-tree ended early: %v", err), nil
}

// mergeBatch lets one process answer questions, in order, and returns, when
// that is less than was asked, what it complained of. err is only about a
// process that could not be run at all, or was not to be run any more.
func (s *replayStore) mergeBatch(ctx context.Context, workTree string, asks []*ask) (answers []treeAnswer, complaint string, err error) {
	m, err := s.startMerge(ctx, workTree)
	if err != nil {
		return nil, "", err
	}
	defer m.stop()
	go func() {
		w := bufio.NewWriter(m.in)
		for _, a := range asks {
			w.WriteString(a.ours + " " + a.theirs + "\n")
		}
		w.Flush() // fails if git is gone, which the reader notices
		m.in.Close()
	}()
	for len(answers) < len(asks) {
		answer, ok := readTreeAnswer(&m.fields)
		if !ok {
			complaint, err = m.complaint()
			return answers, complaint, err
		}
		answers = append(answers, answer)
	}
	return answers, "", nil
}

// treeAnswer is what git says of one merge.
type treeAnswer struct {
	clean    bool
	tree     string
	files    []stagedFile
	messages []mergeMessage
}

type stagedFile struct {
	stage Stage
	which int // 1, 2 or 3
	path  string
}

type mergeMessage struct {
	paths []string
	kind  string // such as "CONFLICT (contents)", for programs
	text  string
}

// fieldReader reads fields that end with a NUL.
type fieldReader struct{ in *bufio.Reader }

func (r *fieldReader) next() (string, bool) {
	field, err := r.in.ReadString(0)
	if err != nil {
		return "", false
	}
	return field[:len(field)-1], true
}

// submoduleAdvice is how the advice begins that git puts before the field that
// ends an answer, in plain words, where submodules conflict.
const submoduleAdvice = "Recursive merging with submodules"

// readTreeAnswer reads one answer: whether it is clean, the tree, the files of
// a conflict up to an empty field, the messages up to another.
func readTreeAnswer(in *fieldReader) (a treeAnswer, ok bool) {
	status, ok := in.next()
	if !ok || status != "0" && status != "1" {
		return a, false
	}
	a.clean = status == "1"
	if a.tree, ok = in.next(); !ok || !isFullHash(a.tree) {
		return a, false
	}
	for {
		field, ok := in.next()
		if !ok {
			return a, false
		}
		if field == "" {
			break
		}
		file, ok := readStagedFile(field)
		if !ok {
			return a, false
		}
		a.files = append(a.files, file)
	}
	for {
		field, ok := in.next()
		if !ok {
			return a, false
		}
		if field == "" {
			return a, true
		}
		if strings.HasPrefix(field, submoduleAdvice) {
			return a, true
		}
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 {
			return a, false
		}
		var m mergeMessage
		for ; n > 0; n-- {
			path, ok := in.next()
			if !ok {
				return a, false
			}
			m.paths = append(m.paths, path)
		}
		if m.kind, ok = in.next(); !ok {
			return a, false
		}
		if m.text, ok = in.next(); !ok {
			return a, false
		}
		a.messages = append(a.messages, m)
	}
}

// readStagedFile reads "MODE ID STAGE\tPATH".
func readStagedFile(field string) (f stagedFile, ok bool) {
	head, path, ok := strings.Cut(field, "\t")
	parts := strings.Split(head, " ")
	if !ok || len(parts) != 3 || !isFullHash(parts[1]) {
		return f, false
	}
	mode, err := strconv.ParseUint(parts[0], 8, 32)
	which, err2 := strconv.Atoi(parts[2])
	if err != nil || err2 != nil || which < 1 || which > 3 {
		return f, false
	}
	return stagedFile{Stage{uint32(mode), parts[1]}, which, path}, true
}

// take turns git's answer into the question's.
func (a *ask) take(answer treeAnswer, absent map[rawID]bool) {
	m := a.merged
	m.Tree, a.done = answer.tree, true
	at := map[string]int{}
	conflict := func(path string) *MergeConflict {
		i, ok := at[path]
		if !ok {
			i = len(m.Conflicts)
			at[path] = i
			m.Conflicts = append(m.Conflicts, MergeConflict{Path: a.belongs(path), at: path})
		}
		return &m.Conflicts[i]
	}
	unreadable := map[string]bool{}
	for _, f := range answer.files {
		c := conflict(f.path)
		switch f.which {
		case 1:
			c.Base = f.stage
		case 2:
			c.Ours = f.stage
		case 3:
			c.Theirs = f.stage
		}
		if absent[parseID(f.stage.ID)] {
			unreadable[c.Path] = true
		}
	}
	for _, message := range answer.messages {
		for i, path := range message.paths {
			if message.kind == "Auto-merging" {
				a.auto = append(a.auto, path)
				continue
			}
			if _, ok := at[path]; ok && (i == 0 || m.Conflicts[at[path]].Kind == "") {
				a.tell(conflict(path), message)
			}
		}
	}
	slices.SortStableFunc(m.Conflicts, func(x, y MergeConflict) int {
		if c := strings.Compare(x.Path, y.Path); c != 0 {
			return c
		}
		return strings.Compare(x.at, y.at)
	})
	for _, c := range m.Conflicts {
		if unreadable[c.Path] && !slices.Contains(m.Unreadable, c.Path) {
			m.Unreadable = append(m.Unreadable, c.Path)
		}
	}
}

// tell adds what git says to a conflict.
func (a *ask) tell(c *MergeConflict, message mergeMessage) {
	text := a.rename(strings.TrimSpace(message.text))
	if c.Message != "" {
		text = c.Message + "\n" + text
	}
	c.Message = text
	word := ""
	if rest, ok := strings.CutPrefix(message.text, "CONFLICT ("); ok {
		word, _, _ = strings.Cut(rest, ")")
	}
	switch {
	case message.kind == "CONFLICT (binary)":
		c.Kind = "binary"
	case c.Kind == "":
		c.Kind = word
	}
}

// belongs strips what git added to the path of a file for which there was no
// room: "~" and a side's name.
func (a *ask) belongs(path string) string {
	for _, side := range []string{a.ours, a.theirs} {
		if i := strings.LastIndex(path, "~"+side); i >= 0 {
			rest := path[i+1+len(side):]
			if rest == "" || rest[0] == '_' && strings.Trim(rest[1:], "0123456789") == "" {
				return path[:i]
			}
		}
	}
	return path
}

// rename puts the question's own names in the place of those of the commits
// that git was given.
func (a *ask) rename(text string) string {
	if a.Merge {
		return text
	}
	return strings.NewReplacer(a.ours, a.Onto, a.theirs, a.Commit).Replace(text)
}
