package flagserver

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"sync"
	"time"
)

// facts are what a library remembers of a file.
type facts struct {
	size        int64
	modified    time.Time
	sum         [sha256.Size]byte
	etag        []string // header values, kept as a Header wants them
	contentType []string
	data        []byte // the content of a file that cannot change, or nil
}

// tellOf reports whether a file is still the one that the facts are of.
func (f *facts) tellOf(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && f.size == info.Size() && f.modified.Equal(info.ModTime())
}

// A file is a file of the set, open to be served.
type file struct {
	*facts
	content io.ReadSeeker
	closer  io.Closer // nil if there is nothing to close
}

func (f *file) close() {
	if f.closer != nil {
		f.closer.Close() // was only read: nothing can be lost
	}
}

// serve answers r with the file, or the part of it, or the 304, it asks for.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	f.setHeader(w.Header())
	http.ServeContent(w, r, "", f.modified, f.content)
}

func (f *file) setHeader(h http.Header) {
	h["Content-Type"] = f.contentType
	h["Etag"] = f.etag
}

// maxKnown bounds the memory of a library over a large directory.
const maxKnown = 1 << 16

// A library opens the files of a set and remembers their ETags, and those
// files whole that cannot change: files without a time of modification, as
// embedded ones are.
type library struct {
	set   fs.FS
	mu    sync.RWMutex
	known map[string]*facts
}

// open opens a regular file. The caller closes it.
func (l *library) open(name string) (*file, error) {
	if name == sumsName {
		return l.sums(), nil
	}
	old := l.recall(name)
	if old != nil && old.data != nil {
		return &file{facts: old, content: bytes.NewReader(old.data)}, nil
	}
	opened, err := l.set.Open(name)
	if err != nil {
		return nil, err
	}
	f, err := l.read(name, opened, old)
	if err != nil || f.closer == nil {
		opened.Close()
	}
	return f, err
}

// read makes a file of one just opened, with the ETag remembered if that is
// still good.
func (l *library) read(name string, opened fs.File, old *facts) (*file, error) {
	info, err := opened.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w: not a regular file", name, fs.ErrNotExist)
	}
	content, seekable := opened.(io.ReadSeeker)
	switch {
	case info.ModTime().IsZero() || !seekable:
		return l.readWhole(name, opened, info)
	case old != nil && old.tellOf(info):
		return &file{old, content, opened}, nil
	}
	sum, err := hash(content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	fresh := newFacts(name, info, sum)
	l.remember(name, fresh)
	return &file{fresh, content, opened}, nil
}

// readWhole reads the file into memory, to stay there if it cannot change.
func (l *library) readWhole(name string, opened fs.File, info fs.FileInfo) (*file, error) {
	data, err := io.ReadAll(opened)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	fresh := newFacts(name, info, sha256.Sum256(data))
	if info.ModTime().IsZero() {
		fresh.modified = setDate()
		fresh.data = data
		l.remember(name, fresh)
	}
	return &file{facts: fresh, content: bytes.NewReader(data)}, nil
}

func newFacts(name string, info fs.FileInfo, sum [sha256.Size]byte) *facts {
	return &facts{
		size:        info.Size(),
		modified:    info.ModTime(),
		sum:         sum,
		etag:        []string{tag(sum)},
		contentType: []string{contentType(name)},
	}
}

func (l *library) recall(name string) *facts {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.known[name]
}

func (l *library) remember(name string, f *facts) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil || len(l.known) >= maxKnown {
		l.known = map[string]*facts{}
	}
	l.known[name] = f
}

// hash returns the SHA-256 of a content, and winds it back to its start.
func hash(content io.ReadSeeker) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	_, err = content.Seek(0, io.SeekStart)
	return sum, err
}

// tag is the strong ETag of a content.
func tag(sum [sha256.Size]byte) string { return fmt.Sprintf(`"%x"`, sum[:16]) }
