package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tracker/ingest/audit"
	"tracker/internal/fact"
)

// hash makes a full hash of a short name.
func hash(name string) string { return fmt.Sprintf("%040x", []byte(name)) }

// branch is a fork as the tests tell of it: what is not said is fine.
type branch struct {
	own, up   []string // names, oldest first
	picks     [][2]string
	status    map[string]fact.Status
	left      map[string][]string
	files     map[string][]fact.FileChange
	departs   map[[2]string][]fact.DepartedFile
	conflicts map[[2]string][]string
	needs     map[string][]fact.Need
	adds      map[string][]string
	defines   map[string][]string
	tip       map[string]string    // by path
	then      map[string]string    // likewise, as the pick left it
	versions  map[string][]version // by path, oldest first
	declared  []string
	diffs     map[string]map[string]audit.Diff
	reverted  map[string]string // of either side
	forecasts map[string]fact.Forecast
	subjects  map[string]string
	evidence  fact.Kind
}

type version struct{ commit, text string }

func (b *branch) commit(name string) *fact.Commit {
	c := &fact.Commit{Hash: hash(name), Parents: []string{hash(name + "^")}, Subject: name, Files: b.files[name]}
	if s := b.subjects[name]; s != "" {
		c.Subject = s
	}
	if c.Files == nil {
		c.Files = []fact.FileChange{{Path: "a.go", Status: "M", Insertions: 3, Deletions: 3}}
	}
	return c
}

func (b *branch) find() []fact.Finding {
	commits := map[string]*fact.Commit{}
	in := &audit.Branch{
		RevertedFork: map[string]string{}, RevertedUp: map[string]string{}, Forecasts: map[string]fact.Forecast{}, Diffs: map[string]map[string]audit.Diff{},
		Generated: func(p string) bool { return strings.HasSuffix(p, ".lock") || strings.HasPrefix(p, "out/") },
		Output:    func(p string) bool { return strings.HasPrefix(p, "out/") },
		Code:      func(p string) bool { return strings.HasSuffix(p, ".go") },
		Tree:      b,
	}
	name := map[string]string{}
	accounts := map[string]*fact.Account{}
	for _, n := range b.own {
		c := b.commit(n)
		commits[c.Hash], name[c.Hash] = c, n
		in.Own = append(in.Own, c)
	}
	for _, n := range b.up {
		c := b.commit(n)
		commits[c.Hash], name[c.Hash] = c, n
		in.Range = append(in.Range, c.Hash)
		accounts[c.Hash] = &fact.Account{Commit: c.Hash, Status: fact.Pending, Left: b.left[n]}
	}
	for _, p := range b.picks {
		f, u := commits[hash(p[0])], commits[hash(p[1])]
		accounts[u.Hash].Status = fact.Adapted
		pick := audit.Pick{Link: fact.Link{Fork: f.Hash, Upstream: u.Hash, Lines: 1}, Fork: f, Upstream: u}
		if b.evidence != "" {
			pick.Link.Evidence = []fact.Evidence{{Kind: b.evidence}}
		}
		if files, ok := b.departs[p]; ok {
			pick.Departure = &fact.Departure{Fork: f.Hash, Upstream: u.Hash, Files: files}
		}
		r := &fact.Replayed{Fork: f.Hash, Upstream: u.Hash, Source: "pick"}
		for _, path := range b.conflicts[p] {
			r.Conflicts = append(r.Conflicts, fact.PastConflict{Path: path, Kind: "content"})
		}
		pick.Replayed = r
		in.Picks = append(in.Picks, pick)
	}
	for n, s := range b.status {
		accounts[hash(n)].Status = s
	}
	for a, by := range b.reverted {
		if accounts[hash(a)] != nil {
			in.RevertedUp[hash(a)] = hash(by)
		} else {
			in.RevertedFork[hash(a)] = hash(by)
		}
	}
	for n, f := range b.forecasts {
		in.Forecasts[hash(n)] = f
	}
	for n, d := range b.diffs {
		in.Diffs[hash(n)] = d
	}
	in.Commit = func(h string) *fact.Commit { return commits[h] }
	in.Account = func(h string) *fact.Account { return accounts[h] }
	in.Needs = func(h string) []fact.Need { return b.needs[name[h]] }
	in.Defines = func(h string) []string { return b.defines[name[h]] }
	in.Adds = func(h string) []string { return b.adds[name[h]] }
	return audit.Find(in)
}

func set(text string) map[string]bool {
	out := map[string]bool{}
	for t := range audit.Texts([]byte(text)) {
		out[t] = true
	}
	return out
}

func (b *branch) File(path string) map[string]bool {
	if text, ok := b.tip[path]; ok {
		return set(text)
	}
	return nil
}

func (b *branch) FileAt(commit, path string) map[string]bool {
	return set(b.then[path])
}

func (b *branch) Exists(path string) bool { _, ok := b.tip[path]; return ok }

func (b *branch) Versions(path, after string) []audit.Version {
	var out []audit.Version
	for _, v := range b.versions[path] {
		out = append(out, audit.Version{Commit: hash(v.commit), Lines: set(v.text)})
	}
	return out
}

func (b *branch) Declared(name string) bool { return slices.Contains(b.declared, name) }

func (b *branch) Names(path, name string) bool { return strings.Contains(b.tip[path], name) }

func departed(path string, whole bool, lines ...fact.Departed) []fact.DepartedFile {
	return []fact.DepartedFile{{Path: path, Whole: whole, Conflicted: true, Lines: lines}}
}

func lines(how fact.DepartedHow, owner string, texts ...string) fact.Departed {
	d := fact.Departed{How: how, Count: len(texts), Texts: texts}
	if owner != "" {
		d.Owner = hash(owner)
	}
	for i := range texts {
		d.Lines = append(d.Lines, 10+i)
	}
	return d
}

// pick is a fork with one own commit and one pick of the upstream commit u2, which
// comes behind u1.
func pick(files ...fact.DepartedFile) *branch {
	return &branch{
		own: []string{"mine", "pick"}, up: []string{"u1", "u2"}, picks: [][2]string{{"pick", "u2"}},
		departs: map[[2]string][]fact.DepartedFile{{"pick", "u2"}: files}, tip: map[string]string{"a.go": "upstream's\n"},
	}
}

func TestFind(t *testing.T) {
	needs := func(kind fact.NeedKind, text string) map[string][]fact.Need {
		return map[string][]fact.Need{"u2": {{To: hash("u1"), Kind: kind, Hard: kind != fact.NeedSymbol && kind != fact.NeedMarker, Count: 3, Where: []fact.NeedWhere{{Path: "a.go", Line: 3, Text: text}}}}}
	}
	own := []string{"own line 1", "own line 2", "own line 3"}
	for name, c := range map[string]struct {
		b    func() *branch
		want string // severity kind of what, "-" where it was mended by
	}{
		"nothing": {func() *branch { return pick() }, ""},

		"lost: the whole file": {func() *branch {
			return pick(departed("a.go", true, lines(fact.LinesGone, "mine", own[:1]...))...)
		}, "high lost-fork-lines"},
		"lost: many lines": {func() *branch { return pick(departed("a.go", false, lines(fact.LinesGone, "mine", own...))...) }, "high lost-fork-lines"},
		"lost: few lines": {func() *branch {
			return pick(departed("a.go", false, lines(fact.LinesGone, "mine", own[:2]...))...)
		}, "medium lost-fork-lines"},
		"lost: dropped beside a conflict": {func() *branch {
			return pick(departed("a.go", false, lines(fact.LinesDropped, "mine", own...))...)
		}, "medium lost-fork-lines"},
		"lost: given up in a conflict": {func() *branch { return pick(departed("a.go", false, lines(fact.LinesGiven, "mine", own...))...) }, ""},
		"lost: removed by the fork before": {func() *branch {
			return pick(departed("a.go", false, lines(fact.LinesBack, "mine", "upstream's"))...)
		}, "medium lost-fork-lines"},
		"lost: what nobody of the fork wrote": {func() *branch { return pick(departed("a.go", false, lines(fact.LinesGone, "", own...))...) },
			"low altered-pick"},
		"lost: put back since": {func() *branch {
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", own...))...)
			b.own = append(b.own, "mend", "later")
			text := strings.Join(own, "\n")
			b.tip["a.go"] = text
			b.versions = map[string][]version{"a.go": {{"mend", text}, {"later", text}}}
			return b
		}, "high lost-fork-lines - mend"},
		"lost: what took its place is gone since": {func() *branch {
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", own...), lines(fact.LinesBack, "mine", "todo!()"))...)
			b.own = append(b.own, "mend")
			b.tip["a.go"] = "something else"
			b.versions = map[string][]version{"a.go": {{"mend", "something else"}}}
			return b
		}, "high lost-fork-lines - mend"},
		"lost: one line that came in for many is gone since": {func() *branch {
			var many []string
			for i := range 30 {
				many = append(many, fmt.Sprintf("work %d", i))
			}
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", many...), lines(fact.LinesBack, "mine", "todo!()"))...)
			b.own = append(b.own, "mend")
			b.tip["a.go"] = "something else"
			b.versions = map[string][]version{"a.go": {{"mend", "something else"}}}
			return b
		}, "high lost-fork-lines"},
		"lost: but the same stands elsewhere in the file": {func() *branch {
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", own...))...)
			b.tip["a.go"] = own[0] + "\n" + own[1]
			b.then = map[string]string{"a.go": b.tip["a.go"]}
			b.versions = map[string][]version{"a.go": {{"other", b.tip["a.go"]}}}
			return b
		}, "high lost-fork-lines"},
		"lost: of a pick that was reverted": {func() *branch {
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", own...))...)
			b.own = append(b.own, "back")
			b.reverted = map[string]string{"pick": "back"}
			return b
		}, "high lost-fork-lines - back"},
		"lost: in a file that upstream has split": {func() *branch {
			b := pick(departed("old.go", false, lines(fact.LinesGone, "mine", own...), lines(fact.LinesNew, "", "fixed 1", "fixed 2"))...)
			b.tip["old.go"] = "fixed 1\nfixed 2"
			b.diffs = map[string]map[string]audit.Diff{"u2": {"a.go": {Added: []string{"fixed 1", "fixed 2"}}}}
			return b
		}, "low altered-pick"},
		"lost: in a file beside": {func() *branch {
			b := pick(departed("old.go", false, lines(fact.LinesGone, "mine", own...), lines(fact.LinesNew, "", "something else"))...)
			b.tip["old.go"] = "something else"
			b.diffs = map[string]map[string]audit.Diff{"u2": {"a.go": {Added: []string{"fixed 1", "fixed 2"}}}}
			return b
		}, "high lost-fork-lines, low altered-pick"},
		"lost: a commit that carries two": {func() *branch {
			b := pick(departed("a.go", true, lines(fact.LinesGone, "mine", own...))...)
			b.picks = append(b.picks, [2]string{"pick", "u1"})
			return b
		}, ""},

		"foreign: a few lines": {func() *branch {
			return pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's"))...)
		}, "low foreign-lines"},
		"foreign: many lines": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "and more"))...)
			return b
		}, "medium foreign-lines"},
		"foreign: many lines of a test": {func() *branch {
			b := pick(departed("tests/a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "and more"))...)
			b.tip["tests/a.go"] = "upstream's"
			return b
		}, "low foreign-lines"},
		"foreign: the whole file": {func() *branch {
			return pick(departed("a.go", true, lines(fact.LinesBrought, "u1", "upstream's", "one more", "and more"))...)
		}, "medium foreign-lines"},
		"foreign: what it uses is not here": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "if params.causal {"))...)
			b.tip["a.go"] += "if params.causal {"
			b.tip["b.go"] = "type params struct{}"
			b.diffs = map[string]map[string]audit.Diff{"u1": {"b.go": {Added: []string{"causal: bool,"}}}}
			return b
		}, "high foreign-lines"},
		"foreign: what it uses is here": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "if params.causal {"))...)
			b.tip["a.go"] += "if params.causal {"
			b.tip["b.go"] = "struct { causal: bool, }"
			b.diffs = map[string]map[string]audit.Diff{"u1": {"b.go": {Added: []string{"causal: bool,"}}}}
			return b
		}, "medium foreign-lines"},
		"foreign: what it uses was there before": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "return p->slot;"))...)
			b.tip["b.go"] = "nothing"
			b.diffs = map[string]map[string]audit.Diff{"u1": {"b.go": {Added: []string{"int slot;"}, Removed: []string{"int  slot;"}}}}
			return b
		}, "medium foreign-lines"},
		"foreign: what it uses is used there": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "return p->slot;"))...)
			b.tip["b.go"] = "nothing"
			b.diffs = map[string]map[string]audit.Diff{"u1": {"b.go": {Added: []string{"if (p->slot) {"}}}}
			return b
		}, "medium foreign-lines"},
		"foreign: taken out since": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "one", "two", "three"))...)
			b.own = append(b.own, "mend")
			b.versions = map[string][]version{"a.go": {{"mend", "upstream's"}}}
			return b
		}, "medium foreign-lines - mend"},
		"foreign: picked since": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "and more"))...)
			b.own = append(b.own, "later")
			b.picks = append(b.picks, [2]string{"later", "u1"})
			return b
		}, "medium foreign-lines - later"},
		"foreign: picked before": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's", "one more", "and more"))...)
			b.own = append([]string{"earlier"}, b.own...)
			b.picks = append([][2]string{{"earlier", "u1"}}, b.picks...)
			return b
		}, ""},

		"prerequisite: a name that nothing declares": {func() *branch {
			b := pick()
			b.needs, b.adds = needs(fact.NeedSymbol, "TileStore"), map[string][]string{"pick": {"TileStore"}}
			b.tip["a.go"] = "use TileStore"
			return b
		}, "high missing-prerequisite"},
		"prerequisite: a name that is declared": {func() *branch {
			b := pick()
			b.needs, b.adds, b.declared = needs(fact.NeedSymbol, "TileStore"), map[string][]string{"pick": {"TileStore"}}, []string{"TileStore"}
			b.tip["a.go"] = "use TileStore"
			return b
		}, ""},
		"prerequisite: a name that the pick left out": {func() *branch {
			b := pick()
			b.needs = needs(fact.NeedSymbol, "TileStore")
			b.tip["a.go"] = "use TileStore"
			return b
		}, ""},
		"prerequisite: a name that the pick brought in itself": {func() *branch {
			b := pick()
			b.needs, b.adds = needs(fact.NeedSymbol, "TileStore"), map[string][]string{"pick": {"TileStore"}, "later": {"TileStore"}}
			b.tip["a.go"], b.defines = "use TileStore", map[string][]string{"pick": {"TileStore"}}
			b.own, b.picks = append(b.own, "later"), append(b.picks, [2]string{"later", "u1"})
			return b
		}, ""},
		"prerequisite: the name came later": {func() *branch {
			b := pick()
			b.needs, b.adds = needs(fact.NeedSymbol, "TileStore"), map[string][]string{"pick": {"TileStore"}, "later": {"TileStore"}}
			b.tip["a.go"], b.declared = "use TileStore", []string{"TileStore"}
			b.own, b.picks = append(b.own, "later"), append(b.picks, [2]string{"later", "u1"})
			return b
		}, "high missing-prerequisite - later"},
		"prerequisite: lines that applied all the same": {func() *branch { b := pick(); b.needs = needs(fact.NeedLine, ""); return b }, ""},
		"prerequisite: lines that conflicted and were fitted in": {func() *branch {
			b := pick()
			b.needs, b.conflicts = needs(fact.NeedLine, ""), map[[2]string][]string{{"pick", "u2"}: {"a.go"}}
			return b
		}, "low missing-prerequisite"},
		"prerequisite: context alone": {func() *branch {
			b := pick()
			b.needs, b.conflicts = needs(fact.NeedContext, ""), map[[2]string][]string{{"pick", "u2"}: {"a.go"}}
			return b
		}, ""},
		"prerequisite: half of it came in": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's"))...)
			b.needs, b.conflicts = needs(fact.NeedLine, ""), map[[2]string][]string{{"pick", "u2"}: {"a.go"}}
			b.diffs = map[string]map[string]audit.Diff{"u1": {"a.go": {Hunks: [][]string{{"upstream's", "more 1", "more 2", "more 3"}, {"elsewhere 1", "elsewhere 2", "elsewhere 3"}}}}}
			return b
		}, "high missing-prerequisite"},
		"prerequisite: most of it came in": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's"))...)
			b.needs, b.conflicts = needs(fact.NeedLine, ""), map[[2]string][]string{{"pick", "u2"}: {"a.go"}}
			b.diffs = map[string]map[string]audit.Diff{"u1": {"a.go": {Hunks: [][]string{{"upstream's", "more 1", "more 2"}, {"elsewhere 1", "elsewhere 2", "elsewhere 3"}}}}}
			return b
		}, "medium missing-prerequisite"},
		"prerequisite: all of it came in but what the pick replaces": {func() *branch {
			b := pick(departed("a.go", false, lines(fact.LinesBrought, "u1", "upstream's"))...)
			b.needs, b.conflicts = needs(fact.NeedLine, ""), map[[2]string][]string{{"pick", "u2"}: {"a.go"}}
			b.diffs = map[string]map[string]audit.Diff{"u1": {"a.go": {Hunks: [][]string{{"upstream's", "more 1"}, {"elsewhere"}}}}, "u2": {"a.go": {Removed: []string{"more 1"}}}}
			return b
		}, "low foreign-lines"},

		"partial: what it replaces is there": {func() *branch {
			b := pick()
			b.status, b.left = map[string]fact.Status{"u2": fact.Partial}, map[string][]string{"u2": {"b.go"}}
			b.tip["b.go"] = "old line"
			b.diffs = map[string]map[string]audit.Diff{"u2": {"b.go": {Removed: []string{"old line"}}}}
			return b
		}, "medium partial-pick"},
		"partial: the fork has other lines": {func() *branch {
			b := pick()
			b.status, b.left = map[string]fact.Status{"u2": fact.Partial}, map[string][]string{"u2": {"b.go"}}
			b.tip["b.go"] = "other line"
			b.diffs = map[string]map[string]audit.Diff{"u2": {"b.go": {Removed: []string{"old line"}}}}
			return b
		}, "low partial-pick"},
		"partial: skipped over a file that the fork does not have": {func() *branch {
			b := pick()
			b.status = map[string]fact.Status{"u1": fact.Skipped}
			b.files = map[string][]fact.FileChange{"u1": {{Path: "a.go"}, {Path: "b.go"}}}
			b.forecasts = map[string]fact.Forecast{"u1": {Commit: hash("u1"), Result: fact.ResultConflict, Conflicts: []fact.Conflicted{{Path: "b.go", Kind: "modify/delete"}}}}
			return b
		}, "low partial-pick"},
		"partial: skipped over a real conflict": {func() *branch {
			b := pick()
			b.status = map[string]fact.Status{"u1": fact.Skipped}
			b.files = map[string][]fact.FileChange{"u1": {{Path: "a.go"}, {Path: "b.go"}}}
			b.forecasts = map[string]fact.Forecast{"u1": {Commit: hash("u1"), Result: fact.ResultConflict, Conflicts: []fact.Conflicted{{Path: "b.go", Kind: "modify/delete"}, {Path: "a.go", Kind: "content"}}}}
			return b
		}, ""},

		"follow-up: it says so": {func() *branch { b := follow(fact.NeedMarker, "fixes #1"); return b }, "medium missed-follow-up"},
		"follow-up: by title and lines": {func() *branch {
			b := follow(fact.NeedLine, "")
			b.subjects = map[string]string{"u3": "Fix a crash"}
			return b
		}, "low missed-follow-up"},
		"follow-up: lines alone": {func() *branch { return follow(fact.NeedLine, "") }, ""},
		"follow-up: decided so": {func() *branch {
			b := follow(fact.NeedMarker, "fixes #1")
			b.status = map[string]fact.Status{"u3": fact.Skipped}
			return b
		}, ""},
		"follow-up: of what is not here": {func() *branch { b := follow(fact.NeedMarker, "fixes #1"); b.picks = nil; return b }, ""},

		"reverted upstream": {func() *branch {
			b := pick()
			b.up = append(b.up, "back")
			b.reverted = map[string]string{"u2": "back"}
			return b
		}, "medium reverted-upstream"},
		"reverted upstream, and picked": {func() *branch {
			b := pick()
			b.up, b.own = append(b.up, "back"), append(b.own, "back here")
			b.reverted, b.picks = map[string]string{"u2": "back"}, append(b.picks, [2]string{"back here", "back"})
			return b
		}, "medium reverted-upstream - back here"},

		"order": {func() *branch { b := inverted(); b.tip["a.go"] = "version 1"; return b }, "high order"},
		"order: put right since": {func() *branch {
			b := inverted()
			b.own = append(b.own, "mend")
			b.tip["a.go"] = "version 2"
			b.versions = map[string][]version{"a.go": {{"mend", "version 2"}}}
			return b
		}, "high order - mend"},
		"order: as upstream has it": {func() *branch {
			b := inverted()
			b.own = []string{"old", "new"}
			b.tip["a.go"] = "version 1"
			return b
		}, ""},

		"bulk: build output": {func() *branch {
			b := pick()
			b.files = map[string][]fact.FileChange{"mine": {{Path: "out/a.o", Status: "A", Generated: true, Binary: true}}}
			b.tip["out/a.o"] = ""
			return b
		}, "medium bulk"},
		"bulk: build output that is gone": {func() *branch {
			b := pick()
			b.own = append(b.own, "clean")
			b.files = map[string][]fact.FileChange{
				"mine":  {{Path: "out/a.o", Status: "A", Generated: true, Binary: true}},
				"clean": {{Path: "out/a.o", Status: "D", Generated: true, Binary: true}},
			}
			return b
		}, "medium bulk - clean"},
		"bulk: a lock file": {func() *branch {
			b := pick()
			b.files = map[string][]fact.FileChange{"mine": {{Path: "x.lock", Status: "M", Generated: true, Insertions: 1200}, {Path: "a.go", Status: "M", Insertions: 10}}}
			return b
		}, "low bulk"},
		"bulk: as upstream's is": {func() *branch {
			b := pick()
			lock := []fact.FileChange{{Path: "x.lock", Status: "M", Generated: true, Insertions: 1200}}
			b.files = map[string][]fact.FileChange{"pick": lock, "u2": lock}
			return b
		}, ""},

		"altered: a little": {func() *branch { return pick(departed("a.go", false, lines(fact.LinesNew, "", "of nobody"))...) }, "low altered-pick"},
		"altered: beyond recognition": {func() *branch {
			var texts []string
			for i := range 30 {
				texts = append(texts, fmt.Sprintf("of nobody %d", i))
			}
			return pick(departed("a.go", false, lines(fact.LinesNew, "", texts...))...)
		}, "medium altered-pick"},

		"duplicate": {func() *branch {
			b := pick()
			b.own, b.picks = append(b.own, "again"), append(b.picks, [2]string{"again", "u2"})
			return b
		}, "low duplicate-pick"},
		"duplicate: one in two parts": {func() *branch {
			b := pick()
			b.own, b.picks, b.evidence = append(b.own, "again"), append(b.picks, [2]string{"again", "u2"}), fact.KindGroup
			return b
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range c.b().find() {
				s := string(f.Severity) + " " + string(f.Kind)
				if f.Mended != "" {
					s += " - " + named(f.Mended)
				}
				got = append(got, s)
				if f.Message == "" || strings.Contains(f.Message, "%!") || strings.Contains(f.Message, `""`) {
					t.Errorf("it says %q", f.Message)
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// named is the short name that a hash was made of.
func named(h string) string {
	var raw []byte
	for i := 0; i+1 < len(h); i += 2 {
		var c byte
		fmt.Sscanf(h[i:i+2], "%02x", &c)
		if c != 0 {
			raw = append(raw, c)
		}
	}
	return string(raw)
}

// follow is a fork with a pick of u2 and an upstream commit behind that needs it.
func follow(kind fact.NeedKind, text string) *branch {
	b := pick()
	b.up = append(b.up, "u3")
	b.needs = map[string][]fact.Need{"u3": {{To: hash("u2"), Kind: kind, Count: 2, Where: []fact.NeedWhere{{Path: "a.go", Line: 3, Text: text}}}}}
	return b
}

// inverted is a fork that picked u2, and then u1, which undid it.
func inverted() *branch {
	return &branch{
		own: []string{"new", "old"}, up: []string{"u1", "u2"}, picks: [][2]string{{"new", "u2"}, {"old", "u1"}}, tip: map[string]string{},
		needs: map[string][]fact.Need{"u2": {{To: hash("u1"), Kind: fact.NeedLine, Hard: true, Count: 1}}},
		diffs: map[string]map[string]audit.Diff{
			"u2":  {"a.go": {Added: []string{"version 2"}, Removed: []string{"version 1"}}},
			"old": {"a.go": {Added: []string{"version 1"}, Removed: []string{"version 2"}}},
		},
	}
}

func TestAccepts(t *testing.T) {
	f := &fact.Finding{Kind: fact.FindBulk, Fork: hash("f"), Upstream: hash("u"), Path: "out/a.o"}
	said := &fact.Finding{Kind: fact.FindReportCount, Report: "docs/sync.md"}
	for _, c := range []struct {
		d    fact.Decision
		f    *fact.Finding
		want bool
	}{
		{fact.Decision{Commit: hash("f"), Accept: fact.FindBulk}, f, true},
		{fact.Decision{Commit: hash("u"), Accept: fact.FindBulk}, f, true},
		{fact.Decision{Commit: hash("x"), Accept: fact.FindBulk}, f, false},
		{fact.Decision{Commit: hash("f"), Accept: fact.FindOrder}, f, false},
		{fact.Decision{Commit: hash("f"), Accept: fact.FindBulk, Undone: 1}, f, false},
		{fact.Decision{Commit: hash("f"), Status: fact.Skipped}, f, false},
		{fact.Decision{Path: "out/**", Accept: fact.FindBulk}, f, true},
		{fact.Decision{Path: "src/**", Accept: fact.FindBulk}, f, false},
		{fact.Decision{Path: "docs/*.md", Accept: fact.FindReportCount}, said, true},
		{fact.Decision{Commit: "", Accept: fact.FindReportCount}, said, false},
	} {
		if got := audit.Accepts(&c.d, c.f); got != c.want {
			t.Errorf("%+v accepts %+v: %v", c.d, c.f, got)
		}
	}
}
