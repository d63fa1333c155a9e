// Package gittest builds small git repositories: for tests, and for the demo
// that shows a newcomer what tracker does.
//
//	r := gittest.New(t)
//	first := r.Commit(gittest.Files{"a.go": "package a\n"}, "Add a")
//	r.Branch("fork")
//	r.CherryPick(upstreamFix, gittest.Resolve(gittest.Files{"a.go": "…"}))
//
// Names, dates and hashes are the same on every machine and in every run: no
// configuration but the repository's own is read, people and clock are pinned,
// and each commit is one hour after the one before. Commits are written by one
// `git fast-import`, which makes hundreds of them a matter of milliseconds; the
// work tree is brought up to date only when an operation needs it, or by
// WorkTree. Real git does every pick, merge and revert.
package gittest
