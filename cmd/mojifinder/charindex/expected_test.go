package charindex

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expected is testdata/expected.json, which testdata/expected.py writes.
type expected struct {
	Python, Unicode string
	Unnamed         codes // assigned characters that Python has no name for
	Names           []struct {
		Codes codes
		CRC32 uint32 // of their names, with newlines between
	}
	Queries []struct {
		Query string
		Found codes
	}
}

// codes is a Set, written as "41-5A,61".
type codes struct{ Set }

func (c *codes) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	for run := range strings.SplitSeq(string(text), ",") {
		var sp span
		if n, err := fmt.Sscanf(run, "%X-%X", &sp.lo, &sp.hi); n == 1 {
			sp.hi = sp.lo
		} else if err != nil {
			return err
		}
		c.add(sp)
	}
	return nil
}

func load(t *testing.T) (want expected) {
	t.Helper()
	data, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// named returns the characters that have a name in the older Unicode version
// of the expectations.
func (e expected) named() (named Set) {
	for _, block := range e.Names {
		for _, sp := range block.Codes.spans {
			named.add(sp)
		}
	}
	return named
}

// joined is the set with spans that touch made one, so that equal sets
// compare equal.
func (s Set) joined() (joined Set) {
	for _, sp := range s.spans {
		joined.add(sp)
	}
	return joined
}

func TestNamesAreThoseOfPython(t *testing.T) {
	want, total := load(t), 0
	for _, block := range want.Names {
		var names []string
		for r := range block.Codes.All() {
			names = append(names, Name(r))
		}
		total += len(names)
		if sum := crc32.ChecksumIEEE([]byte(strings.Join(names, "\n"))); sum != block.CRC32 {
			t.Errorf("the names from %s on differ:\n%s", names[0], strings.Join(names, "\n"))
		}
	}
	if total < 138_000 {
		t.Errorf("compared %d names, want those of all characters", total)
	}
	t.Logf("%d names of Python %s, Unicode %s, are those of Unicode %s", total, want.Python, want.Unicode, UnicodeVersion)
}

// Python 3.11 leaves out the names that rule NR2 gives the Tangut
// ideographs. Nothing else that it knows may differ.
func TestPythonLacksTangutNamesOnly(t *testing.T) {
	for r := range load(t).Unnamed.All() {
		if want := fmt.Sprintf("TANGUT IDEOGRAPH-%04X", r); Name(r) != want {
			t.Errorf("U+%04X is %q, want %q", r, Name(r), want)
		}
	}
}

func TestSearchAgreesWithPython(t *testing.T) {
	want, index := load(t), New()
	if len(want.Queries) < 1000 {
		t.Fatalf("%d queries, want a thousand", len(want.Queries))
	}
	named, newer, tangut := want.named(), 0, 0
	for _, q := range want.Queries {
		found := index.Search(q.Query)
		old, nameless := found.and(named), found.and(want.Unnamed.Set).Len()
		tangut += nameless
		newer += found.Len() - old.Len() - nameless
		if diff := cmp.Diff(q.Found.spans, old.joined().spans, cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("query %q (-Python +here):\n%s", q.Query, diff)
		}
	}
	t.Logf("%d queries agree with Python %s, Unicode %s; %d characters are newly assigned, %d are Tangut ideographs",
		len(want.Queries), want.Python, want.Unicode, newer, tangut)
}

// The file is what its script writes, where there is that Python to tell.
func TestExpectedIsGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("Python takes 2 s; make test-all runs it")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here to generate testdata/expected.json anew")
	}
	written, err := exec.CommandContext(t.Context(), python, "testdata/expected.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	var fresh expected
	if err := json.Unmarshal(written, &fresh); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if want := load(t); fresh.Python != want.Python {
		t.Skipf("python3 is %s, testdata/expected.json is of %s", fresh.Python, want.Python)
	}
	if string(written) != string(kept) {
		t.Error("testdata/expected.json is not what testdata/expected.py writes")
	}
}
