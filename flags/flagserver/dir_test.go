package flagserver

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

// plantedDir returns a directory to serve, with links that lead out of it, and
// what a client may get from it, by name.
func plantedDir(t testing.TB) (*Dir, map[string]string) {
	t.Helper()
	base := t.TempDir()
	inside := map[string]string{
		"br/br.gif": "picture", "br/metadata.json": "{}", "manifest.json": "[]", "br/link.gif": "picture",
		"brazil/br.gif": "picture", "brazil/metadata.json": "{}", "brazil/link.gif": "picture",
	}
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(base, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"br/br.gif", "br/metadata.json", "manifest.json"} {
		write("served/"+name, inside[name])
	}
	for _, name := range []string{"secret.txt", "served/.hidden", "served/br/.flags-tmp"} {
		write(name, "secret")
	}
	for name, target := range map[string]string{
		"br/link.gif": "br.gif", "brazil": "br", // inside
		"out.txt": "../secret.txt", "up": "..", "root": "/", "br/abs.txt": filepath.Join(base, "secret.txt"),
		"br/far": "../../secret.txt", "loop": "loop", "nowhere": "missing",
	} {
		if err := os.Symlink(target, filepath.Join(base, "served", name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	dir, err := OpenDir(filepath.Join(base, "served"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return dir, inside
}

func TestDir(t *testing.T) {
	dir, inside := plantedDir(t)
	h := newHandler(t, dir, Local())
	for name, want := range inside {
		r := get(h, "GET", "/flags/"+name)
		if got := string(body(t, r)); r.StatusCode != 200 || got != want {
			t.Errorf("%s: %d %q, want %q", name, r.StatusCode, got, want)
		}
	}
	for _, name := range []string{
		"out.txt", "up", "up/secret.txt", "root/etc/passwd", "br/abs.txt", "br/far", "loop", "nowhere",
		".hidden", "br/.flags-tmp", "br", "missing", "br/br.gif/x",
	} {
		if r := get(h, "GET", "/flags/"+name); r.StatusCode != 404 {
			t.Errorf("%s: status %d, %q; want 404", name, r.StatusCode, body(t, r))
		}
	}
}

func TestOpenDirErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + "-missing"} {
		if _, err := OpenDir(name); err == nil {
			t.Errorf("OpenDir(%s) succeeded", name)
		}
	}
}

// A file that changes gets a new tag, even within the second that HTTP dates
// can tell.
func TestETagFollowsContent(t *testing.T) {
	base := t.TempDir()
	dir, err := OpenDir(base)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	h := newHandler(t, dir, Local())
	date := time.Date(2020, 5, 17, 12, 0, 0, 0, time.UTC)
	tags := map[string]bool{}
	for i, content := range []string{"one", "two", "three"} {
		name := filepath.Join(base, "x.gif")
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, date, date.Add(time.Duration(i)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			r := get(h, "GET", "/flags/x.gif")
			if got := string(body(t, r)); got != content {
				t.Errorf("got %q, want %q", got, content)
			}
			if got := r.Header.Get("Last-Modified"); got != "Sun, 17 May 2020 12:00:00 GMT" {
				t.Errorf("Last-Modified: %s", got)
			}
			tags[r.Header.Get("ETag")] = true
		}
	}
	if len(tags) != 3 {
		t.Errorf("tags %v, want one for each content", tags)
	}
}

// A server that cannot look must not say that there is nothing.
func TestOpenStatus(t *testing.T) {
	for err, want := range map[error]int{
		&fs.PathError{Err: fs.ErrNotExist}:      404,
		&fs.PathError{Err: syscall.ENOTDIR}:     404,
		&fs.PathError{Err: errors.New("leads")}: 404,
		&fs.PathError{Err: syscall.EACCES}:      403,
		&fs.PathError{Err: syscall.EMFILE}:      500,
		&fs.PathError{Err: syscall.EIO}:         500,
		errors.New("out of order"):              500,
	} {
		h := newHandler(t, failingFS{err}, Local())
		if r := get(h, "GET", brazil); r.StatusCode != want {
			t.Errorf("%v: status %d, want %d", err, r.StatusCode, want)
		}
	}
}

type failingFS struct{ err error }

func (f failingFS) Open(string) (fs.File, error) { return nil, f.err }

// A set without dates, and one whose files cannot seek, are served as well.
func TestOtherSets(t *testing.T) {
	undated := fstest.MapFS{"a.gif": {Data: []byte("a")}}
	dated := fstest.MapFS{"a.gif": {Data: []byte("a"), ModTime: time.Unix(2, 0)}}
	for want, set := range map[string]fs.FS{
		newYear2026:                     undated,
		"Thu, 01 Jan 1970 00:00:02 GMT": seekless{dated},
	} {
		r := get(newHandler(t, set, Local()), "GET", "/flags/a.gif")
		if got := r.Header.Get("Last-Modified"); r.StatusCode != http.StatusOK || string(body(t, r)) != "a" || got != want {
			t.Errorf("status %d, Last-Modified %q, want %q", r.StatusCode, got, want)
		}
	}
}

type seekless struct{ fs.FS }

func (s seekless) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return struct{ fs.File }{f}, err
}
