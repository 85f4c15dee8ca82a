package downloader

import (
	"context"
	"fmt"
	"io"

	"getflags/internal/wholefile"
)

// A RenamingStore is a [Store] whose files can be read again and given other
// names, as those of a [Dir].
type RenamingStore interface {
	Store
	// Rename gives a file another name, in one step. What has that name is
	// replaced, or not, as it is by Put. An error wraps [fs.ErrNotExist] if
	// there is no such file.
	Rename(from, to string) error
	// Open opens a file to be read. An error wraps [fs.ErrNotExist] if there
	// is no such file.
	Open(name string) (io.ReadCloser, error)
}

var (
	_ RenamingStore = (*Dir)(nil)
	_ StagingStore  = (*Dir)(nil)
)

// A FileError is a file that could not be put in place. It has the file's Name,
// slash-separated and below the store's directory, and wraps Err, the cause.
type FileError = wholefile.Error

// Dir is a [Store] in a directory, into which files appear whole or not at
// all. Each is written under a temporary name and renamed once it is closed,
// so that whoever looks, also after a crash of the process or on a full disk,
// sees the old file or the new one. All access is through an [os.Root], or by
// a name in the directory itself that no link is followed from: nothing leads
// outside. Files are not synced; a loss of power may undo what was just
// written.
//
// It is safe for concurrent use, and several processes may share a directory.
type Dir struct{ files *wholefile.Store }

// OpenDir opens a directory as a store, creating it and its parents where
// needed, and checks that it can be written to. Temporary files that a killed
// process left there are removed, unless another process is using the
// directory just now. One that has it for itself, as one that mirrors does, is
// an error.
func OpenDir(name string) (*Dir, error) {
	files, err := wholefile.OpenStore(name, wholefile.Temps{Prefix: ".download-", Suffix: ".part"})
	if err != nil {
		return nil, fmt.Errorf("output directory %q: %w", name, wholefile.Cause(err))
	}
	return &Dir{files}, nil
}

// Close gives the directory free. No Put may be under way.
func (d *Dir) Close() error { return d.files.Close() }

// Put writes all files under temporary names before it renames the first, so
// that files that belong together are hardly ever parted. What stands under
// a file's name is replaced if it is a regular, writable file; a directory, a
// symbolic link or a read-only file is an error and stays as it is. A file that
// is replaced hands on its mode, a new one has what the umask leaves. A time
// that the file system does not let it have is not set. Its errors are a
// [*FileError].
func (d *Dir) Put(ctx context.Context, files []File) error {
	return d.PutStaged(ctx, files, func() {})
}

// PutStaged is Put, and calls staged between writing and renaming; see
// [StagingStore].
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
