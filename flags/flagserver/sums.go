package flagserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
)

// sumsName is where the set's sums are served, below [prefix]. It is no file
// of the set: a file may be older than what it tells of, and whoever relies on
// it would then miss a change. This list is made anew for each request.
const sumsName = "-/SHA256SUMS"

// sums makes the list of the SHA-256 of every country's files that the set has
// at this moment, in the form that sha256sum reads.
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

// countries are the directories that can hold a country's files. Of a set that
// cannot be listed nothing is told: its files have to be asked for.
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

// list adds a file to the list. One that cannot be read is left to those who
// ask for it.
func (l *library) list(to *bytes.Buffer, name string) {
	if sum, err := l.sum(name); err == nil {
		to.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
	}
}

// sum is a file's SHA-256. If the file is the one that is remembered, it is
// not opened.
func (l *library) sum(name string) (sum [sha256.Size]byte, err error) {
	if old := l.recall(name); old != nil && old.data == nil {
		if info, err := fs.Stat(l.set, name); err == nil && old.tellOf(info) {
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
