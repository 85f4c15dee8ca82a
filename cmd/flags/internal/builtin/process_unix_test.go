//go:build unix

package builtin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A server that says what cannot be read is no server, and is not waited for.
func TestServerWithEndlessLine(t *testing.T) {
	script := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nhead -c 100000 /dev/zero\nexec sleep 3600\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	_, _, err := startProcess(t.Context(), script, "LOCAL", nil)
	if want := "the server did not start: what it says cannot be read: "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s…", err, want)
	}
}
