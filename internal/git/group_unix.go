//go:build unix

package git

import "syscall"

// ownGroup keeps a child out of tracker's process group, which a terminal's
// Ctrl-C interrupts as a whole: a git that dies of it under a tracker that has
// not noticed yet looks like a damaged repository.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
