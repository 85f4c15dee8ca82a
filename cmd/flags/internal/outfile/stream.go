package outfile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/internal/wait"
	"getflags/internal/wholefile"
)

// descriptor reports whether a name stands for a file that the process has
// open already. To replace such a name, or the file, would be a mistake.
func descriptor(name string) bool {
	name = filepath.Clean(name)
	for _, pattern := range []string{"/dev/stdout", "/dev/stderr", "/dev/fd/*", "/proc/*/fd/*"} {
		if ok, _ := filepath.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// IsStdout reports whether a file's name means standard output.
func IsStdout(name string) bool {
	return slices.Contains([]string{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}, filepath.Clean(name))
}

// Stream opens a file to be written as it stands. What is in it stays until
// the first byte is written.
func Stream(c *cli.Context, name string) (io.WriteCloser, error) {
	switch clean := filepath.Clean(name); {
	case IsStdout(name): // a new descriptor would write over what the shared one wrote
		return unclosed{c.App.Writer, true}, nil
	case slices.Contains([]string{"/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"}, clean):
		return unclosed{c.App.ErrWriter, false}, nil
	}
	before, _ := os.Stat(name)
	f, err := openWaiting(c.Context, name)
	if err != nil {
		return nil, wholefile.Cause(err)
	}
	if before != nil && !before.Mode().IsRegular() || descriptor(name) {
		return f, nil
	}
	return &untouched{File: f, created: before == nil}, nil
}

// openWaiting opens a file for writing. A named pipe that nobody reads yet is
// waited for; the system's own wait would be deaf to signals.
func openWaiting(ctx context.Context, name string) (*os.File, error) {
	mode := os.O_WRONLY | os.O_CREATE
	if descriptor(name) {
		mode = os.O_WRONLY | os.O_APPEND
	}
	for {
		f, err := os.OpenFile(name, mode|syscall.O_NONBLOCK, 0o666)
		if !errors.Is(err, syscall.ENXIO) || !isPipe(name) {
			return f, err
		}
		if err := wait.For(ctx, 50*time.Millisecond); err != nil { // there is nothing that would wake us
			return nil, err
		}
	}
}

func isPipe(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

// unclosed is a stream that others write to, too.
type unclosed struct {
	io.Writer
	stdout bool
}

func (unclosed) Close() error { return nil }

// untouched is a regular file that keeps what is in it until the first byte is
// written. If there never is one, a file that was created is removed.
type untouched struct {
	*os.File
	created, written bool
}

func (u *untouched) Write(p []byte) (int, error) {
	if !u.written {
		if err := u.Truncate(0); err != nil {
			return 0, err
		}
		u.written = true
	}
	return u.File.Write(p)
}

func (u *untouched) Close() error {
	if u.created && !u.written {
		os.Remove(u.Name())
	}
	return u.File.Close()
}
