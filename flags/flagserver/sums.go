package flagserver

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// sumsName is where the set's sums are served, below [prefix]. It is no file
// of the set: a file may be older than what it tells of, and whoever relies on
// it would then miss a change. This list is made anew for each request.
const sumsName = "-/SHA256SUMS"

// sums makes the list of the SHA-256 of every country's files that the set has
// at this moment, in the form that sha256sum reads.
func (l *library) sums() *file {
	var list bytes.Buffer
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			cc := string([]rune{a, b})
			l.list(&list, cc+"/"+cc+".gif")
			l.list(&list, cc+"/metadata.json")
		}
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

// list adds a file to the list. One that cannot be read is left to those who
// ask for it.
func (l *library) list(to *bytes.Buffer, name string) {
	f, err := l.open(name)
	if err != nil {
		return
	}
	defer f.close()
	fmt.Fprintf(to, "%x  %s\n", f.sum, name)
}
