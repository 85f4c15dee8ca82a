package flagserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image/gif"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// countries are the codes in the table the set was made from.
func countries(t testing.TB) []string {
	t.Helper()
	table, err := os.ReadFile("gen/countries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for line := range strings.Lines(string(table)) {
		code, _, _ := strings.Cut(line, "\t")
		codes = append(codes, code)
	}
	return codes[1:]
}

func TestSet(t *testing.T) {
	codes := countries(t)
	if len(codes) != 194 || codes[0] != "AD" || codes[193] != "ZW" {
		t.Errorf("%d countries from %s to %s, want 194 from AD to ZW", len(codes), codes[0], codes[len(codes)-1])
	}
	for _, code := range codes {
		cc := strings.ToLower(code)
		checkPicture(t, path.Join(cc, cc+".gif"))
		checkMetadata(t, path.Join(cc, "metadata.json"), code)
	}
}

func checkPicture(t *testing.T, name string) {
	t.Helper()
	data := readSet(t, name)
	if len(data) < 1<<10 || len(data) > 36<<10 {
		t.Errorf("%s: %d bytes, want 1 to 36 KB", name, len(data))
	}
	if _, err := gif.Decode(bytes.NewReader(data)); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func checkMetadata(t *testing.T, name, code string) {
	t.Helper()
	var country struct {
		Code string `json:"iso_cc"`
		Name string `json:"country"`
	}
	if err := json.Unmarshal(readSet(t, name), &country); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if country.Code != code || country.Name == "" {
		t.Errorf("%s: %+v, want the code %s and a name", name, country, code)
	}
}

// A cache trusts Last-Modified: a new set with the old date would never reach
// those who have the old one.
func TestSetDateMovesWithSet(t *testing.T) {
	sum := sha256.New()
	files := 0
	err := fs.WalkDir(Set(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		fmt.Fprintf(sum, "%s %x\n", name, sha256.Sum256(readSet(t, name)))
		return nil
	})
	if err != nil || files != 2*194 {
		t.Errorf("%d files, error %v; want %d files", files, err, 2*194)
	}
	const date, want = "2026-01-01", "c758f921a20a4bab"
	if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != want || setDate().Format("2006-01-02") != date {
		t.Errorf("set %s of %s, want %s of %s: a new set needs a new date, here and in Set's comment",
			got, setDate().Format("2006-01-02"), want, date)
	}
}
