package git

import "strings"

// What a program writes says nothing about who needs what, so it weighs
// nothing in links and dependencies. To add a kind, add a line.
var (
	generatedNames = set(
		"Cargo.lock", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
		"deno.lock", "go.sum", "go.work.sum", "Gemfile.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "uv.lock",
		"pixi.lock", "conda-lock.yml", "composer.lock", "mix.lock", "pubspec.lock", "Podfile.lock", "Package.resolved",
		"gradle.lockfile", "packages.lock.json", "flake.lock", "Cartfile.resolved", "rebar.lock", "MODULE.bazel.lock",
		".terraform.lock.hcl", "cabal.project.freeze", "stack.yaml.lock", "Manifest.toml", ".pnp.cjs", ".pnp.loader.mjs",
	)
	generatedSuffixes = []string{
		".min.js", ".min.css", ".min.mjs", ".js.map", ".css.map", ".pb.go", "_pb.go", ".pb.gw.go", ".pb.cc", ".pb.h",
		"_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb.js", "_pb.d.ts", ".g.dart", ".freezed.dart", ".designer.cs",
		".g.cs", ".generated.go", "_generated.go", ".generated.ts", ".pyc", ".class", ".o", ".obj", ".rlib", ".rmeta",
		".tsbuildinfo", ".snap",
	}
	outputSuffixes   = []string{".pyc", ".class", ".o", ".obj", ".rlib", ".rmeta", ".tsbuildinfo"}
	generatedFolders = set(
		"vendor", "node_modules", "bower_components", "dist", "__pycache__", "__snapshots__",
		".yarn", ".next", ".nuxt", ".tox", ".venv", ".fingerprint",
	)
	// A folder named target is build output at the top, or when it (or one
	// with a suffix, "target-cpu") holds what cargo and maven put there: there
	// are compilers whose sources live in a folder named target.
	targetOutput = set(
		"debug", "release", "doc", "package", "tmp", "CACHEDIR.TAG", ".rustc_info.json",
		"classes", "test-classes", "generated-sources", "maven-status", "surefire-reports",
	)
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

// Generated reports whether a path looks written by a program: lock files,
// minified and compiled code, dependencies copied in, build output. It goes by
// the path alone.
func Generated(path string) bool {
	if outputFolder(path) != "" {
		return true
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	if generatedNames[name] {
		return true
	}
	for _, suffix := range generatedSuffixes {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// BuildOutput reports whether a path looks like what a build leaves behind, or an
// installation of dependencies, which no repository needs: it can be made again.
// Dependencies and snapshots that are kept on purpose, and lock files, are not.
func BuildOutput(path string) bool {
	if folder := outputFolder(path); folder != "" {
		name := folder[strings.LastIndexByte(folder, '/')+1:]
		return name != "vendor" && name != ".yarn" && name != "__snapshots__" && name != "dist"
	}
	for _, suffix := range outputSuffixes {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

// outputFolder returns the folder of a path in which everything is generated,
// empty if there is none.
func outputFolder(path string) string {
	for at := 0; ; {
		end := strings.IndexByte(path[at:], '/')
		if end < 0 {
			return ""
		}
		folder := path[at : at+end]
		below := path[at+end+1:]
		if generatedFolders[folder] {
			return path[:at+end]
		}
		if folder == "target" || strings.HasPrefix(folder, "target-") {
			child, _, deeper := strings.Cut(below, "/")
			switch {
			case at == 0 && folder == "target":
				return folder
			case targetOutput[child] && deeper:
				return path[:at+end+1+len(child)]
			case targetOutput[child]:
				return path
			}
		}
		at += end + 1
	}
}
