package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// A LimitError is a file that is too large to be read into memory.
type LimitError struct{ Size, Limit int64 } // bytes

func (e *LimitError) Error() string {
	return fmt.Sprintf("has %d bytes, more than the %d that are read of it", e.Size, e.Limit)
}

var errRestless = errors.New("is replaced as fast as it is opened")

// Open opens a regular file to be read. It neither waits, as for the writer of
// a named pipe, nor follows a symbolic link in the last part of the name; both
// are a [*KindError].
//
// An [os.Root] follows links that stay inside it. So the file is looked at
// before and after it is opened, and has to be the same; one that was replaced
// in between, as a mirror's are, is opened anew.
func Open(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	for range 10 {
		before, err := root.Lstat(name)
		if err != nil {
			return nil, nil, err
		}
		if err := WantRegular(before); err != nil {
			return nil, nil, err
		}
		f, info, err := open(root, name)
		switch {
		case err == nil && os.SameFile(before, info):
			return f, info, nil
		case err == nil:
			f.Close()
		case !errors.Is(err, fs.ErrNotExist):
			return nil, nil, err
		}
	}
	return nil, nil, errRestless
}

// OpenFollowing is [Open] but for links, which it follows as the root does.
func OpenFollowing(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	info, err := root.Stat(name)
	if err == nil {
		err = WantRegular(info)
	}
	if err != nil {
		return nil, nil, err
	}
	return open(root, name)
}

// open opens what has to be a regular file, without waiting for it.
func open(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|withoutWaiting, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = WantRegular(info)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// Read is the content of a regular file, opened by [Open]. One of more than
// limit bytes is a [*LimitError].
func Read(root *os.Root, name string, limit int64) ([]byte, error) {
	f, info, err := Open(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	return ReadAll(f, info, limit)
}

// ReadAll is [Read] for a file that is open.
func ReadAll(f *os.File, info fs.FileInfo, limit int64) ([]byte, error) {
	if info.Size() > limit {
		return nil, &LimitError{info.Size(), limit}
	}
	// It may have grown, or not tell its size, as those in /proc.
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = &LimitError{int64(len(data)), limit}
	}
	return data, err
}

// OpenRoot is [os.OpenRoot] for what may be no directory: a named pipe would
// have it wait for a writer.
func OpenRoot(dir string) (*os.Root, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	return os.OpenRoot(dir)
}

// OpenBelow opens a directory below root. A link to one is a [*KindError], as
// is anything else.
func OpenBelow(root *os.Root, name string) (*os.Root, fs.FileInfo, error) {
	info, err := root.Lstat(name)
	if err == nil {
		err = WantDir(info)
	}
	if err != nil {
		return nil, nil, err
	}
	below, err := root.OpenRoot(name)
	return below, info, err
}

// Holds reports whether a regular file has exactly this content.
func Holds(root *os.Root, name string, data []byte) bool {
	old, err := Read(root, name, int64(len(data)))
	return err == nil && string(old) == string(data)
}
