package gallery

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"getflags/flags"
	"getflags/internal/wholefile"
)

// Name is what the page is called beside the flags.
const Name = "index.html"

// A ForeignError is a file in the place of a page that is not known to be a
// page of this package, and so is not to be replaced: web sites have one of the
// same name.
type ForeignError struct {
	Name string
	Err  error // why it cannot be read; nil if it is another page
}

func (e *ForeignError) Error() string {
	if e.Err == nil {
		return e.Name + " is no gallery, so it stays"
	}
	return e.Name + ": " + e.Err.Error()
}

func (e *ForeignError) Unwrap() error { return e.Err }

// CheckReplaceable returns a [*ForeignError] if the file [Name] in a directory
// is not a page of this package. A directory that cannot be opened is no error:
// what needs it will say so.
func CheckReplaceable(dir string) error {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	ours, err := isAt(root)
	if ours && err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &ForeignError{filepath.Join(dir, Name), wholefile.Cause(err)}
}

// isAt reports whether the page that root has under [Name] is one of this
// package, which may be replaced by a new one, and not somebody's own. However
// large it is, no more than its beginning is read.
func isAt(root *os.Root) (bool, error) {
	f, _, err := wholefile.Open(root, Name)
	if err != nil {
		return false, err
	}
	defer f.Close() // it is only read
	beginning, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return bytes.Contains(beginning, []byte(`<meta name="generator" content="flags gallery">`)), err
}

// Of returns a sheet of the flags that a download has saved in a directory.
func Of(dir string, saved []flags.Result) (Sheet, error) {
	var s Sheet
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return s, err
	}
	defer root.Close()
	for _, r := range saved {
		image, err := readPicture(root, filepath.FromSlash(r.File))
		if err != nil {
			return s, wholefile.Named(r.File, err)
		}
		s.Flags = append(s.Flags, Flag{Code: r.Code, Country: r.Country, Image: image})
	}
	Sort(s.Flags)
	return s, nil
}
