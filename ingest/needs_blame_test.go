package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"tracker/internal/fact"
)

// TestNeedsAreThoseOfBlame compares the needs by lines and by files with what git
// says of each commit of a real repository (see needsRepo): git blame at its
// parent of the lines that it changes or removes, and diff-tree, followed back
// from commit to commit, of who created its files.
func TestNeedsAreThoseOfBlame(t *testing.T) {
	r := realNeeds(t)
	w := newWhere(r)
	measured := r.measured()
	type answer struct {
		lines map[string]int // nil if git fails, for want of a blob
		files map[string]string
	}
	answers := make([]answer, len(measured))
	var group errgroup.Group
	group.SetLimit(2)
	for i, h := range measured {
		group.Go(func() error {
			answers[i].lines = w.lines(h)
			return nil
		})
	}
	group.Wait()
	for i, h := range measured {
		answers[i].files = w.files(h)
	}
	var lines, files score
	unanswered := 0
	for i, h := range measured {
		got := map[fact.NeedKind]map[string]int{fact.NeedLine: {}, fact.NeedFile: {}}
		for _, n := range r.needs[h] {
			if got[n.Kind] != nil {
				got[n.Kind][n.To] += n.Count
			}
		}
		if answers[i].lines == nil {
			unanswered++
		} else {
			lines.add(h, got[fact.NeedLine], answers[i].lines, nil)
		}
		created := map[string]int{}
		for to, how := range answers[i].files {
			if how == madeIt {
				created[to] = 1
			}
		}
		for to := range created { // how many of its files does not matter
			created[to] = max(1, got[fact.NeedFile][to])
		}
		files.add(h, got[fact.NeedFile], created, answers[i].files)
	}
	t.Logf("git blame fails for %d of %d commits", unanswered, len(measured))
	lines.log(t, "line")
	files.log(t, "file")
}

// score counts the edges that are found of those that git knows.
type score struct {
	want, got, same, counted int
	missed, extra            []string
	explained                map[string]int // extra ones of which git tells another reason
}

func (s *score) add(from string, got, want map[string]int, why map[string]string) {
	if s.explained == nil {
		s.explained = map[string]int{}
	}
	s.want += len(want)
	s.got += len(got)
	for _, to := range slices.Sorted(maps.Keys(want)) {
		if got[to] == 0 {
			s.missed = append(s.missed, fmt.Sprintf("%s → %s (%d)", fact.Short(from), fact.Short(to), want[to]))
			continue
		}
		s.same++
		if got[to] == want[to] {
			s.counted++
		}
	}
	for _, to := range slices.Sorted(maps.Keys(got)) {
		switch {
		case want[to] > 0:
		case why[to] != "":
			s.explained[why[to]]++
		default:
			s.extra = append(s.extra, fmt.Sprintf("%s → %s (%d)", fact.Short(from), fact.Short(to), got[to]))
		}
	}
}

func (s *score) log(t *testing.T, kind string) {
	recall := float64(s.same) / float64(max(s.want, 1))
	t.Logf("%s: %d of %d edges of git's found, recall %.4f (the same count in %d); %d more, of which git tells the reason: %v; missed %d, unexplained %d",
		kind, s.same, s.want, recall, s.counted, s.got-s.same, s.explained, len(s.missed), len(s.extra))
	for _, m := range s.missed {
		t.Logf("  missed %s", m)
	}
	for _, x := range s.extra {
		t.Logf("  extra  %s", x)
	}
	if recall < 0.98 {
		t.Errorf("recall of %s edges is %.4f, below 0.98", kind, recall)
	}
	if len(s.extra) > 0 {
		t.Errorf("%d %s edges that git does not know", len(s.extra), kind)
	}
}

// where follows lines and files back by asking git.
type where struct {
	*needsRepo
	inRange map[string]bool
	parents map[string][]string
	changes map[string][]rawChange
	trees   map[string]map[string]string // of merges and their parents
	nobody  []string                     // arguments that end a walk where the range begins
}

// rawChange is one line of diff-tree --raw.
type rawChange struct {
	status   byte
	old, new string // paths
	mode     string // before; after where there was none
	lines    bool   // git counts its lines
}

func newWhere(r *needsRepo) *where {
	w := &where{needsRepo: r, inRange: map[string]bool{}, parents: map[string][]string{}, changes: map[string][]rawChange{}, trees: map[string]map[string]string{}}
	for _, h := range r.order {
		w.inRange[h] = true
	}
	if r.view.Base != "" {
		w.nobody = []string{"^" + r.view.Base}
	}
	for line := range strings.Lines(r.git(append([]string{"rev-list", "--parents", r.view.Upstream.Commit}, w.nobody...)...)) {
		f := strings.Fields(line)
		w.parents[f[0]] = f[1:]
	}
	for h, parents := range w.parents {
		if len(parents) < 2 {
			w.changes[h] = w.raw(h)
		}
	}
	return w
}

func (w *where) raw(h string) []rawChange {
	args := []string{"diff-tree", "-r", "--root", "--no-commit-id", "-z", "--abbrev=40"}
	raw, ok := w.run(append(args, "-M", "--raw", h)...)
	if !ok { // a blob is absent
		raw = w.git(append(args, "-M100%", "--raw", h)...)
	}
	f := strings.Split(raw, "\x00")
	var out []rawChange
	for i := 0; i < len(f) && f[i] != ""; i += 2 {
		c := strings.Fields(f[i][1:])
		r := rawChange{status: c[4][0], old: f[i+1], new: f[i+1], mode: c[0]}
		if r.status == 'R' || r.status == 'C' {
			r.new = f[i+2]
			i++
		}
		if r.status == 'A' {
			r.mode = c[1]
		}
		out = append(out, r)
	}
	args = append(args, "-M", "--numstat", h)
	binary := func(text string) bool { return strings.Contains("\x00"+text, "\x00-\t-\t") }
	text, ok := w.run(args...)
	for i := range out {
		r := &out[i]
		switch {
		case r.mode == "160000":
		case ok && !binary(text):
			r.lines = true
		default: // one of them is binary, or absent
			text, ok := w.run(append(args, "--", r.old, r.new)...)
			r.lines = ok && !binary(text)
		}
	}
	return out
}

// lines are the commits of the range that last touched lines that a commit
// changes or removes, and how many of them; nil if git fails.
func (w *where) lines(h string) map[string]int {
	owners := map[string]int{}
	if p := w.parents[h]; len(p) == 0 || p[0] == w.view.Base {
		return owners
	}
	for _, c := range w.changes[h] {
		if c.status == 'A' || !c.lines {
			continue
		}
		text := w.git("diff-tree", "-p", "-U0", "-M", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--indent-heuristic", h, "--", c.old, c.new)
		args := []string{"blame", "--porcelain"}
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "@@ -") {
				continue
			}
			from, count, some := strings.Cut(strings.Fields(line)[1][1:], ",")
			n := 1
			if some {
				n, _ = strconv.Atoi(count)
			}
			if n > 0 {
				args = append(args, fmt.Sprintf("-L%s,+%d", from, n))
			}
		}
		if len(args) == 2 {
			continue
		}
		args = append(append(append(args, w.parents[h][0]), w.nobody...), "--", c.old)
		out, ok := w.run(args...)
		if !ok {
			return nil
		}
		for line := range strings.Lines(out) {
			f := strings.Fields(line)
			if len(f) >= 3 && len(f[0]) == 40 && !strings.HasPrefix(line, "\t") && w.inRange[f[0]] {
				owners[f[0]]++
			}
		}
	}
	return owners
}

const madeIt = "created it"

// files are the commits of the range that created the files that a commit
// changes, moves or removes, and those that have done something else to them that
// a need by file may rest on.
func (w *where) files(h string) map[string]string {
	out := map[string]string{}
	note := func(to, how string) {
		if w.inRange[to] && out[to] != madeIt {
			out[to] = how
		}
	}
	if p := w.parents[h]; len(p) == 0 || p[0] == w.view.Base {
		return out
	}
	for _, c := range w.changes[h] {
		if c.status == 'A' || c.status == 'C' {
			note(w.removed(w.parents[h][0], c.new), "removed one in its place")
			if c.status == 'A' {
				continue
			}
		}
		if c.status == 'R' {
			note(w.removed(w.parents[h][0], c.new), "removed one in its place")
		}
		w.follow(w.parents[h][0], c.old, note)
	}
	return out
}

// follow goes back from a commit that has a file to the one that created it.
func (w *where) follow(h, path string, note func(to, how string)) {
	for {
		parents, known := w.parents[h]
		if !known {
			return
		}
		if len(parents) > 1 {
			if h = w.whence(h, parents, path); h == "" {
				return
			}
			continue
		}
		for _, c := range w.changes[h] {
			if c.new != path || c.status == 'D' {
				continue
			}
			switch {
			case c.status == 'A':
				note(h, madeIt)
				return
			case c.status == 'R' || c.status == 'C':
				note(h, "moved it")
				path = c.old
			case !c.lines:
				note(h, "changed it as a whole")
			}
		}
		if len(parents) == 0 {
			return
		}
		h = parents[0]
	}
}

// whence is the parent of a merge that has the file as it is, else the first that
// has it at all.
func (w *where) whence(h string, parents []string, path string) string {
	blob := func(h string) string { return w.tree(h)[path] }
	mine, some := blob(h), ""
	for _, p := range parents {
		b := blob(p)
		if b == mine {
			return p
		}
		if b != "" && some == "" {
			some = p
		}
	}
	return some
}

// tree is the blobs of a commit by path.
func (w *where) tree(h string) map[string]string {
	if w.trees[h] == nil {
		w.trees[h] = map[string]string{}
		for _, entry := range strings.Split(w.git("ls-tree", "-r", "-z", h), "\x00") {
			if head, path, ok := strings.Cut(entry, "\t"); ok {
				w.trees[h][path] = strings.Fields(head)[2]
			}
		}
	}
	return w.trees[h]
}

// removed is the last commit that removed a file, or moved it away.
func (w *where) removed(h, path string) string {
	args := append([]string{"log", "-1", "--format=%H", "--diff-filter=D", "--no-renames", h}, w.nobody...)
	return strings.TrimSpace(w.git(append(args, "--", path)...))
}
