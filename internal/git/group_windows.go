package git

import "syscall"

// ownGroup keeps a child out of tracker's process group: in a new one a console's
// Ctrl-C does not reach it, and tracker itself ends it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
