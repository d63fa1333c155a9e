//go:build unix

package cli_test

import (
	"os"
	"runtime"
	"syscall"
)

// peak is the largest resident memory of an ended process in MB. A system may
// count in what this process had when it started the other.
func peak(p *os.ProcessState) int64 {
	return resident(p.SysUsage().(*syscall.Rusage))
}

// ownPeak is the same of this process.
func ownPeak() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return resident(&usage)
}

func resident(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return usage.Maxrss >> 20
	}
	return usage.Maxrss >> 10
}
