// Package outfile opens the files that commands write when they are done: pages,
// tables, traces. All of it happens when the command begins, so that nothing is
// done in vain. Start at [Open].
package outfile

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

// A File is one that a command writes when it is done. It is tried when
// the command begins, so that nothing is done in vain, and replaced in one step
// when there is something to replace it with.
type File struct {
	name   string
	stream io.WriteCloser // to be written as it stands; nil where the file is replaced
}

// Open tries a file; - is standard output. Pipes and devices are opened, and written as they
// stand; so is a file in a directory that takes no others. For a named pipe it
// waits until somebody reads.
func Open(c *cli.Context, name string) (*File, error) {
	info, err := os.Stat(name)
	if name == "-" || descriptor(name) || err == nil && !info.Mode().IsRegular() {
		stream, err := Stream(c, name)
		return &File{name, stream}, wholefile.Named(name, err)
	}
	if err == nil {
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	tried := tryToReplace(name)
	if errors.Is(tried, fs.ErrPermission) && info != nil {
		if stream, err := Stream(c, name); err == nil {
			return &File{name, stream}, nil
		}
	}
	return &File{name: name}, tried
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

// Put writes the file, whole or, where it is replaced, not at all.
func (f *File) Put(data []byte) error {
	if f.stream != nil {
		_, err := f.stream.Write(data)
		if f.OnStdout() {
			return err // it says so itself
		}
		err = cmp.Or(err, f.stream.Close())
		f.stream = nil
		return wholefile.Named(f.name, err)
	}
	dir, err := downloader.OpenDir(filepath.Dir(f.name))
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	defer dir.Close()
	return dir.Put(context.Background(), []downloader.File{{Name: filepath.Base(f.name), Data: data}})
}

// OnStdout reports whether the file is standard output.
func (f *File) OnStdout() bool {
	u, ok := f.stream.(unclosed)
	return ok && u.stdout
}

// Close leaves a file as it was that nothing was put to. It may be nil.
func (f *File) Close() {
	if f != nil && f.stream != nil {
		f.stream.Close()
	}
}
