package git

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Rerere is what the user's configuration makes of git's cache of resolutions.
type Rerere struct {
	Folder string // the cache's absolute path
	There  bool   // the folder is there
	// Off says that the configuration switches rerere off, On that it does so on. With
	// neither, git uses the cache where its folder is there.
	Off, On bool
	// Style is how conflicts are laid out: merge, diff3 or zdiff3.
	Style string
	// EOL says that text files may get other line ends when they are checked out.
	EOL bool
}

// Rerere reads the configuration that the user's own git sees.
func (r *Repo) Rerere(ctx context.Context) (*Rerere, error) {
	s := &Rerere{Folder: filepath.Join(r.commonDir, "rr-cache"), Style: "merge"}
	info, err := os.Stat(s.Folder)
	s.There = err == nil && info.IsDir()
	out, err := output(ctx, "config", discover(ctx, r.gitDir, "config", "-z", "--get-regexp", `^(rerere\.enabled|merge\.conflictstyle|core\.autocrlf|core\.eol)$`))
	if err != nil && exitCode(err) != 1 { // none of them is set
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	s.EOL = runtime.GOOS == "windows" // what is marked as text has its line ends there
	for entry := range strings.SplitSeq(string(out), "\x00") {
		name, value, valued := strings.Cut(entry, "\n")
		yes := !valued || isTrue(value)
		switch strings.ToLower(name) {
		case "rerere.enabled":
			s.On, s.Off = yes, !yes
		case "merge.conflictstyle":
			s.Style = value
		case "core.autocrlf":
			s.EOL = s.EOL || yes && value != "input"
		case "core.eol":
			s.EOL = strings.EqualFold(value, "crlf") || s.EOL && !strings.EqualFold(value, "lf")
		}
	}
	return s, nil
}

func isTrue(value string) bool {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && n != 0
}

// Checkout is what attributes say of how a path's file differs in the work tree.
type Checkout struct {
	Marker    int  // the length of conflict markers
	Converted bool // its contents differ there from those in the repository
}

// Checkouts asks the attributes in the work tree. eol is Rerere.EOL.
func (r *Repo) Checkouts(ctx context.Context, paths []string, eol bool) (map[string]Checkout, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	cmd := Command(ctx, r.workTree, "--git-dir="+r.gitDir, "--work-tree="+r.workTree,
		"check-attr", "-z", "--stdin", "text", "eol", "working-tree-encoding", "ident", "filter", "conflict-marker-size")
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	out, err := output(ctx, "check-attr", cmd)
	if err != nil {
		return nil, fmt.Errorf("reading attributes: %w", err)
	}
	answers := map[string]Checkout{}
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+2 < len(fields); i += 3 {
		path, name, value := fields[i], fields[i+1], fields[i+2]
		c, ok := answers[path]
		if !ok {
			c = Checkout{Marker: 7, Converted: eol}
		}
		switch set := value != "unspecified" && value != "unset"; {
		case name == "conflict-marker-size":
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				c.Marker = n
			}
		case name == "eol":
			c.Converted = c.Converted || value == "crlf"
		case name == "text":
			c.Converted = c.Converted && value != "unset"
		case set:
			c.Converted = true
		}
		answers[path] = c
	}
	return answers, nil
}

// NewHash returns the hash function by which the repository names objects, and
// rerere its entries.
func (r *Repo) NewHash() hash.Hash {
	if r.format == "sha256" {
		return sha256.New()
	}
	return sha1.New()
}

// Has reports whether there is an entry, and whether it has a resolution.
func (s *Rerere) Has(id string) (there, resolved bool) {
	entry := filepath.Join(s.Folder, id)
	_, err := os.Lstat(entry)
	_, post := os.Lstat(filepath.Join(entry, "postimage"))
	return err == nil, post == nil
}

// leftover begins the name of an entry under way.
const leftover = ".tracker-"

// Put adds a resolution to git's cache: the conflict as git normalizes it and what the
// whole file becomes. The folder is made if need be, by which git begins to use the
// cache. An entry that is there is never touched: it is an error, fs.ErrExist.
func (s *Rerere) Put(id string, preimage, postimage []byte) error {
	if err := s.put(id, preimage, postimage); err != nil {
		return fmt.Errorf("rerere: %w", err)
	}
	return nil
}

func (s *Rerere) put(id string, preimage, postimage []byte) error {
	if id == "" || strings.Trim(id, "0123456789abcdef") != "" {
		return fmt.Errorf("%q is no name of an entry", id)
	}
	if err := os.MkdirAll(s.Folder, 0o777); err != nil {
		return err
	}
	if there, _ := s.Has(id); there {
		return fmt.Errorf("entry %s: %w", id, fs.ErrExist)
	}
	made := filepath.Join(s.Folder, leftover+id)
	if err := os.RemoveAll(made); err != nil { // of a process that was killed
		return err
	}
	if err := os.Mkdir(made, 0o777); err != nil {
		return err
	}
	defer os.RemoveAll(made)
	for name, text := range map[string][]byte{"preimage": preimage, "postimage": postimage} {
		if err := writeSynced(filepath.Join(made, name), text); err != nil {
			return err
		}
	}
	return os.Rename(made, filepath.Join(s.Folder, id))
}

// writeSynced writes a file that is whole on the disk before it gets its name: an empty
// resolution would be taken for one.
func writeSynced(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	return err
}
