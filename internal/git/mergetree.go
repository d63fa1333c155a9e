package git

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mergeTree runs one `git merge-tree` over pairs of commits and returns what it
// answered, in order, and, when that is less than was asked, what it complained
// of. err is only about a process that could not be run at all.
func (p *Replay) mergeTree(ctx context.Context, workTree string, asks []*ask) (answers []treeAnswer, complaint string, err error) {
	cmd := p.store.merging(ctx, workTree, "merge-tree", "--write-tree", "--stdin", "-z", "--messages", "--allow-unrelated-histories")
	var in, out bytes.Buffer
	for _, a := range asks {
		in.WriteString(a.ours + " " + a.theirs + "\n")
	}
	var stderr tail
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &stderr
	failed := explain(ctx, "merge-tree", &stderr, cmd.Run())
	if failed != nil && (ctx.Err() != nil || cmd.ProcessState == nil) {
		return nil, "", failed
	}
	fields := &fieldReader{rest: out.String()}
	for len(answers) < len(asks) && fields.rest != "" {
		answer, ok := readTreeAnswer(fields)
		if !ok {
			break // cut off; or in a form that is not known, then all of it fails
		}
		answers = append(answers, answer)
	}
	if len(answers) < len(asks) {
		if complaint = stderr.String(); failed == nil || complaint == "" {
			complaint = fmt.Sprintf("git merge-tree ended early: %v", failed)
		}
	}
	return answers, complaint, nil
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

// fieldReader cuts a text at its NULs.
type fieldReader struct{ rest string }

func (r *fieldReader) next() (string, bool) {
	field, rest, ok := strings.Cut(r.rest, "\x00")
	if ok {
		r.rest = rest
	}
	return field, ok
}

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
	if _, rest, ok := strings.Cut(message.text, "CONFLICT ("); ok {
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
