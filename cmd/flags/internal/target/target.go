// Package target opens the files that commands write when they are done: pages,
// tables, traces. All of it happens when the command begins, so that nothing is
// done in vain. Start at [Open].
package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// A Target is a file that a command writes when it is done. It is tried when
// the command begins, so that nothing is done in vain, and replaced in one step
// when there is something to replace it with.
type Target struct {
	name   string
	stream io.WriteCloser // to be written as it stands; nil where the file is replaced
}

// Open tries a target; - is standard output. Pipes and devices are opened, and written as they
// stand; so is a file in a directory that takes no others. For a named pipe it
// waits until somebody reads.
func Open(c *cli.Context, name string) (*Target, error) {
	info, err := os.Stat(name)
	if name == "-" || descriptor(name) || err == nil && !info.Mode().IsRegular() {
		stream, err := Stream(c, name)
		return &Target{name, stream}, wholefile.Named(name, err)
	}
	if err == nil {
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	tried := tryToReplace(name)
	if errors.Is(tried, fs.ErrPermission) && info != nil {
		if stream, err := Stream(c, name); err == nil {
			return &Target{name, stream}, nil
		}
	}
	return &Target{name: name}, tried
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

// Put writes the target, whole or, where it is replaced, not at all.
func (t *Target) Put(data []byte) error {
	if t.stream != nil {
		_, err := t.stream.Write(data)
		if t.OnStdout() {
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

// OnStdout reports whether the target is standard output.
func (t *Target) OnStdout() bool {
	u, ok := t.stream.(unclosed)
	return ok && u.stdout
}

// Close leaves a target as it was that nothing was put to. It may be nil.
func (t *Target) Close() {
	if t != nil && t.stream != nil {
		t.stream.Close()
	}
}
