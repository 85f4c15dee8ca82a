package flagserver

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"
)

// A watchedSet counts how often each file is opened.
type watchedSet struct {
	fs.FS
	opened map[string]int
}

func (s *watchedSet) Open(name string) (fs.File, error) { s.opened[name]++; return s.FS.Open(name) }

func (s *watchedSet) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(s.FS, name) }
func (s *watchedSet) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(s.FS, name) }

// What is part of the program is read once; what lies in a directory whenever
// it is asked for, but not for the list of sums, once it is known and has lain
// there for a while.
func TestFilesAreReadOnce(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "br"), 0o755); err != nil {
		t.Fatal(err)
	}
	putDated(t, filepath.Join(base, "br", "br.gif"), []byte("picture"))
	dir, err := OpenDir(base)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	info, err := dir.Stat("br/br.gif")
	if err != nil {
		t.Fatal(err)
	}
	changed, known := identify(info)
	if !known {
		t.Skip("this system does not tell that a file changed")
	}
	for name, tt := range map[string]struct {
		set    fs.FS
		target string
		later  time.Duration
		want   int
	}{
		"of the program":        {fstest.MapFS{"br/br.gif": {Data: []byte("picture")}}, brazil, 0, 1},
		"sums of the program's": {fstest.MapFS{"br/br.gif": {Data: []byte("picture")}}, sumsPath, 0, 1},
		"of a directory":        {dir, brazil, time.Hour, 3},
		"sums of what is new":   {dir, sumsPath, 0, 3},
		"sums of what is old":   {dir, sumsPath, time.Hour, 1},
	} {
		set := &watchedSet{tt.set, map[string]int{}}
		h := newHandler(t, set, Local())
		h.library.now = func() time.Time { return time.Unix(changed.seconds, changed.nanoseconds).Add(tt.later) }
		for range 3 {
			get(h, "GET", tt.target)
		}
		if got := set.opened["br/br.gif"]; got != tt.want {
			t.Errorf("%s: opened %d times, want %d", name, got, tt.want)
		}
	}
}

// A file that may be in memory is served as it was when it was asked for, and a
// larger one not at all if it changes meanwhile; each has its own sum.
func TestMaxInMemory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.gif")
	for _, size := range []int{1, maxInMemory, maxInMemory + 1} {
		data := bytes.Repeat([]byte("a"), size)
		putDated(t, name, data)
		dir, err := OpenDir(filepath.Dir(name))
		if err != nil {
			t.Fatal(err)
		}
		l := library{set: dir, now: time.Now}
		f, err := l.open("x.gif")
		if err != nil {
			t.Fatal(err)
		}
		if f.sum != sha256.Sum256(data) || f.size != int64(size) {
			t.Errorf("%d bytes: it has another sum, or size %d", size, f.size)
		}
		if err := os.Truncate(name, int64(size)-1); err != nil {
			t.Fatal(err)
		}
		info, err := dir.Stat("x.gif")
		if err != nil {
			t.Fatal(err)
		}
		_, known := identify(info)
		got, err := io.ReadAll(f.content)
		if size > maxInMemory && known && !errors.Is(err, errChanged) {
			t.Errorf("%d bytes that change: %d were read, %v", size, len(got), err)
		}
		if size <= maxInMemory && (err != nil || !bytes.Equal(got, data)) {
			t.Errorf("%d bytes: %d were read, %v", size, len(got), err)
		}
		f.close()
		dir.Close()
	}
}

// A file that is longer than the system says, as those of /proc are, is read
// to its end, if that comes soon.
func TestFileLongerThanItSays(t *testing.T) {
	for size, want := range map[int]int{maxInMemory: 200, maxInMemory + 1: 500} {
		set := seekless{shrunken{fstest.MapFS{"x.gif": {Data: make([]byte, size), ModTime: time.Unix(2, 0)}}}}
		if r := get(newHandler(t, set, Local()), "GET", "/flags/x.gif"); r.StatusCode != want || want == 200 && len(body(t, r)) != size {
			t.Errorf("%d bytes: status %d, want %d", size, r.StatusCode, want)
		}
	}
}

// shrunken is a set whose files say that they are empty.
type shrunken struct{ fs.FS }

type shrunkenFile struct{ fs.File }

type shrunkenInfo struct{ fs.FileInfo }

func (s shrunken) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return shrunkenFile{f}, err
}

func (f shrunkenFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	return shrunkenInfo{info}, err
}

func (shrunkenInfo) Size() int64 { return 0 }

// What is remembered of files has a bound.
func TestLibraryIsBounded(t *testing.T) {
	var l library
	for i := range maxKnown {
		l.remember(strconv.Itoa(i), &facts{})
	}
	if l.recall("0") == nil || len(l.known) != maxKnown {
		t.Errorf("of %d files %d are remembered", maxKnown, len(l.known))
	}
	l.remember("one more", &facts{})
	if l.recall("one more") == nil || len(l.known) > maxKnown {
		t.Errorf("one more, and %d are remembered", len(l.known))
	}
}

// A file that changed no more than two seconds ago may change again without
// its times telling.
func TestSettled(t *testing.T) {
	changed := time.Unix(1_700_000_000, 5)
	i := identity{seconds: changed.Unix(), nanoseconds: int64(changed.Nanosecond())}
	for age, want := range map[time.Duration]bool{
		-time.Hour: false, 0: false, time.Second: false, 2 * time.Second: false, 2*time.Second + 1: true, time.Hour: true,
	} {
		if got := i.settled(changed.Add(age)); got != want {
			t.Errorf("%v after its change: settled: %v", age, got)
		}
	}
}

// Spaces within a name are part of it; what some system leaves out or takes for
// something else is in none.
func TestFileName(t *testing.T) {
	for path, want := range map[string]string{
		"/flags/New Zealand.gif": "New Zealand.gif", "/flags/a b/c": "a b/c", "/flags/br/Côte.gif": "br/Côte.gif",
		"/flags/a ": "", "/flags/a /b": "", "/flags/a.": "", "/flags/a\x1f": "", "/flags/a\x7f": "", "/flags/a:b": "",
	} {
		if got, ok := fileName(&url.URL{Path: path}); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", path, got, ok, want)
		}
	}
}
