package flagserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// sumsName is the path of the list of sums, below [prefix]. The list is not a
// file of the set but made anew for each request: a file could be outdated, and
// a client that relies on it would miss a change.
const sumsName = "-/SHA256SUMS"

// sums makes the list of the current SHA-256 of every country's files, in the
// format of sha256sum.
func (l *library) sums() *file {
	var list bytes.Buffer
	for _, cc := range l.countries() {
		l.list(&list, cc+"/"+cc+".gif")
		l.list(&list, cc+"/metadata.json")
	}
	content := list.Bytes()
	return &file{
		facts: &facts{
			size:        int64(len(content)),
			etag:        []string{tag(sha256.Sum256(content))},
			contentType: []string{"text/plain; charset=utf-8"},
		},
		content: bytes.NewReader(content),
	}
}

// countries returns the directories that can hold a country's files, or none if
// the set cannot be listed.
func (l *library) countries() []string {
	entries, err := fs.ReadDir(l.set, ".")
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if cc := e.Name(); len(cc) == 2 && isLetter(cc[0]) && isLetter(cc[1]) {
			all = append(all, cc)
		}
	}
	return all
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }

// list adds a file to the list. It leaves out a file that cannot be read; a
// request for that file gets the error.
func (l *library) list(to *bytes.Buffer, name string) {
	if sum, err := l.sum(name); err == nil {
		to.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
	}
}

// sum returns a file's SHA-256. It does not open the file if it remembers its
// facts.
func (l *library) sum(name string) (sum [sha256.Size]byte, err error) {
	if old := l.recall(name); old != nil && old.data == nil {
		if info, err := fs.Stat(l.set, name); err == nil && old.match(info) {
			return old.sum, nil
		}
	}
	f, err := l.open(name)
	if err != nil {
		return sum, err
	}
	defer f.close()
	return f.sum, nil
}
