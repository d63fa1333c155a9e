package memory

import (
	"runtime/debug"
	"testing"
)

func TestBoundIsTakenBack(t *testing.T) {
	percent, limit := debug.SetGCPercent(73), debug.SetMemoryLimit(1<<40)
	defer debug.SetGCPercent(percent)
	defer debug.SetMemoryLimit(limit)
	outer := Bound(300 << 20)
	inner := Bound(200 << 20)
	if got := debug.SetMemoryLimit(-1); got != 200<<20 {
		t.Errorf("the limit is %d", got)
	}
	inner()
	if got := debug.SetMemoryLimit(-1); got != 300<<20 {
		t.Errorf("after the inner bound the limit is %d", got)
	}
	outer()
	if got := debug.SetMemoryLimit(-1); got != 1<<40 {
		t.Errorf("the limit stayed %d", got)
	}
	if got := debug.SetGCPercent(73); got != 73 {
		t.Errorf("the percentage stayed %d", got)
	}
}
