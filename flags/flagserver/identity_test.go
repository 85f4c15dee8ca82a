package flagserver

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A file that is replaced by another of the same size and time, as in a
// container image or a Nix store, has another ETag, in the list of sums too.
func TestETagOfReplacedFile(t *testing.T) {
	sizes := []int{100, maxInMemory + 1}
	if testing.Short() {
		t.Log("large files: make test-all tries them")
		sizes = sizes[:1]
	}
	for name, replace := range map[string]func(t *testing.T, name string, data []byte){
		"by another file": func(t *testing.T, name string, data []byte) {
			putDated(t, name+".new", data)
			if err := os.Rename(name+".new", name); err != nil {
				t.Fatal(err)
			}
		},
		"in place": putDated,
	} {
		for _, size := range sizes {
			for _, later := range []time.Duration{0, time.Hour} {
				t.Run(fmt.Sprintf("%s/%d/%v", name, size, later), func(t *testing.T) {
					base := t.TempDir()
					dir, err := OpenDir(base)
					if err != nil {
						t.Fatal(err)
					}
					defer dir.Close()
					h := newHandler(t, dir, Local())
					// As if the file had lain there for long, so that what is
					// known of it may be relied on.
					h.library.now = func() time.Time { return time.Now().Add(later) }
					if err := os.Mkdir(filepath.Join(base, "br"), 0o755); err != nil {
						t.Fatal(err)
					}
					file := filepath.Join(base, "br", "br.gif")
					tag := `"x"`
					for _, letter := range []string{"a", "b", "c"} {
						data := []byte(strings.Repeat(letter, size))
						replace(t, file, data)
						for range 2 {
							r := get(h, "GET", brazil, "If-None-Match", tag)
							if got := body(t, r); r.StatusCode != 200 || !bytes.Equal(got, data) {
								t.Errorf("status %d, %.3q, want %q", r.StatusCode, got, letter)
							}
							if d := r.Header.Get("Last-Modified"); d != "" {
								t.Errorf("Last-Modified %s tells nothing", d)
							}
							want := fmt.Sprintf("%x  br/br.gif\n", sha256.Sum256(data))
							if got := string(body(t, get(h, "GET", sumsPath))); got != want {
								t.Errorf("sums are %s, want %s", got, want)
							}
						}
						tag = get(h, "GET", brazil).Header.Get("ETag")
						if r := get(h, "GET", brazil, "If-None-Match", tag); r.StatusCode != 304 {
							t.Errorf("status %d for the same again", r.StatusCode)
						}
					}
				})
			}
		}
	}
}

// putDated writes a file that is as old as all others of a Nix store.
func putDated(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
}

// Nobody gets parts of two contents for one.
func TestFileThatChangesWhileItIsServed(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	putDated(t, name, bytes.Repeat([]byte("a"), 1000))
	opened, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	was, err := opened.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, known := identify(was); !known {
		t.Skip("this system does not tell that a file changed")
	}
	s := &steady{opened, opened, was}
	if _, err := io.ReadFull(s, make([]byte, 500)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 999); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read(make([]byte, 10)); n != 0 || !errors.Is(err, errChanged) {
		t.Errorf("%d, %v", n, err)
	}
}
