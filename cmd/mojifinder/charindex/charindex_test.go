package charindex

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/runenames"
)

// runes is a set as a slice; nil if it is empty.
func runes(s Set) []rune { return slices.Collect(s.All()) }

func TestName(t *testing.T) {
	for r, want := range map[rune]string{
		-1: "", 0: "", '\n': "", 0x7F: "", 0x85: "", 0xD800: "", 0xDFFF: "", 0xE000: "", 0xFFFF: "",
		0xF0000: "", 0x10FFFD: "", 0x10FFFF: "", 0x110000: "", 0x378: "",
		' ': "SPACE", 'A': "LATIN CAPITAL LETTER A", '😸': "GRINNING CAT FACE WITH SMILING EYES",
		0x33FF: "SQUARE GAL", 0x3400: "CJK UNIFIED IDEOGRAPH-3400", 0x4DBF: "CJK UNIFIED IDEOGRAPH-4DBF",
		0x4DC0: "HEXAGRAM FOR THE CREATIVE HEAVEN",
		0x9FFF: "CJK UNIFIED IDEOGRAPH-9FFF", 0xA000: "YI SYLLABLE IT",
		0xAC00: "HANGUL SYLLABLE GA", 0xD4DB: "HANGUL SYLLABLE PWILH", 0xD7A3: "HANGUL SYLLABLE HIH", 0xD7A4: "",
		0xC544: "HANGUL SYLLABLE A", 0xFACE: "CJK COMPATIBILITY IDEOGRAPH-FACE",
		0x17000: "TANGUT IDEOGRAPH-17000", 0x18D00: "TANGUT IDEOGRAPH-18D00", 0x18AF3: "TANGUT COMPONENT-756",
		0x18B00: "KHITAN SMALL SCRIPT CHARACTER-18B00", 0x1B170: "NUSHU CHARACTER-1B170",
		0x2A6DF: "CJK UNIFIED IDEOGRAPH-2A6DF", 0x2A6E0: "", 0x31350: "CJK UNIFIED IDEOGRAPH-31350",
		0xE0020: "TAG SPACE", 0x202E: "RIGHT-TO-LEFT OVERRIDE",
	} {
		if got := Name(r); got != want {
			t.Errorf("Name(%U) is %q, want %q", r, got, want)
		}
		if got := string(AppendName([]byte("x"), r)); got != "x"+want {
			t.Errorf("AppendName(x, %U) is %q, want %q", r, got, "x"+want)
		}
	}
}

// A later version of the tables may bring ranges whose rule is not known here
// yet; this test says so.
func TestEveryLabelIsKnown(t *testing.T) {
	nameless := []string{"<control>", "<Private Use>", "<Non Private Use High Surrogate>",
		"<Private Use High Surrogate>", "<Low Surrogate>", "<Plane 15 Private Use>", "<Plane 16 Private Use>"}
	for r := range rune(unicode.MaxRune + 1) {
		label := runenames.Name(r)
		if _, ok := ruleOf(label); isLabel(label) && !ok && !slices.Contains(nameless, label) {
			t.Fatalf("%U is %s, for which there is no rule", r, label)
		}
	}
}

func TestEntriesAreAllNames(t *testing.T) {
	next := rune(0)
	check := func(to rune) { // there is no name from next up to to
		for ; next < to; next++ {
			if name := Name(next); name != "" {
				t.Fatalf("%U %s is missing", next, name)
			}
		}
	}
	for e := range entries() {
		check(e.lo)
		for ; next <= e.hi; next++ {
			if name := Name(next); name == "" || !strings.HasPrefix(name, e.name) || e.rule == nil && name != e.name {
				t.Fatalf("%U is %q, in an entry of %q", next, name, e.name)
			}
		}
	}
	check(unicode.MaxRune + 1)
}

func TestRulesInvert(t *testing.T) {
	for e := range entries() {
		for r := e.lo; e.rule != nil && r <= e.hi; r++ {
			if got, ok := e.rule.parse(string(e.rule.suffix(nil, r))); got != r || !ok {
				t.Fatalf("%s is read as %U, %t", Name(r), got, ok)
			}
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                  nil,
		" - \t\r\n--":       nil,
		"cat Face":          {"CAT", "FACE"},
		"-cat--face- ":      {"CAT", "FACE"},
		"groß ﬂag":          {"GROSS", "FLAG"},
		"a\x1fb\u2003c\xff": {"A", "B", "C\uFFFD"},
	} {
		if diff := cmp.Diff(want, Words(text)); diff != "" {
			t.Errorf("Words(%q): %s", text, diff)
		}
	}
}

func TestSearch(t *testing.T) {
	index := New()
	for query, want := range map[string]string{
		"":                       "",
		"-":                      "",
		"nosuchword":             "",
		"cat nosuchword":         "",
		"registered":             "®",
		"EYES smiling-cat heart": "😻",
		"hangul GAG":             "각",
		"gag ga":                 "",
		"4e00":                   "一🈩",
		"cjk unified 4E00":       "一🈩",
		"hangul 4e00":            "",
		"4e00 4e01":              "",
		"04e00":                  "",
		"+4e00":                  "",
		"face ideograph":         "\uface",
		"brakcet":                "︘",
		"17000":                  "𗀀",
		"nushu character 1b170":  "𛅰",
		"low line double":        "\u0333‗",
		"\xff":                   "",
	} {
		if got := string(runes(index.Search(query))); got != want {
			t.Errorf("Search(%q) is %q, want %q", query, got, want)
		}
		if got := string(runes(Search(query))); got != want {
			t.Errorf("without the index Search(%q) is %q, want %q", query, got, want)
		}
	}
	if n := index.Search("cat face").Len(); n != 10 {
		t.Errorf("%d cat faces, want 10", n)
	}
}

// FuzzSearch compares the index, the scan, and what both are to compute.
func FuzzSearch(f *testing.F) {
	for _, query := range []string{"cat face", "Cjk 4e00", "hangul syllable-gag", "ß\xff", "tangut ideograph 17000", "face", "a a"} {
		f.Add(query)
	}
	index := New()
	names := map[rune][]string{}
	for e := range entries() {
		for r := e.lo; r <= e.hi; r++ {
			names[r] = Words(Name(r))
		}
	}
	f.Fuzz(func(t *testing.T, query string) {
		found, words := index.Search(query), Words(query)
		if diff := cmp.Diff(runes(found), runes(Search(query))); diff != "" {
			t.Errorf("%q (-index +scan): %s", query, diff)
		}
		if len(words) == 0 {
			return
		}
		n := 0
		for r := range names {
			if !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(names[r], w) }) {
				n++
			}
		}
		if n != found.Len() {
			t.Errorf("%q: found %d, want %d", query, found.Len(), n)
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("cat-face\x1f ß")
	f.Fuzz(func(t *testing.T, text string) {
		words := Words(text)
		for _, w := range words {
			if w == "" || strings.ContainsFunc(w, splits) {
				t.Errorf("Words(%q) has %q", text, w)
			}
		}
		if diff := cmp.Diff(words, Words(strings.Join(words, "-"))); diff != "" {
			t.Errorf("Words(%q) are not words: %s", text, diff)
		}
	})
}

func TestPage(t *testing.T) {
	set := Set{[]span{{'a', 'c'}, {'x', 'x'}, {'y', 'z'}}}
	for _, tt := range []struct {
		offset, limit int
		want          string
	}{
		{0, 100, "abcxyz"}, {0, 0, ""}, {2, 3, "cxy"}, {3, 1, "x"}, {5, 9, "z"}, {6, 1, ""}, {-1, 2, "ab"}, {0, -1, ""},
	} {
		page := set.Page(tt.offset, tt.limit)
		if got := string(runes(page)); got != tt.want || page.Len() != len(got) {
			t.Errorf("Page(%d, %d) is %q, want %q", tt.offset, tt.limit, got, tt.want)
		}
	}
}

func TestAllStopsEarly(t *testing.T) {
	for r := range New().Search("cjk").All() {
		if r != 0x2E80 {
			t.Fatalf("first is %U", r)
		}
		break
	}
}

func TestReportStopsAtAnError(t *testing.T) {
	full := errors.New("disk full")
	r, w := io.Pipe()
	r.CloseWithError(full)
	for _, query := range []string{"cat", "nosuchword"} {
		if err := Search(query).Report(w, "\n"); !errors.Is(err, full) {
			t.Errorf("%s: error %v, want %v", query, err, full)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New()
	}
}

func BenchmarkSearch(b *testing.B) {
	index := New()
	for _, query := range []string{"cat face", "cjk", "latin small letter"} {
		b.Run("index/"+query, func(b *testing.B) {
			for b.Loop() {
				index.Search(query)
			}
		})
		b.Run("scan/"+query, func(b *testing.B) {
			for b.Loop() {
				Search(query)
			}
		})
	}
}

func ExampleSearch() {
	for r := range Search("cat face eyes").All() {
		fmt.Printf("%c %s\n", r, Name(r))
	}
	// Output:
	// 😸 GRINNING CAT FACE WITH SMILING EYES
	// 😻 SMILING CAT FACE WITH HEART-SHAPED EYES
	// 😽 KISSING CAT FACE WITH CLOSED EYES
}

func ExampleIndex_Search() {
	index := New()
	for _, query := range []string{"cjk", "hangul-syllable", "4e00", "no such thing"} {
		fmt.Println(query, index.Search(query).Len())
	}
	// Output:
	// cjk 98263
	// hangul-syllable 11172
	// 4e00 2
	// no such thing 0
}

func ExampleSet_Page() {
	hearts := New().Search("heart")
	fmt.Printf("%d hearts, of which from the eleventh on:\n", hearts.Len())
	for r := range hearts.Page(10, 3).All() {
		fmt.Printf("%c %s\n", r, Name(r))
	}
	// Output:
	// 35 hearts, of which from the eleventh on:
	// ⼼ KANGXI RADICAL HEART
	// 🎔 HEART WITH TIP ON THE LEFT
	// 💑 COUPLE WITH HEART
}

func ExampleSet_Report() {
	var report strings.Builder
	Search("chess king turned").Report(&report, "\n")
	fmt.Print(report.String())
	// Output:
	// U+1FA1E	🨞	WHITE CHESS TURNED KING
	// U+1FA24	🨤	BLACK CHESS TURNED KING
	// U+1FA2A	🨪	NEUTRAL CHESS TURNED KING
	// ────────────────────────────────────────────────────────────────── 3 found
}
