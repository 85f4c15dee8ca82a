//go:build unix

package flagserver

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// To open a pipe would wait for a writer, and hold the request for ever.
func TestNamedPipe(t *testing.T) {
	base := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(base, "pipe.gif"), 0o644); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	dir, err := OpenDir(base)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if r := get(newHandler(t, dir, Local()), "GET", "/flags/pipe.gif"); r.StatusCode != 404 {
		t.Errorf("status %d, want 404", r.StatusCode)
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read every file")
	}
	base := t.TempDir()
	if err := os.WriteFile(filepath.Join(base, "x.gif"), nil, 0); err != nil {
		t.Fatal(err)
	}
	dir, err := OpenDir(base)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if r := get(newHandler(t, dir, Local()), "GET", "/flags/x.gif"); r.StatusCode != 403 {
		t.Errorf("status %d, want 403", r.StatusCode)
	}
}
