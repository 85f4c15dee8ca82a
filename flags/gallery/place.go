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

// Name is the file name of the page beside the flags.
const Name = "index.html"

// A ForeignError says that the file [Name] must not be replaced, because it is
// not known to be a page of this package: web sites use the same name.
type ForeignError struct {
	Name string
	Err  error // why the file cannot be read, or nil if it is another page
}

func (e *ForeignError) Error() string {
	if e.Err == nil {
		return e.Name + " is not a gallery, so it is not replaced"
	}
	return e.Name + ": " + e.Err.Error()
}

func (e *ForeignError) Unwrap() error { return e.Err }

// CheckReplaceable returns a [*ForeignError] if a directory has a file [Name]
// that is not a page of this package. A directory that cannot be opened is not
// an error here; writing to it will report that.
func CheckReplaceable(dir string) error {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	ours, err := isGallery(root)
	if ours && err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &ForeignError{filepath.Join(dir, Name), wholefile.Cause(err)}
}

// isGallery reports whether the file [Name] in root is a page of this package,
// which may be replaced. It reads only the beginning, however large the file is.
func isGallery(root *os.Root) (bool, error) {
	f, _, err := wholefile.Open(root, Name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	beginning, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return bytes.Contains(beginning, []byte(`<meta name="generator" content="flags gallery">`)), err
}

// Of returns a sheet of the flags that a download saved in a directory, sorted by
// country. Its error names the picture that cannot be read.
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
