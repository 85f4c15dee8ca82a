package bench

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"getflags/cmd/flags/internal/ui"
)

// content is what a run has left behind: its files by name.
type content map[string]fingerprint

// A fingerprint is what two files are compared by.
type fingerprint struct {
	size int64
	sum  [sha256.Size]byte
}

// String is short, but tells all but contrived files apart.
func (f fingerprint) String() string {
	return fmt.Sprintf("%d bytes, SHA-256 %x…", f.size, f.sum[:6])
}

// readContent reads all files below a directory, a small piece at a time: the
// bench's own memory is the floor of what is told of other programs'.
func readContent(dir string) (content, error) {
	found := content{}
	tree := os.DirFS(dir)
	buffer := make([]byte, 32<<10)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found[name], err = fingerprintOf(tree, name, buffer)
		return err
	})
	return found, err
}

func fingerprintOf(tree fs.FS, name string, buffer []byte) (f fingerprint, err error) {
	file, err := tree.Open(name)
	if err != nil {
		return f, err
	}
	defer file.Close()
	hash := sha256.New()
	// Only what is no more than a Reader is read through the buffer.
	f.size, err = io.CopyBuffer(hash, struct{ io.Reader }{file}, buffer)
	hash.Sum(f.sum[:0])
	return f, err
}

// bytes is the size of all files.
func (c content) bytes() (n int64) {
	for _, f := range c {
		n += f.size
	}
	return n
}

// compare tells how a run's content differs from that of the first: nil if it
// does not, else the first difference by name, and how many there are.
func (c content) compare(first content) error {
	differing := maps.Clone(first)
	maps.Copy(differing, c)
	maps.DeleteFunc(differing, func(name string, _ fingerprint) bool {
		got, is := c[name]
		want, was := first[name]
		return is == was && got == want
	})
	if len(differing) == 0 {
		return nil
	}
	name := differing.names()[0]
	more := ""
	if n := len(differing) - 1; n > 0 {
		more = fmt.Sprintf(" (and %s)", ui.Plural(n, "more difference"))
	}
	got, is := c[name]
	want, was := first[name]
	switch {
	case !is:
		return fmt.Errorf("%s is missing%s", name, more)
	case !was:
		return fmt.Errorf("%s was not there in the first run%s", name, more)
	}
	return fmt.Errorf("%s has %v; in the first run it had %v%s", name, got, want, more)
}

// names are sorted.
func (c content) names() []string { return slices.Sorted(maps.Keys(c)) }
