//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tracker/internal/cli"
	"tracker/internal/gittest"
)

// traps are programs that note that they ran, each under its own name.
type traps struct {
	t   *testing.T
	dir string
}

// set makes the program that a setting names.
func (tr *traps) set(name string) string {
	tr.t.Helper()
	path := filepath.Join(tr.dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n: >\""+path+".ran\"\n"), 0o755); err != nil {
		tr.t.Fatal(err)
	}
	return path
}

// sprung names the programs that ran since the last call.
func (tr *traps) sprung() []string {
	tr.t.Helper()
	ran, err := filepath.Glob(filepath.Join(tr.dir, "*.ran"))
	if err != nil {
		tr.t.Fatal(err)
	}
	for i, path := range ran {
		if err := os.Remove(path); err != nil {
			tr.t.Fatal(err)
		}
		ran[i] = strings.TrimSuffix(filepath.Base(path), ".ran")
	}
	return ran
}

// poison are texts that would do something where they are shown raw.
var poison = []string{
	"\x1b]0;owned\x07\x1b[2J\x1b[31mred",
	"<img src=x onerror=alert(1)><script>alert(2)</script>",
	"</td></tr></table> | one | two |",
	"<!-- tracker:end --> <!-- tracker:begin -->",
	"[click](javascript:alert(3)) ![i](https://evil.example/i.png) **bold** `code` @someone",
	"\u009b31m c1, \u202egnitirw\u202c, \u2028 separators, \u200bnone",
	"\rover the line \b\b\b\x7f\x00nul",
	"=cmd|' /C calc'!A0",
	"--upload-pack=touch",
}

const (
	hostileFork     = "refs/heads/--upload-pack=$(touch;x)`x`\"'|<b>\u202e"
	hostileUpstream = "refs/remotes/upstream/-o|<img/src=x>\u009b31m"
)

// hostileRepo is a repository that tries everything: its configuration and
// attributes name programs wherever git would run one, its hooks are programs,
// a remote of its own promises a blob that is absent, and its refs, files,
// people, messages and reports hold what must not be shown as it is.
func hostileRepo(t *testing.T) (*gittest.Repo, *traps) {
	tr := &traps{t: t, dir: t.TempDir()}
	r := gittest.New(t)
	attributes := "* diff=evil filter=evil merge=evil ident\n"
	author := gittest.Author("Eve\x1b[31m|`b`**\u202e&lt;i&gt;", "a@b\x1b[31m")
	r.Commit(gittest.Files{".gitattributes": attributes, "a.txt": "one\n"}, "Begin", author)
	r.Branch("theirs")
	var up []string
	for i, p := range poison {
		p = strings.ReplaceAll(p, "\x00", "")
		up = append(up, r.Commit(gittest.Files{"a.txt": strings.Repeat(p+"\n", i+2), fmt.Sprintf("%d-%s.txt", i, strings.ReplaceAll(p, "/", "÷")): "x\n"},
			p+fmt.Sprintf(" (#%d)\n\n%s\n\nSigned-off-by: %s\n", i+1, p, p), author))
	}
	up = append(up, r.Commit(gittest.Files{"-rf": "x\n", "--": "x\n", "new\nline | <b>": "x\n", "..\\..\\up": "x\n", "a => b": "x\n"}, "Odd names (#77)", author))
	r.SetRef(hostileUpstream, r.Tip())
	r.Checkout("main")
	r.CherryPick(up[1], gittest.Resolve(gittest.Files{"a.txt": "mine\n"}))
	var report strings.Builder
	fmt.Fprintf(&report, "# Sync %s\n\n", poison[0]+poison[1])
	for i, h := range up {
		p := poison[i%len(poison)]
		fmt.Fprintf(&report, "- `%s` %s — skipped: %s\n  needs `%s`\n", h[:12], p, p, strings.ReplaceAll(p, "`", ""))
	}
	fmt.Fprintf(&report, "\n## Lessons\n\n- Always %s\n", poison[5])
	r.Commit(gittest.Files{"SYNC <b>|\x1b[31m.md": report.String(), "dir/-report.md": report.String(), "lost.txt": "absent\n"}, "Report "+poison[0], author)
	lost := r.Git("rev-parse", "HEAD:lost.txt")
	sign(r, hostileUpstream)
	r.SetRef(hostileFork, r.Tip())
	r.WorkTree()
	promise(t, r, lost)

	gitDir := filepath.Join(r.Dir, ".git")
	evil := filepath.Join(tr.dir, "included")
	config := "[include]\n\tpath = " + evil + "\n[remote \"upstream\"]\n\turl = https://evil.example/\x1b[31m)<b>|/x.git\n" +
		"[remote \"origin\"]\n\turl = ext::" + tr.set("ext") + "\n\tpromisor = true\n\tpartialclonefilter = blob:none\n\tuploadpack = " + tr.set("remote.uploadpack") + "\n" +
		"[user]\n\tname = \"Me \x1b[31m<b>\"\n\temail = me@example.org\n[core]\n\tlogAllRefUpdates = false\n"
	settings := map[string]string{
		"core.fsmonitor": "", "core.pager": "", "core.editor": "", "core.sshCommand": "", "core.gitProxy": "", "core.askPass": "",
		"core.alternateRefsCommand": "", "sequence.editor": "", "credential.helper": "!", "diff.external": "",
		"diff.evil.command": "", "diff.evil.textconv": "", "filter.evil.clean": "", "filter.evil.smudge": "", "filter.evil.process": "",
		"merge.evil.driver": "", "gpg.program": "", "gpg.ssh.program": "", "pager.log": "", "interactive.diffFilter": "",
		"uploadpack.packObjectsHook": "", "trailer.sign.command": "", "trailer.sign.cmd": "", "alias.rev-parse": "!", "alias.log": "!",
		"alias.cat-file": "!", "alias.own": "!", "browser.evil.cmd": "", "difftool.evil.cmd": "", "mergetool.evil.cmd": "", "gc.recentObjectsHook": "",
	}
	var included strings.Builder
	for name, prefix := range settings {
		section, key := name[:strings.IndexByte(name, '.')], name[strings.LastIndexByte(name, '.')+1:]
		header := "[" + section + "]"
		if middle := strings.TrimSuffix(strings.TrimPrefix(name, section+"."), key); middle != "" {
			header = fmt.Sprintf("[%s %q]", section, strings.TrimSuffix(middle, "."))
		}
		fmt.Fprintf(&included, "%s\n\t%s = %s%s\n", header, key, prefix, tr.set(name))
	}
	hooks := filepath.Join(tr.dir, "hooks")
	fmt.Fprintf(&included, "[core]\n\thooksPath = %s\n\tattributesFile = %s\n[filter \"evil\"]\n\trequired = true\n[protocol]\n\tallow = always\n[protocol \"ext\"]\n\tallow = always\n"+
		"[log]\n\tshowSignature = true\n\tdiffMerges = remerge\n\tdate = evil\n\tmailmap = true\n[diff]\n\ttool = evil\n\tsubmodule = log\n\tnoprefix = true\n\torderFile = /dev/zero\n[color]\n\tui = always\n[format]\n\tpretty = evil\n[trailer \"sign\"]\n\tkey = Signed-off-by\n", hooks, filepath.Join(tr.dir, "attributes"))
	if err := os.Mkdir(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	hookNames := []string{"post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout", "pre-commit", "fsmonitor-watchman", "query-watchman"}
	for _, name := range hookNames {
		for _, at := range []string{filepath.Join(gitDir, "hooks"), hooks} {
			if err := os.MkdirAll(at, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(tr.set("hook."+name), filepath.Join(at, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for path, content := range map[string]string{
		evil: included.String(), filepath.Join(gitDir, "config"): config,
		filepath.Join(tr.dir, "attributes"): attributes, filepath.Join(gitDir, "info", "attributes"): attributes,
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.WriteString(content)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r, tr
}

// sign puts a signature into the tip of a ref, which git would ask a program about.
func sign(r *gittest.Repo, ref string) {
	head, body, _ := strings.Cut(r.Git("cat-file", "commit", ref), "\n\n")
	signed := head + "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n" + body + "\n"
	r.SetRef(ref, r.GitInput(signed, "hash-object", "-t", "commit", "-w", "--stdin"))
}

// promise turns a repository into a partial clone that lacks one blob.
func promise(t *testing.T, r *gittest.Repo, blob string) {
	t.Helper()
	all := strings.Fields(r.Git("rev-list", "--objects", "--no-object-names", "--all"))
	all = slices.DeleteFunc(all, func(id string) bool { return id == blob })
	folder := filepath.Join(r.Dir, ".git", "objects")
	pack := r.GitInput(strings.Join(all, "\n")+"\n", "pack-objects", "--quiet", filepath.Join(folder, "pack", "pack"))
	if err := os.WriteFile(filepath.Join(folder, "pack", "pack-"+pack+".promisor"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	r.Git("prune-packed", "--quiet")
	if err := os.Remove(filepath.Join(folder, blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
}

// Whatever a repository's configuration, attributes, hooks, refs, names and
// texts try, nothing of it runs, and nothing of it reaches a terminal or the
// document but as text.
func TestHostileRepository(t *testing.T) {
	r, tr := hostileRepo(t)
	for _, name := range []string{"GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "GIT_EDITOR", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"} {
		t.Setenv(name, tr.set(name))
	}
	t.Chdir(r.Dir)
	before, err := listing(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := tracker(args...)
		if code != want {
			t.Errorf("tracker %q: exit %d, want %d: %s", args, code, want, errs)
		}
		for where, text := range map[string]string{"stdout": out, "stderr": errs} {
			for i, line := range strings.Split(text, "\n") {
				if obeyed(strings.ReplaceAll(line, "\t", "")) {
					t.Errorf("tracker %q: line %d of %s holds what a terminal obeys: %q", args, i+1, where, line)
				}
			}
		}
		if ran := tr.sprung(); len(ran) > 0 {
			t.Errorf("tracker %q ran %q", args, ran)
		}
		return out
	}
	ask(cli.ExitUnread, "ingest", "--upstream", hostileUpstream, "--fork", hostileFork)
	for _, args := range [][]string{
		{"ingest"}, {"ingest", "--json"}, {"status"}, {"status", "--json"}, {"status", "#1", "#77"}, {"links"}, {"links", "--json"}, {"links", "--without", "marker"},
		{"show", "#1"}, {"show", "#2"}, {"show", "#77"}, {"show", "#77", "--json"}, {"show", "#3", "--json"}, {"show", hostileFork}, {"show", hostileUpstream},
		{"show", "SYNC <b>|\x1b[31m.md"}, {"show", "dir/-report.md", "--json"},
		{"search", "script"}, {"search", "kind:report"}, {"search", "kind:commit", "--json"}, {"search", "kind:lesson"}, {"search", "author:eve"},
		{"mark", "#1", "skipped", "--reason", poison[0] + poison[1], "--waits-for", poison[3]}, {"mark", "--list"}, {"mark", "--list", "--json"}, {"show", "mark:1"},
		{"export"}, {"doctor"}, {"doctor", "--json"}, {"render", "md"}, {"render", "md", "--json"}, {"render", "md", "--check"}, {"reindex"}, {"compact"},
		{"mark", "--undo", "1"}, {"report", "parse", "SYNC <b>|\x1b[31m.md"}, {"report", "parse", "--json", "dir/-report.md"},
	} {
		ask(cli.ExitDone, args...)
	}
	ask(cli.ExitFound, "render", "md", "--check")
	ask(cli.ExitFailed, "show", "--", "--upload-pack=touch\x1b[31m")
	ask(cli.ExitFailed, "show", r.Git("rev-parse", "HEAD:lost.txt"))
	ask(cli.ExitFailed, "ingest", "--fork", "--upload-pack=x")

	document := filepath.Join(r.Dir, "UPSTREAM_INTEGRATION.md")
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	harmless(t, text, len(poison))
	if err := os.Remove(document); err != nil {
		t.Fatal(err)
	}
	if after, err := listing(r.Dir); err != nil || after != before {
		t.Errorf("the repository has changed, %v", err)
	}

	// The traps are real: git by itself runs into them.
	plain := []string{"-c", "format.pretty=medium", "-c", "log.date=default", "-c", "diff.orderFile=/dev/null", "-c", "filter.evil.process=", "-c", "filter.evil.required=false"}
	for name, args := range map[string][]string{
		"core.fsmonitor":         {"status"},
		"diff.evil.command":      {"diff", hostileUpstream + "~1", hostileUpstream},
		"diff.evil.textconv":     {"log", "-p", "-1", hostileUpstream},
		"filter.evil.process":    {"-c", "filter.evil.process=" + filepath.Join(tr.dir, "filter.evil.process"), "hash-object", "a.txt"},
		"gpg.program":            {"log", "-1", hostileUpstream},
		"ext":                    {"cat-file", "-p", "HEAD:lost.txt"},
		"hook.post-index-change": {"-c", "core.fsmonitor=false", "reset", "--hard"},
		"trailer.sign.cmd":       {"interpret-trailers", "--trailer", "sign=x", "a.txt"},
	} {
		cmd := exec.Command("git", append(plain, args...)...)
		cmd.Dir = r.Dir
		out, _ := cmd.CombinedOutput() // most of the programs are no good as what they stand for
		if ran := tr.sprung(); !slices.Contains(ran, name) {
			t.Errorf("git %q ran %q and not %s: %s", args, ran, name, out)
		}
	}
}
