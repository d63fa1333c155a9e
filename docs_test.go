package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The table of hard cases names tests that exist: functions, the names of their
// subtests where they are written out, and scripts.
func TestHardCasesAreTested(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("docs", "hard.md"))
	if err != nil {
		t.Fatal(err)
	}
	funcs := map[string]map[string]bool{} // by name, the texts in the file of each
	scripts := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if strings.HasSuffix(path, ".txtar") {
			scripts[e.Name()] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		texts := map[string]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, _ := strconv.Unquote(lit.Value)
				texts[strings.ReplaceAll(text, " ", "_")] = true
			}
			return true
		})
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				funcs[f.Name.Name] = texts
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)(?:/([^`]+))?`|`([a-z]+\\.txtar)`").FindAllStringSubmatch(string(source), -1) {
		named++
		texts, ok := funcs[m[1]]
		switch {
		case m[3] != "":
			if !scripts[m[3]] {
				t.Errorf("there is no script %s", m[3])
			}
		case !ok:
			t.Errorf("there is no test %s", m[1])
		case m[2] != "" && !texts[m[2]]:
			t.Errorf("%s has no case %q", m[1], m[2])
		}
	}
	if named < 80 {
		t.Errorf("found only %d names of tests", named)
	}
}
