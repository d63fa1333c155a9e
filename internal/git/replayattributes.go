package git

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const attributesName = ".gitattributes"

// maxAttributes is the size in bytes up to which an attributes file is heeded.
// Git's own limit is 100 MB; a file of megabytes is no person's work.
const maxAttributes = 4 << 20

// maxAttributeFiles is how many attributes files of a tree are heeded.
const maxAttributeFiles = 10_000

// attributeFile is a .gitattributes file of a tree.
type attributeFile struct {
	path string
	id   rawID
}

// attributeFolder is a work tree that holds nothing but attributes.
type attributeFolder struct {
	dir     string
	drivers bool // it may name a merge driver that git does not have built in
	absent  []string
}

// findAttributes gives each question a work tree with the .gitattributes files
// of Onto, as a pick in a work tree would find them.
func (p *Replay) findAttributes(asks []*ask) error {
	var roots []rawID
	for _, a := range asks {
		roots = append(roots, a.onto)
	}
	if err := p.trees.findAttributes(roots); err != nil {
		return err
	}
	for _, a := range asks {
		top := p.trees.known[a.onto]
		if top == nil {
			a.lose(a.onto.String())
			continue
		}
		var err error
		if a.folder, err = p.folder(top.attributes); err != nil {
			return err
		}
		a.merged.Unreadable = append(a.merged.Unreadable, a.folder.absent...)
	}
	return nil
}

// findAttributes makes the attributes files known of all roots.
func (t *trees) findAttributes(roots []rawID) error {
	seen := map[rawID]bool{}
	for level := roots; len(level) > 0; {
		if err := t.load(level); err != nil {
			return err
		}
		var next []rawID
		for _, id := range level {
			folder := t.known[id]
			if folder == nil || folder.attributed || seen[id] {
				continue
			}
			seen[id] = true
			for _, e := range folder.entries {
				if e.isTree() {
					next = append(next, e.id)
				}
			}
		}
		level = next
	}
	for _, root := range roots {
		t.attributesOf(root)
	}
	return nil
}

// attributesOf lists the attributes files of a folder of which all is loaded.
func (t *trees) attributesOf(id rawID) []attributeFile {
	folder := t.known[id]
	if folder == nil {
		return nil
	}
	if folder.attributed {
		return folder.attributes
	}
	folder.attributed = true
	for _, e := range folder.entries {
		switch {
		case e.isTree():
			for _, f := range t.attributesOf(e.id) {
				folder.attributes = append(folder.attributes, attributeFile{e.name + "/" + f.path, f.id})
			}
		case e.name == attributesName && e.isBlob() && e.mode != modeLink:
			folder.attributes = append(folder.attributes, attributeFile{e.name, e.id})
		}
	}
	// A tree may hold itself many times over.
	folder.attributes = folder.attributes[:min(len(folder.attributes), maxAttributeFiles)]
	return folder.attributes
}

// folder returns the work tree for a set of attributes files, made if it is new.
func (p *Replay) folder(files []attributeFile) (*attributeFolder, error) {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s\x00%s", f.path, f.id)
	}
	key := hex.EncodeToString(h.Sum(nil)[:10])
	if f := p.folders[key]; f != nil {
		return f, nil
	}
	folder := &attributeFolder{dir: filepath.Join(p.store.top, "attributes", key), drivers: namesDriver(p.store.attrs)}
	if err := os.Mkdir(folder.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making a work tree: %w", err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.id.String()
	}
	objects, err := p.trees.reader()
	if err != nil {
		return nil, err
	}
	i := -1
	err = objects.Contents(names, func(obj Object, content io.Reader) error {
		i++
		path, ok := attributesPath(files[i].path)
		if obj.Missing {
			folder.absent = append(folder.absent, files[i].path)
		}
		if content == nil || obj.Type != "blob" || obj.Size > maxAttributes || !ok {
			return nil
		}
		data := make([]byte, obj.Size)
		if _, err := io.ReadFull(content, data); err != nil {
			return noEOF(err)
		}
		folder.drivers = folder.drivers || namesDriver(data)
		path = filepath.Join(folder.dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	})
	if err != nil {
		p.trees.close()
		return nil, fmt.Errorf("writing attributes: %w", err)
	}
	p.folders[key] = folder
	return folder, nil
}

// attributesPath turns a tree's path into one of this system, and refuses those
// that no work tree can hold or that would lead out of it.
func attributesPath(path string) (string, bool) {
	if len(path) > 1000 || strings.Contains(path, "\x00") {
		return "", false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." || len(part) > 255 || strings.EqualFold(part, ".git") {
			return "", false
		}
	}
	local := filepath.FromSlash(path)
	return local, filepath.IsLocal(local) && filepath.Base(local) == attributesName
}

// driven finds what attributes say of merge drivers.
var driven = regexp.MustCompile(`(?:^|\s)merge=(\S+)`)

// namesDriver reports whether attributes name a merge driver that is not git's.
func namesDriver(attributes []byte) bool {
	for _, m := range driven.FindAllSubmatch(attributes, -1) {
		if !builtinDriver(string(m[1])) {
			return true
		}
	}
	return false
}

func builtinDriver(name string) bool {
	return name == "text" || name == "binary" || name == "union"
}

// findDrivers names the paths that a driver would have merged.
func (p *Replay) findDrivers(ctx context.Context, asks []*ask) error {
	byFolder := map[*attributeFolder]map[string]bool{}
	for _, a := range asks {
		if a.folder == nil || !a.folder.drivers {
			continue
		}
		paths := byFolder[a.folder]
		if paths == nil {
			paths = map[string]bool{}
			byFolder[a.folder] = paths
		}
		for _, path := range a.contents() {
			paths[path] = true
		}
	}
	for folder, paths := range byFolder {
		undriven, err := p.checkDrivers(ctx, folder, paths)
		if err != nil {
			return err
		}
		for _, a := range asks {
			if a.folder != folder {
				continue
			}
			for _, path := range a.contents() {
				if undriven[path] && !slices.Contains(a.merged.Undriven, path) {
					a.merged.Undriven = append(a.merged.Undriven, path)
				}
			}
			slices.Sort(a.merged.Undriven)
		}
	}
	return nil
}

// contents lists the paths of which git merged the contents, or would have.
func (a *ask) contents() []string {
	paths := slices.Clone(a.auto)
	for _, c := range a.merged.Conflicts {
		if c.Ours.ID != "" && c.Theirs.ID != "" {
			paths = append(paths, c.at)
		}
	}
	return paths
}

// checkDrivers returns those of the paths for which attributes name a driver
// that is not git's.
func (p *Replay) checkDrivers(ctx context.Context, folder *attributeFolder, paths map[string]bool) (map[string]bool, error) {
	undriven := map[string]bool{}
	if len(paths) == 0 {
		return undriven, nil
	}
	var in bytes.Buffer
	for path := range paths {
		in.WriteString(path + "\x00")
	}
	cmd := p.store.merging(ctx, folder.dir, "check-attr", "--stdin", "-z", "merge")
	cmd.Stdin = &in
	out, err := output(ctx, "check-attr", cmd)
	if err != nil {
		return nil, fmt.Errorf("looking for merge drivers: %w", err)
	}
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+2 < len(fields); i += 3 {
		switch value := fields[i+2]; value {
		case "unspecified", "set", "unset":
		default:
			undriven[fields[i]] = !builtinDriver(value)
		}
	}
	return undriven, nil
}
