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

// facts are the properties of a file that a library remembers.
type facts struct {
	size        int64
	modified    time.Time // zero if the file's time means nothing
	sum         [sha256.Size]byte
	etag        []string // header values, in the form of http.Header
	contentType []string
	identity    identity // of the file when it was read
	settled     bool     // any other content will have another identity
	data        []byte   // the content of a file that cannot change, or nil
}

// match reports whether a file certainly still has the content of the facts. Size
// and modification time do not prove it: in a container image or a Nix store all
// files have the same time.
func (f *facts) match(info fs.FileInfo) bool {
	is, known := identify(info)
	return known && f.settled && f.identity == is
}

// A file is an open file of the set.
type file struct {
	*facts
	content io.ReadSeeker
	closer  io.Closer // nil if there is nothing to close
}

func (f *file) close() {
	if f.closer != nil {
		f.closer.Close() // the file was only read: nothing can be lost
	}
}

// serve answers r with the file, a part of it, or 304.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	f.setHeader(w.Header())
	http.ServeContent(w, r, "", f.modified, f.content)
}

func (f *file) setHeader(h http.Header) {
	h["Content-Type"] = f.contentType
	h["Etag"] = f.etag
}

// maxKnown is the largest number of files that a library remembers.
const maxKnown = 1 << 16

// A library opens the files of a set and remembers their ETags. It also remembers
// the content of files that cannot change: files without a modification time,
// such as embedded ones.
type library struct {
	set   fs.FS
	now   func() time.Time
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

// maxInMemory is the largest size, in bytes, of a file served from memory.
const maxInMemory = 1 << 20

// read makes a file from one just opened. It uses the remembered ETag if that is
// certainly still valid. Otherwise it reads the file anew, and serves a small
// file from memory.
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
	case isFixed(info) || !seekable || info.Size() <= maxInMemory && (old == nil || !old.match(info)):
		return l.readWhole(name, opened, info)
	case old != nil && old.match(info):
		return &file{old, &steady{content, opened, info}, opened}, nil
	}
	sum, err := hash(&steady{content, opened, info})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	fresh := l.newFacts(name, info, sum)
	l.remember(name, fresh)
	return &file{fresh, &steady{content, opened, info}, opened}, nil
}

// readWhole reads the file into memory, and keeps it there if it cannot change.
func (l *library) readWhole(name string, opened fs.File, info fs.FileInfo) (*file, error) {
	most := max(info.Size(), maxInMemory)
	data, err := io.ReadAll(io.LimitReader(opened, most+1))
	if err == nil && int64(len(data)) > most {
		err = errChanged
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	fresh := l.newFacts(name, info, sha256.Sum256(data))
	fresh.size = int64(len(data))
	after, err := opened.Stat()
	fresh.settled = fresh.settled && err == nil && same(info, after)
	if isFixed(info) {
		fresh.modified = setDate()
		fresh.data = data
	}
	if fresh.data != nil || fresh.settled {
		l.remember(name, fresh)
	}
	return &file{facts: fresh, content: bytes.NewReader(data)}, nil
}

// isFixed reports whether a file is embedded in the program.
func isFixed(info fs.FileInfo) bool { return info.ModTime().IsZero() && info.Sys() == nil }

func (l *library) newFacts(name string, info fs.FileInfo, sum [sha256.Size]byte) *facts {
	f := &facts{
		size:        info.Size(),
		sum:         sum,
		etag:        []string{tag(sum)},
		contentType: []string{contentType(name)},
	}
	// Some systems give all files the Unix time 0 or 1. As Last-Modified it would
	// tell clients that nothing ever changes.
	if info.ModTime().Unix() > 1 {
		f.modified = info.ModTime()
	}
	f.identity, f.settled = identify(info)
	f.settled = f.settled && f.identity.settled(l.now())
	return f
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

// hash returns the SHA-256 of a content, and seeks back to its start.
func hash(content io.ReadSeeker) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	_, err = content.Seek(0, io.SeekStart)
	return sum, err
}

// tag returns the strong ETag of a content.
func tag(sum [sha256.Size]byte) string { return fmt.Sprintf(`"%x"`, sum[:16]) }
