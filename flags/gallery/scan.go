package gallery

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"getflags/downloader"
	"getflags/flags"
)

// Scan finds the flags in a directory and those below it: pictures with the
// names that downloads, of any template, and mirrors give them, and beside
// them, if they are there, their metadata. They are sorted by country. An
// error is a directory that cannot be read; one without flags is none.
func Scan(dir string) ([]Flag, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("gallery of %q: %w", dir, downloader.WithoutPath(err))
	}
	defer root.Close()
	var found []Flag
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case !utf8.ValidString(name): // no name of a flag, and none that package fs opens
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if e.IsDir() {
				return fs.SkipDir // what a run has not finished
			}
			return nil
		case !e.Type().IsRegular() || !flags.IsPictureName(name):
			return nil
		}
		f, err := read(root, name)
		found = append(found, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("gallery of %q: %w", dir, err)
	}
	Sort(found)
	return found, nil
}

// Sort sorts flags by country, and by code where these are the same.
func Sort(all []Flag) {
	slices.SortStableFunc(all, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Code, b.Code))
	})
}

// read reads a picture, and what is known of it.
func read(root *os.Root, name string) (f Flag, err error) {
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if codes, err := flags.ParseCodes(stem); err == nil && len(codes) == 1 {
		f.Code = codes[0]
	} else {
		f.Country = strings.ReplaceAll(stem, "_", " ")
	}
	if m, ok := metadata(root, path.Join(path.Dir(name), stem+".json"), path.Join(path.Dir(name), "metadata.json")); ok {
		f.Country = m.Country
		if codes, err := flags.ParseCodes(m.ISO); f.Code == "" && err == nil && len(codes) == 1 {
			f.Code = codes[0]
		}
	}
	f.Image, err = root.ReadFile(name)
	return f, err
}

// metadata reads the first file that is one of metadata.
func metadata(root *os.Root, names ...string) (flags.Metadata, bool) {
	for _, name := range names {
		if data, err := root.ReadFile(name); err == nil {
			if m, err := flags.DecodeMetadata(data); err == nil {
				return m, true
			}
		}
	}
	return flags.Metadata{}, false
}
