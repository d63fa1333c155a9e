package cli_test

import (
	"os"
	"os/exec"
	"testing"
)

func dropsTo(*testing.T) bool                        { return false }
func asNobody(_ *testing.T, cmd *exec.Cmd) *exec.Cmd { return cmd }

// atTerminal interrupts nothing: a process cannot be sent an interrupt there.
func atTerminal(*exec.Cmd) (interrupt func() error) { return func() error { return nil } }

// peak and ownPeak are not measured on Windows.
func peak(*os.ProcessState) int64 { return 0 }

func ownPeak() int64 { return 0 }
