// Package golden compares what a test wrote with a file in its testdata
// folder. Run the test with -update to write the file anew, and read the diff.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// Check fails the test unless got is testdata/name byte for byte.
func Check(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("read golden file: %v (write it with -update)", err)
	}
	// A checkout on Windows may have given the file CRLF; no golden file
	// holds a carriage return of its own.
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (rewrite with -update)\n--- got\n%s--- want\n%s", file, got, want)
	}
}
