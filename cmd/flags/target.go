package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// A target is a file that a command writes when it is done. It is tried when
// the command begins, so that nothing is done in vain, and replaced in one step
// when there is something to replace it with.
type target struct {
	name   string
	stream io.WriteCloser // to be written as it stands; nil where the file is replaced
}

// openTarget tries a target; - is standard output. Pipes and devices are opened, and written as they
// stand; so is a file in a directory that takes no others. For a named pipe it
// waits until somebody reads.
func openTarget(c *cli.Context, name string) (*target, error) {
	info, err := os.Stat(name)
	if name == "-" || descriptor(name) || err == nil && !info.Mode().IsRegular() {
		stream, err := openStream(c, name)
		return &target{name, stream}, wholefile.Named(name, err)
	}
	if err == nil {
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	tried := tryToReplace(name)
	if errors.Is(tried, fs.ErrPermission) && info != nil {
		if stream, err := openStream(c, name); err == nil {
			return &target{name, stream}, nil
		}
	}
	return &target{name: name}, tried
}

// tryToReplace tells why a file could not be put in place.
func tryToReplace(name string) error {
	if _, err := os.Lstat(name); err == nil {
		if _, err := os.Stat(name); err != nil {
			return err // a symbolic link to nothing
		}
	}
	parent := filepath.Dir(name)
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: %s is not a directory", name, parent) // OpenDir would make it
	}
	dir, err := downloader.OpenDir(parent) // it tries to write
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return dir.Close()
}

// put writes the target, whole or, where it is replaced, not at all.
func (t *target) put(data []byte) error {
	if t.stream != nil {
		_, err := t.stream.Write(data)
		if t.onStdout() {
			return err // it says so itself
		}
		err = cmp.Or(err, t.stream.Close())
		t.stream = nil
		return wholefile.Named(t.name, err)
	}
	dir, err := downloader.OpenDir(filepath.Dir(t.name))
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	defer dir.Close()
	return dir.Put(context.Background(), []downloader.File{{Name: filepath.Base(t.name), Data: data}})
}

// onStdout reports whether the target is standard output.
func (t *target) onStdout() bool {
	u, ok := t.stream.(unclosed)
	return ok && u.stdout
}

// close leaves a target as it was that nothing was put to. It may be nil.
func (t *target) close() {
	if t != nil && t.stream != nil {
		t.stream.Close()
	}
}

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

// openStream opens a file to be written as it stands. What is in it stays until
// the first byte is written.
func openStream(c *cli.Context, name string) (io.WriteCloser, error) {
	switch filepath.Clean(name) {
	case "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1": // a new descriptor would write over what the shared one wrote
		return unclosed{c.App.Writer, true}, nil
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2":
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
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(50 * time.Millisecond): // there is nothing that would wake us
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
