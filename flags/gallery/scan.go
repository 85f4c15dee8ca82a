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
	// maxPicture is the largest size of a picture in bytes. The page holds all of
	// it.
	maxPicture = 16 << 20
	// maxMetadata is the largest size of metadata in bytes.
	maxMetadata = 1 << 20
	// maxPage is the largest size of all pictures of a page, in bytes. Memory
	// holds the page several times.
	maxPage = 256 << 20
)

// Scan finds the flags in a directory and below it, sorted by country: all
// pictures, with the metadata beside them if there is any. It knows the file
// names of downloads, with any template, and of mirrors.
//
// Scan ignores files of the system and of file managers; see
// [flags.IsSystemName]. Skipped lists the other files left out, with the cause:
// pictures larger than 16 MiB, metadata larger than 1 MiB, pictures and metadata
// that are not regular files, links to directories, and anything unreadable
// below the directory. Scan fails if the directory cannot be read or holds more
// than 256 MiB of pictures. A directory without flags is not an error.
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

// A scan holds the findings so far.
type scan struct {
	root    *os.Root
	found   []Flag
	bytes   int
	skipped []error
	noted   map[string]bool // the names in skipped
}

func (s *scan) visit(name string, e fs.DirEntry, err error) error {
	switch {
	case err != nil && name == ".":
		return err
	case flags.IsSystemName(path.Base(name)), !utf8.ValidString(name): // never a flag; package fs opens only UTF-8
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
		s.checkLink(name, e)
		return nil
	}
	f, err := s.read(name)
	if err != nil {
		s.skip(name, err)
		return nil
	}
	if s.bytes += len(f.Image); s.bytes > maxPage {
		return fmt.Errorf("too many pictures for one page: want at most %d bytes", maxPage)
	}
	s.found = append(s.found, f)
	return nil
}

// checkLink skips a link that may lead to a directory of pictures, because Scan
// does not follow links. It does not look outside the directory.
func (s *scan) checkLink(name string, e fs.DirEntry) {
	if e.Type()&fs.ModeSymlink == 0 {
		return
	}
	info, err := s.root.Stat(name)
	if err == nil && !info.IsDir() || errors.Is(err, fs.ErrNotExist) {
		return
	}
	s.skip(name, &wholefile.KindError{Is: e.Type(), Want: "a directory"})
}

// skip records a file that is left out. Each name is recorded once.
func (s *scan) skip(name string, err error) {
	if !s.noted[name] {
		s.noted[name] = true
		s.skipped = append(s.skipped, wholefile.Named(name, err))
	}
}

// Sort sorts flags by country, then by code.
func Sort(all []Flag) {
	slices.SortStableFunc(all, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Code, b.Code))
	})
}

// read reads a picture and its metadata.
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

// readPicture reads a picture for a page. It fails if the picture is larger than
// 16 MiB or not a regular file.
func readPicture(root *os.Root, name string) ([]byte, error) {
	return wholefile.Read(root, name, maxPicture)
}

// metadata reads the first of the files that holds metadata.
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
