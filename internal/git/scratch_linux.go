package git

import (
	"os"
	"syscall"
)

// leastMemory is how many bytes must be free in memory for replays to work there.
// They write many small files: the 414 picks of a plan take 7.6 s there and 11.0 on
// a disk, and leave 40 MB.
const leastMemory = 1 << 30

// scratch is the folder for short-lived files: in memory where there is room, unless
// the user says where.
func scratch() string {
	const memory = "/dev/shm"
	if os.Getenv("TMPDIR") != "" {
		return ""
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(memory, &s); err != nil || s.Bavail*uint64(s.Bsize) < leastMemory {
		return ""
	}
	dir, err := os.MkdirTemp(memory, "tracker-probe-")
	if err != nil {
		return ""
	}
	os.Remove(dir)
	return memory
}
