package visible_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"getflags/internal/visible"
)

func TestNotSeen(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":                     {`Côte d'Ivoire, \n 日本`, `Côte d'Ivoire, \n 日本`},
		"ends of lines":             {"a\nb\rc\td\u2028e\u2029f\u0085", `a\nb\rc\td\u2028e\u2029f\u0085`},
		"escape sequence":           {"418 \x1b[2J\x07\x00\x7f", `418 \x1b[2J\x07\x00\x7f`},
		"C1 sequence":               {"a\u009b2Jb\u0090", `a\u009b2Jb\u0090`},
		"C1 as bytes":               {"a\x9b2J", `a\x9b2J`},
		"no UTF-8":                  {"a\xffb\xc3", `a\xffb\xc3`},
		"lone surrogate":            {"a\xed\xa0\x80", `a\xed\xa0\x80`},
		"replacement character":     {"a\ufffdb", "a\ufffdb"},
		"bidirectional controls":    {"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", `\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069`},
		"letters of no look":        {"\u3164\u115f\u1160\uffa0\u17b4\u17b5", `\u3164\u115f\u1160\uffa0\u17b4\u17b5`},
		"blanks":                    {"\u2800\u034f\u00ad\u200b\u2060\ufeff\U0001d159\U00016fe4", `\u2800\u034f\u00ad\u200b\u2060\ufeff\U0001d159\U00016fe4`},
		"tags":                      {"A\U000e0041\U000e0001", `A\U000e0041\U000e0001`},
		"private use":               {"\ue000\U0010fffd", `\ue000\U0010fffd`},
		"no character":              {"\ufffe\u0378", `\ufffe\u0378`},
		"spaces":                    {"São\u00a0Tomé\u3000", "São\u00a0Tomé\u3000"},
		"mark on which signs stand": {"\u0600\u0661", "\u0600\u0661"},
		"right to left":             {"مصر, ישראל", "مصر, ישראל"},
		"selectors alone":           {"\ufe0fa\ufe00b\U000e0100", `\ufe0fa\ufe00b\U000e0100`},
	} {
		if got := visible.Text(c.in); got != c.want {
			t.Errorf("%s: %q becomes %s, want %s", name, c.in, got, c.want)
		}
	}
}

// What is part of a word's spelling stays; the same elsewhere does not.
func TestJoinersInWords(t *testing.T) {
	for language, word := range map[string]string{
		"Sinhala":           "ශ්\u200dරී ලංකාව",
		"Persian":           "بوسنی\u200cو\u200cهرزگوین",
		"Persian, pointed":  "خانه\u0654\u200cای",
		"Malayalam, old":    "ബ്രസീല\u0d4d\u200d",
		"Bengali":           "র\u200d\u09cdযান্ড",
		"Marathi":           "सुर\u094d\u200dया",
		"Kurdish":           "کوردستان\u200cی",
		"Mongolian":         "ᠮᠣᠩᠭᠣᠯ\u180eᠠ ᠭ\u180bᠠ",
		"Japanese":          "葛\U000e0100城",
		"emoji of a flag":   "🏳\ufe0f\u200d🌈",
		"emoji of a person": "👩🏽\u200d🚀",
		"emoji":             "❤\ufe0f ☺\ufe0e",
	} {
		if got := visible.Text(word); got != word {
			t.Errorf("%s: %q becomes %s", language, word, got)
		}
		if got := visible.Replace(word, '_'); got != word {
			t.Errorf("%s: %q becomes %s", language, word, got)
		}
	}
	for _, word := range []string{
		"Bra\u200dzil", "\u200cIran", "ایران\u200c", "ا\u200c\u200cی", "ایر\u200dA", "日\u200d本", "ශ\u200d", "a\u200d🌈", "👩\u200d",
		"❤\ufe0f\ufe0f", "葛\U000e0100\U000e0101", "\u180eᠠ", "ᠠ\u180e", "1\ufe0f", "ඒ\u200dක\u0d4d\u200d\u200dx",
	} {
		if got := visible.Text(word); !strings.Contains(got, `\`) {
			t.Errorf("%q stays as it is", word)
		}
	}
}

func TestReplace(t *testing.T) {
	if got := visible.Replace("a\u202eb\xff\xfec\n", '_'); got != "a_b__c_" {
		t.Errorf("got %q", got)
	}
}

// A program reads from the JSON what was written into it.
func TestJSON(t *testing.T) {
	want := map[string]string{"name": "\x1b\u009b\u202e\x7f\u3164\U000e0041 ශ්\u200dරී <é>\n\u2028", "é\u202d": ""}
	var b bytes.Buffer
	e := json.NewEncoder(visible.JSONWriter(&b))
	e.SetIndent("", "\t")
	if err := e.Encode(want); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.ContainsAny(text, "\x1b\u009b\u202e\u202d\x7f\u3164\U000e0041\u2028") {
		t.Errorf("not escaped: %q", text)
	}
	if !strings.Contains(text, "\n\t\"") || !strings.Contains(text, `\u202e\u007f\u3164\udb40\udc41 ශ්`) {
		t.Errorf("more escaped than what is not seen: %s", text)
	}
	var got map[string]string
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%q became %q", v, got[k])
		}
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(visible.Writer(&b), nil))
	log.Info("query", "query", "\u3164\u202e", "client", "\x1b[2J\n")
	if got := b.String(); strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, `query="\u3164\u202e" client="\x1b[2J\n"`+"\n") {
		t.Errorf("logged %q", got)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Brazil", "\x1b[2J", "ශ්\u200dරී", "\xff\u202e", "👩🏽\u200d🚀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := visible.Text(s)
		if visible.Text(once) != once {
			t.Errorf("%q becomes %q, and that %q", s, once, visible.Text(once))
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\n\r\x1b\u009b\u202e\u2066\u3164") {
			t.Errorf("%q becomes %q", s, once)
		}
	})
}
