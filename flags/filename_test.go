package flags

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"getflags/internal/visible"
)

func TestFileStem(t *testing.T) {
	for country, want := range map[string]string{
		"Brazil":                 "Brazil",
		"United States":          "United_States",
		"Côte d'Ivoire":          "Côte_d'Ivoire",
		"Co\u0302te d'Ivoire":    "Côte_d'Ivoire",
		"Korea, North":           "Korea,_North",
		"Congo (Kinshasa)":       "Congo_(Kinshasa)",
		"../../etc/x":            "___.._etc_x",
		`C:\x`:                   "C__x",
		"..":                     "__",
		"nul":                    "_nul",
		"Com7.x":                 "_Com7.x",
		"Common":                 "Common",
		"a\u202egif.exe":         "a_gif.exe",
		"\xff\xfe":               "_",
		strings.Repeat("é", 300): strings.Repeat("é", 100),
	} {
		if got := fileStem(country); got != want {
			t.Errorf("fileStem(%q) = %q, want %q", country, got, want)
		}
	}
}

// A name never means a device on Windows and has no invisible characters, except
// the joiners that spell Sinhala and Persian words.
func TestNamesOfDevicesAndInvisibleLetters(t *testing.T) {
	for country, want := range map[string]string{
		"COM¹":                                "_COM¹",
		"lpt².tar":                            "_lpt².tar",
		"Com³":                                "_Com³",
		"COM⁴":                                "COM⁴",
		"COM¹²":                               "COM¹²",
		"CONIN$":                              "_CONIN$",
		"conout$.x":                           "_conout$.x",
		"CONIN":                               "CONIN",
		"Bra\u3164zil":                        "Bra_zil",
		"\u115f\u1160\uffa0\u2800":            "____",
		"Bra\u034fzil":                        "Bra_zil",
		"Brazil\ufe0f":                        "Brazil_",
		"\u061cA\u200eB\u2066C":               "_A_B_C",
		"A\U000e0042":                         "A_",
		"Bra\u200dzil":                        "Bra_zil",
		"S\u00a0\u3000\u2028x":                "S___x",
		"ශ්\u200dරී ලංකාව":                    "ශ්\u200dරී_ලංකාව",
		strings.Repeat("x", 194) + "ب\u200cب": strings.Repeat("x", 194) + "ب_",
		"بوسنی\u200cو هرزگوین":                "بوسنی\u200cو_هرزگوین",
	} {
		if got := fileStem(country); got != want {
			t.Errorf("fileStem(%q) = %q, want %q", country, got, want)
		}
	}
}

// FuzzFileStem checks that every file system accepts the names, and tries them
// on the local one.
func FuzzFileStem(f *testing.F) {
	for _, s := range []string{"Brazil", "../../etc/x", "a/b", "", ".", "CON", strings.Repeat("x", 300), "a\x00b", "\xff", "COM1.tar", " ", "CONIN$", "COM¹", "\u3164", "ශ්\u200dරී", "A\u200dB\u0300"} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, country string) {
		stem := fileStem(country)
		if country != "" && stem == "" || len(stem) > maxStem || !utf8.ValidString(stem) {
			t.Fatalf("fileStem(%q) = %q", country, stem)
		}
		if strings.ContainsAny(stem, `/\:*?"<>| `) || strings.HasPrefix(stem, ".") || visible.Text(stem) != stem {
			t.Errorf("fileStem(%q) = %q", country, stem)
		}
		if again := fileStem(stem); again != stem && len(stem) < maxStem {
			t.Errorf("fileStem(%q) = %q, but %q the second time", country, stem, again)
		}
		name := stem + ".gif"
		if !fs.ValidPath(name) || !filepath.IsLocal(name) {
			t.Errorf("%q is not a local path", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Error(err)
		}
		os.Remove(filepath.Join(dir, name))
	})
}
