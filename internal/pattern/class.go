// Package pattern tells what sort of file a path names, and adds up what conflicts of
// one path, sort or kind have in common.
package pattern

import (
	"path"
	"slices"
	"strings"

	"tracker/internal/git"
)

// Class is the sort of file that a path names, by which conflicts are alike.
func Class(name string) string {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	switch {
	case strings.HasSuffix(base, ".lock") || strings.HasPrefix(base, "package-lock") || base == "go.sum" || strings.HasSuffix(base, "-lock.yaml"):
		return "lock file"
	case git.Generated(name):
		return "generated"
	case strings.HasPrefix(name, ".github/") || strings.HasPrefix(base, ".gitlab-ci") || strings.HasPrefix(name, ".circleci/") || base == "Jenkinsfile":
		return "CI workflow"
	case manifests[base] || ext == ".csproj" || ext == ".gemspec" || ext == ".cabal":
		return "manifest"
	case ext == ".md" || ext == ".rst" || ext == ".txt" || ext == ".adoc" || strings.HasPrefix(name, "docs/") || strings.HasPrefix(name, "doc/"):
		return "docs"
	case inFolder(name, "test", "tests", "spec", "t", "testdata") || strings.HasSuffix(base, "_test.go") || strings.Contains(base, ".test.") || strings.HasPrefix(base, "test_"):
		return "tests"
	}
	return "code"
}

var manifests = map[string]bool{
	"Cargo.toml": true, "package.json": true, "go.mod": true, "pyproject.toml": true, "setup.py": true, "requirements.txt": true,
	"pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "Gemfile": true, "composer.json": true, "CMakeLists.txt": true,
	"Makefile": true, "meson.build": true, "mix.exs": true, "pubspec.yaml": true, "Package.swift": true,
}

func inFolder(name string, folders ...string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains(folders, part) {
			return true
		}
	}
	return false
}

// Remake is the command by which the tool of a file writes it anew; empty where none
// is known.
func Remake(name string) string { return remake[path.Base(name)] }

var remake = map[string]string{
	"Cargo.lock": "cargo update --workspace", "package-lock.json": "npm install --package-lock-only", "yarn.lock": "yarn install --mode update-lockfile",
	"pnpm-lock.yaml": "pnpm install --lockfile-only", "go.sum": "go mod tidy", "Gemfile.lock": "bundle lock", "poetry.lock": "poetry lock",
	"Pipfile.lock": "pipenv lock", "uv.lock": "uv lock", "composer.lock": "composer update --lock", "mix.lock": "mix deps.get",
	"flake.lock": "nix flake lock", "pubspec.lock": "dart pub get", "Podfile.lock": "pod install",
}
