package gallery

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"getflags/flags"
	"getflags/internal/wholefile"
)

const (
	// maxPicture is the most bytes of a picture: it is in the page as a whole.
	maxPicture = 16 << 20
	// maxMetadata is the most bytes of what tells a country's name.
	maxMetadata = 1 << 20
	// maxPage is the most bytes of all pictures of a page. It is in memory
	// several times over.
	maxPage = 256 << 20
)

// Scan finds the flags in a directory and those below it: pictures with the
// names that downloads, of any template, and mirrors give them, and beside
// them, if they are there, their metadata. They are sorted by country.
//
// What systems and file managers keep there is passed over (see
// [flags.IsSystemName]). Skipped says what else was left out, and why: pictures
// larger than 16 MiB, metadata larger than 1 MiB, either if it is no regular file,
// links to directories, and what cannot be read below the directory. An error is a
// directory that cannot be read, or holds more than 256 MiB of pictures; one
// without flags is none.
func Scan(dir string) (found []Flag, skipped []error, err error) {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("gallery of %q: %w", dir, wholefile.Cause(err))
	}
	defer root.Close()
	s := &scan{root: root, noted: map[string]bool{}}
	if err := fs.WalkDir(root.FS(), ".", s.visit); err != nil {
		return nil, nil, fmt.Errorf("gallery of %q: %w", dir, wholefile.Cause(err))
	}
	Sort(s.found)
	return s.found, s.skipped, nil
}

// A scan is what has been found so far.
type scan struct {
	root    *os.Root
	found   []Flag
	bytes   int
	skipped []error
	noted   map[string]bool // what skipped names
}

func (s *scan) visit(name string, e fs.DirEntry, err error) error {
	switch {
	case err != nil && name == ".":
		return err
	case flags.IsSystemName(path.Base(name)), !utf8.ValidString(name): // no name of a flag, and none that package fs opens
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	case err != nil:
		s.skip(name, err)
		return nil
	case e.IsDir():
		return nil
	case !flags.IsPictureName(name):
		s.look(name, e)
		return nil
	}
	f, err := s.read(name)
	if err != nil {
		s.skip(name, err)
		return nil
	}
	if s.bytes += len(f.Image); s.bytes > maxPage {
		return fmt.Errorf("has more than the %d bytes of pictures that fit a page", maxPage)
	}
	s.found = append(s.found, f)
	return nil
}

// look tells of a link that may lead to a directory of pictures. Links are not
// followed, and where one leads that leaves the directory is not looked at.
func (s *scan) look(name string, e fs.DirEntry) {
	if e.Type()&fs.ModeSymlink == 0 {
		return
	}
	info, err := s.root.Stat(name)
	if err == nil && !info.IsDir() || errors.Is(err, fs.ErrNotExist) {
		return
	}
	s.skip(name, &wholefile.KindError{Is: e.Type(), Want: "a directory"})
}

// skip notes what is left out, each name once.
func (s *scan) skip(name string, err error) {
	if !s.noted[name] {
		s.noted[name] = true
		s.skipped = append(s.skipped, wholefile.Named(name, err))
	}
}

// Sort sorts flags by country, and by code where these are the same.
func Sort(all []Flag) {
	slices.SortStableFunc(all, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Code, b.Code))
	})
}

// read reads a picture, and what is known of it.
func (s *scan) read(name string) (f Flag, err error) {
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if codes, err := flags.ParseCodes(stem); err == nil && len(codes) == 1 {
		f.Code = codes[0]
	} else {
		f.Country = strings.ReplaceAll(stem, "_", " ")
	}
	if m, ok := s.metadata(path.Join(path.Dir(name), stem+".json"), path.Join(path.Dir(name), "metadata.json")); ok {
		f.Country = m.Country
		if codes, err := flags.ParseCodes(m.ISO); f.Code == "" && err == nil && len(codes) == 1 {
			f.Code = codes[0]
		}
	}
	f.Image, err = readPicture(s.root, name)
	return f, err
}

// readPicture reads a picture that is to be in a page. One larger than 16 MiB
// is an error, and so is what is no regular file.
func readPicture(root *os.Root, name string) ([]byte, error) {
	return wholefile.Read(root, name, maxPicture)
}

// metadata reads the first file that is one of metadata.
func (s *scan) metadata(names ...string) (flags.Metadata, bool) {
	for _, name := range names {
		data, err := wholefile.Read(s.root, name, maxMetadata)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				s.skip(name, err)
			}
			continue
		}
		if m, err := flags.DecodeMetadata(data); err == nil {
			return m, true
		}
	}
	return flags.Metadata{}, false
}
