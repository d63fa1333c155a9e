package git

// MergeEverything lets a test see what git says where a shortcut would do.
func (p *Replay) MergeEverything() { p.noShortcuts = true }

// Folder returns the temporary folder.
func (p *Replay) Folder() string { return p.store.top }

// Shortcuts returns how many questions were answered without git.
func (p *Replay) Shortcuts() int { return p.shortcuts }
