//go:build unix

package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// run runs a shell script in a directory of its own.
func run(ctx context.Context, t *testing.T, script string) (Cost, string, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	cost, err := Run(ctx, time.Now, dir, "/bin/sh", []string{"-c", script, "name", "a b", "*"})
	if beside, _ := os.ReadDir(filepath.Dir(dir)); len(beside) != 1 {
		t.Errorf("what is left beside the directory: %v", beside)
	}
	return cost, dir, err
}

// A program gets its arguments as they are, and is at home in the directory.
func TestRun(t *testing.T) {
	t.Setenv("http_proxy", "http://localhost:1")
	t.Setenv("SSL_CERT_FILE", "/certificates")
	cost, dir, err := run(t.Context(), t, `[ "$PWD" = "$HOME" ] && echo "$1,$2,$http_proxy,$SSL_CERT_FILE" > said`)
	said, readErr := os.ReadFile(filepath.Join(dir, "said"))
	if err := errors.Join(err, readErr); err != nil || string(said) != "a b,*,,/certificates\n" {
		t.Errorf("%q, %v", said, err)
	}
	if cost.Wall <= 0 || cost.CPU < 0 || cost.Memory <= 0 {
		t.Errorf("%+v", cost)
	}
}

// An error is how the program ended, and the first of what it had to say.
func TestRunFails(t *testing.T) {
	_, _, err := run(t.Context(), t, "echo one >&2; echo two >&2; exit 4")
	if want := "exit status 4\none; two"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, _, err = run(t.Context(), t, "head -c 10000 /dev/zero | tr '\\0' x >&2; exit 1")
	if err == nil || strings.Count(err.Error(), "x") != 301 { // there is one in "exit"
		t.Errorf("much was said: %.400v", err)
	}
}

// When the context ends, so does the program.
func TestRunInterrupted(t *testing.T) {
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	if _, _, err := run(ctx, t, "exec sleep 600"); !errors.Is(err, stop) {
		t.Errorf("%v, want %v", err, stop)
	}
}
