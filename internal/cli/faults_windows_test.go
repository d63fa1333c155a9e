package cli_test

import (
	"os"
	"os/exec"
	"testing"
)

func dropsTo(*testing.T) bool                        { return false }
func asNobody(_ *testing.T, cmd *exec.Cmd) *exec.Cmd { return cmd }

// peak and ownPeak are not measured on Windows.
func peak(*os.ProcessState) int64 { return 0 }

func ownPeak() int64 { return 0 }
