package flags

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func ExampleSelect() {
	codes, err := Select(Selection{Words: []string{"us", "BR", "us"}})
	fmt.Println(codes, err)
	codes, err = Select(Selection{All: true, Limit: 3})
	fmt.Println(codes, err)
	_, err = Select(Selection{Words: []string{"BRA"}})
	fmt.Println(err)
	// Output:
	// [BR US] <nil>
	// [AD AE AF] <nil>
	// code "BRA": want two letters from AA to ZZ, or one letter for its whole range
}

func TestSelect(t *testing.T) {
	for _, tt := range []struct {
		s           Selection
		n           int
		first, last Code
	}{
		{Selection{}, 20, "BD", "VN"},
		{Selection{All: true}, 194, "AD", "ZW"},
		{Selection{Every: true}, 676, "AA", "ZZ"},
		{Selection{Every: true, All: true, Words: []string{"br"}}, 676, "AA", "ZZ"},
		{Selection{All: true, Words: []string{"zz"}}, 195, "AD", "ZZ"},
		{Selection{Words: []string{"b", "BR", "a"}}, 52, "AA", "BZ"},
		{Selection{Words: []string{"b"}, Limit: 2}, 2, "BA", "BB"},
		{Selection{Limit: 1000}, 20, "BD", "VN"},
	} {
		codes, err := Select(tt.s)
		if err != nil || len(codes) != tt.n || codes[0] != tt.first || codes[tt.n-1] != tt.last {
			t.Errorf("Select(%+v): %d codes, %v", tt.s, len(codes), err)
		}
		if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) {
			t.Errorf("Select(%+v): %v is not sorted and without duplicates", tt.s, codes)
		}
	}
}

// FuzzParseCodes checks that the codes are well-formed, whatever the word.
func FuzzParseCodes(f *testing.F) {
	for _, word := range []string{"", "b", "Br", "BRA", "1A", "é", "ı", "ſ", "K", "-", "B\x00"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		codes, err := ParseCodes(word)
		if err != nil {
			if codes != nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", word)) {
				t.Errorf("%q: %v with error %v, which should name the word", word, codes, err)
			}
			return
		}
		if len(codes) != 1 && len(codes) != 26 {
			t.Errorf("%q: %d codes", word, len(codes))
		}
		for _, c := range codes {
			if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' || !strings.EqualFold(string(c[:len(word)]), word) {
				t.Errorf("%q: code %q", word, c)
			}
		}
	})
}
