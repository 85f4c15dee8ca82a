package flagserver

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const sumsPath = prefix + sumsName

func TestSums(t *testing.T) {
	h := newHandler(t, Set(), Local())
	r := get(h, "GET", sumsPath)
	lines := strings.Split(strings.TrimSpace(string(body(t, r))), "\n")
	if len(lines) != 388 {
		t.Errorf("%d lines, want one for each file", len(lines))
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if want := fmt.Sprintf("%x", sha256.Sum256(readSet(t, name))); sum != want {
			t.Errorf("%s, want %s", line, want)
		}
	}
	if r := get(h, "GET", sumsPath, "If-None-Match", r.Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("the same list again: status %d, want 304", r.StatusCode)
	}
}

// The list is of what is there now, not of what a file in the set says of it.
func TestSumsAreLive(t *testing.T) {
	set := fstest.MapFS{
		"br/br.gif":  {Data: []byte("old"), ModTime: time.Unix(1, 0)},
		sumsName:     {Data: []byte("stale"), ModTime: time.Unix(1, 0)},
		"SHA256SUMS": {Data: []byte("stale"), ModTime: time.Unix(1, 0)},
	}
	h := newHandler(t, set, Local())
	before := get(h, "GET", sumsPath)
	for i, content := range []string{"old", "new"} {
		set["br/br.gif"] = &fstest.MapFile{Data: []byte(content), ModTime: time.Unix(2+int64(i), 0)}
		want := fmt.Sprintf("%x  br/br.gif\n", sha256.Sum256([]byte(content)))
		if got := string(body(t, get(h, "GET", sumsPath))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if r := get(h, "GET", sumsPath, "If-None-Match", before.Header.Get("ETag")); r.StatusCode != 200 {
		t.Errorf("after a change: status %d, want 200", r.StatusCode)
	}
}
