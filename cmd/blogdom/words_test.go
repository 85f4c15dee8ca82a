package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"getflags/internal/bom"
)

func scanned(t *testing.T, r io.Reader) (words []string) {
	t.Helper()
	if err := scan(r, func(w string) bool { words = append(words, w); return true }); err != nil {
		t.Fatal(err)
	}
	return words
}

func TestScan(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	tests := map[string][]string{
		"":                                       nil,
		"\n \n#x\n  # y\n":                       nil,
		"with\nelif":                             {"with", "elif"},
		"\ufeffwith\r\n\t elif \r\n":             {"with", "elif"},
		a(maxLine) + "\nx":                       {a(maxLine), "x"},
		a(maxLine+1) + "\nx":                     {a(maxLine) + "…", "x"},
		a(1<<20) + "\nx":                         {a(maxLine) + "…", "x"},
		a(1 << 20):                               {a(maxLine) + "…"},
		strings.Repeat(" ", 1<<20) + "y\nx":      {"…", "x"},
		"y" + strings.Repeat(" ", 1<<20) + "\nx": {"y…", "x"},
		"#" + a(1<<20) + "\nx":                   {"x"},
	}
	for text, want := range tests {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text)),
		} {
			if diff := cmp.Diff(want, scanned(t, r)); diff != "" {
				t.Errorf("%.20q… %s: %s", text, name, diff)
			}
		}
	}
}

// A file in UTF-16 gives an error that says so, not a list of odd names.
func TestScanUTF16(t *testing.T) {
	err := scan(strings.NewReader("\xff\xfew\x00i\x00\n\x00"), func(w string) bool { t.Errorf("word %q", w); return true })
	if err == nil || err.Error() != "is UTF-16LE, by its byte order mark: want UTF-8" {
		t.Error(err)
	}
}

func TestScanReadError(t *testing.T) {
	broken := errors.New("disk on fire")
	r := io.MultiReader(strings.NewReader("with\nel"), iotest.ErrReader(broken))
	var words []string
	err := scan(r, func(w string) bool { words = append(words, w); return true })
	// The last word may be half a word. It is yielded all the same: the error
	// says that the list is incomplete.
	if !errors.Is(err, broken) || !slices.Equal(words, []string{"with", "el"}) {
		t.Errorf("words %q, error %v", words, err)
	}
}

// A read that blocks forever must not keep each from returning.
func TestEachHeedsItsContext(t *testing.T) {
	stdin, typist := io.Pipe()
	defer typist.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.WriteString(typist, "with\n")
		cancel()
	}()
	f := wordFile{name: "-", stdin: stdin}
	if err := f.each(ctx, func(string) bool { return true }); err != nil {
		t.Error(err)
	}
}

func TestRecent(t *testing.T) {
	r := recent{room: 2}
	var had []bool
	for _, name := range []string{"a", "a", "b", "a", "c", "a", "d", "e", "b", "a"} {
		had = append(had, r.had(name))
	}
	// c makes a and b old, d makes c and a old and forgets b, and the second
	// b makes d and e old and forgets a.
	want := []bool{false, true, false, true, false, true, false, false, false, false}
	if !slices.Equal(had, want) {
		t.Errorf("had %v, want %v", had, want)
	}
}

// FuzzScan compares scan with a plain reading of the whole text.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"with\nelif\n", "\ufeff#x\r\n y \n", "\n\n", "a b\tc", "#\xff\n\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxLine {
			return // TestScan covers lines that are cut
		}
		if _, err := bom.Skip([]byte(text)); err != nil {
			return // TestScanUTF16 covers this error
		}
		var want []string
		for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				want = append(want, line)
			}
		}
		if diff := cmp.Diff(want, scanned(t, strings.NewReader(text))); diff != "" {
			t.Error(diff)
		}
	})
}
