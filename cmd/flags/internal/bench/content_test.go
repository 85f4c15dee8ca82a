package bench

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

func TestContent(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.gif": "one", "b/b.gif": "two", "c.gif": ""} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first, err := readContent(dir)
	if err != nil || len(first) != 3 || first.bytes() != 6 || first["b/b.gif"].size != 3 {
		t.Fatalf("%v, %v", first, err)
	}
	other := fingerprint{size: 3}
	const one = "3 bytes, SHA-256 7692c3ad3540…"
	for want, change := range map[string]func(c content){
		"": func(content) {},
		"a.gif has 3 bytes, SHA-256 000000000000…; in the first run it had " + one: func(c content) { c["a.gif"] = other },
		"c.gif is missing":                          func(c content) { delete(c, "c.gif") },
		"a.gif is missing (and 2 more differences)": func(c content) { clear(c) },
		"0.gif was not there in the first run":      func(c content) { c["0.gif"] = other },
		"a.gif is missing (and 1 more difference)":  func(c content) { delete(c, "a.gif"); c["z"] = other },
	} {
		changed := maps.Clone(first)
		change(changed)
		got := ""
		if err := changed.compare(first); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := readContent(filepath.Join(dir, "missing")); err == nil {
		t.Error("no error for a directory that is not there")
	}
}

// On a disk runs' directories are kept, but not for ever; in memory they go
// at once; in the end nothing is left.
func TestScratch(t *testing.T) {
	for keep, want := range map[int]int{0: 0, 2: 2, mostKept: 5} {
		parent := t.TempDir()
		s, err := newScratch(parent)
		if err != nil {
			t.Fatal(err)
		}
		s.keep = keep
		for range 5 {
			dir, err := s.next()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.done(dir); err != nil {
				t.Fatal(err)
			}
		}
		if left, _ := os.ReadDir(s.path); len(left) != want {
			t.Errorf("%d directories are kept, want %d", len(left), want)
		}
		if err := s.remove(); err != nil {
			t.Error(err)
		}
		empty(t, parent)
	}
}
