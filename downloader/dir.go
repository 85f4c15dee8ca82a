package downloader

import (
	"context"
	"fmt"
	"io"

	"getflags/internal/wholefile"
)

// A RenamingStore is a [Store] whose files can be read again and renamed. [Dir] is one.
type RenamingStore interface {
	Store
	// Rename renames a file in one step. A file that has the new name is replaced, or
	// not, as by Put. The error wraps [fs.ErrNotExist] if there is no such file.
	Rename(from, to string) error
	// Open opens a file for reading. The error wraps [fs.ErrNotExist] if there is no
	// such file.
	Open(name string) (io.ReadCloser, error)
}

var (
	_ RenamingStore = (*Dir)(nil)
	_ StagingStore  = (*Dir)(nil)
)

// A FileError means that a file could not be put in place. It has the file's Name,
// slash-separated and below the store's directory, and wraps Err, the cause.
type FileError = wholefile.Error

// A Dir is a [Store] in a directory where files appear whole or not at all. Each is
// written under a temporary name and renamed once it is closed, so that anyone who
// looks sees the old file or the new one, even after a crash or on a full disk. All
// access is through an [os.Root], or by a name in the directory itself without
// following links, so nothing leads outside. Files are not synced; a loss of power may
// undo the last writes.
//
// It is safe for concurrent use, and several processes may share a directory.
type Dir struct{ files *wholefile.Store }

// OpenDir opens a directory as a store, creating it and its parents if needed, and
// checks that it can be written to. It removes temporary files that a killed process
// left, unless another process is using the directory. If another process, such as a
// mirror, has the directory for itself, that is an error.
func OpenDir(name string) (*Dir, error) {
	files, err := wholefile.OpenStore(name, wholefile.Temps{Prefix: ".download-", Suffix: ".part"})
	if err != nil {
		return nil, fmt.Errorf("output directory %q: %w", name, wholefile.Cause(err))
	}
	return &Dir{files}, nil
}

// Close releases the directory. No Put may be under way.
func (d *Dir) Close() error { return d.files.Close() }

// Put writes all files under temporary names before it renames the first, so that files
// that belong together are hardly ever separated. It replaces regular, writable files;
// a directory, a symbolic link or a read-only file of the same name is an error and
// stays. A new file has the mode of the one it replaces, or what the umask leaves. A
// time that the file system refuses is not set. Its errors are [*FileError].
func (d *Dir) Put(ctx context.Context, files []File) error {
	return d.PutStaged(ctx, files, func() {})
}

// PutStaged implements [StagingStore].
func (d *Dir) PutStaged(_ context.Context, files []File, staged func()) error {
	whole := make([]wholefile.File, len(files))
	for i, f := range files {
		whole[i] = wholefile.File{Name: f.Name, Data: f.Data, ModTime: f.ModTime}
	}
	return d.files.Put(whole, staged)
}

// Rename implements [RenamingStore]. Its errors are a [*FileError].
func (d *Dir) Rename(from, to string) error { return d.files.Rename(from, to) }

// Open implements [RenamingStore]. It opens regular files only. Its errors are a
// [*FileError].
func (d *Dir) Open(name string) (io.ReadCloser, error) {
	f, err := d.files.Open(name)
	if err != nil {
		return nil, err
	}
	return f, nil
}
