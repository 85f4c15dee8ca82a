package doctest

import (
	"strings"
	"testing"
)

// fence lets pages be written as Go strings: ' stands for a back quote.
func fence(page string) string { return strings.ReplaceAll(page, "'''", "```") }

func TestPages(t *testing.T) {
	for _, test := range []struct {
		name, page string
		ran        int
		fault      string // part of the error, or "" if there is none
	}{
		{"outputs", "'''console\n$ echo a; echo b >&2\na\nb\n$ true\n'''\n", 2, ""},
		{"an output that is another", "'''console\n$ echo a\nb\n'''\n", 0, "line 2: echo a prints\na\n"},
		{"an output that is not told", "'''console\n$ echo a\n'''\n", 0, "prints"},
		{"no output", "'''console\n$ true\na\n'''\n", 0, "prints"},
		{"any text", "'''console\n$ printf '1\\n2 x\\n3\\n'\n1\n2 …\n…\n'''\n", 1, ""},
		{"durations", "'''console\n$ echo took 1m20s, 5ms\ntook 3.25s, 17µs\n'''\n", 1, ""},
		{"other numbers", "'''console\n$ echo 17\n18\n'''\n", 0, "prints"},
		{"figures", "'''console figures\n$ echo '17.5 kB  ~ 3'\n18 kB 4\n'''\n", 1, ""},
		{"unordered", "'''console unordered\n$ printf 'a\\nbc\\nb\\n'\nb…\na\nb\n'''\n", 1, ""},
		{"unordered, one too few", "'''console unordered\n$ printf 'a\\nb\\n'\nb\n'''\n", 0, "prints"},
		{"one shell", "'''sh\nx=5\n'''\n'''console\n$ echo $x\n5\n'''\n", 2, ""},
		{"continued", "'''console\n$ echo \\\n    a\na\n'''\n", 1, ""},
		{"sh fails", "'''sh\n# A comment.\nfalse\n'''\n", 0, "line 3: false: exit code 1"},
		{"background", "'''console\n$ (sleep .1; echo up; exec sleep 100) &\nup\n$ echo a\na\n'''\n", 2, ""},
		{"in a list", "1. Say\n\n   '''console\n   $ echo a\n   a\n   '''\n", 1, ""},
		{"a file", "'''text file=x\nhello\n'''\n'''console\n$ cat x\nhello\n'''\n", 1, ""},
		{"not run", "'''console no-run: it takes a week\n$ false\n'''\n", 0, ""},
		{"not run, without a reason", "'''console no-run\n$ false\n'''\n", 0, "needs a reason"},
		{"a program that is not there", "'''sh needs:no-such-program\nfalse\n'''\n", 0, ""},
		{"an unknown word", "'''console lnog\n$ true\n'''\n", 0, `unknown word "lnog"`},
		{"a block of nothing", "'''\nflags\n'''\n", 0, "line 1: a block needs a word"},
		{"an indented block", "Say\n\n    flags\n", 0, "line 3: an indented block"},
		{"a block without an end", "'''sh\n", 0, "has no end"},
		{"a command that ends the shell", "'''sh\nexit 3\n'''\n", 0, "line 2: exit 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := runner{log: t.Logf, dir: t.TempDir()}
			err := r.page(t.Context(), fence(test.page), Options{})
			if test.fault == "" && err != nil || test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)) {
				t.Errorf("error %v, want %q", err, test.fault)
			}
			if r.ran != test.ran {
				t.Errorf("%d commands run, not %d", r.ran, test.ran)
			}
		})
	}
}

func TestNoBlockIsForgotten(t *testing.T) {
	r := runner{log: t.Logf, dir: t.TempDir()}
	page := fence("'''console no-run: too long\n$ a\n$ b\n'''\n'''console needs:no-such-program\n$ c\n'''\n")
	if err := r.page(t.Context(), page, Options{}); err != nil {
		t.Fatal(err)
	}
	if r.never != 2 || r.skipped != 1 {
		t.Errorf("%d never run and %d not run here, not 2 and 1", r.never, r.skipped)
	}
	for least, fails := range map[int]bool{1: false, 2: true} {
		if err := (Page{Path: "page.md", Least: least}).enough(r.ran + r.skipped); (err != nil) != fails {
			t.Errorf("at least %d: error %v", least, err)
		}
	}
}

func TestExcerpts(t *testing.T) {
	code := []string{"\tif x {\n\t\ty()\n\t}\n"}
	for part, want := range map[string]bool{
		"if x {\n\ty()\n}": true, "if x {\n\tz()": false, "if x {\n// …\n}": true, "y()\n// …\nif x {": false,
	} {
		if got := anyContains(code, unindented(part)); got != want {
			t.Errorf("%q stands in the code: %t", part, got)
		}
	}
}

func TestHeadings(t *testing.T) {
	page := "# One\n\ntext\n\n## What exit code 0 means, really?\n"
	for anchor, want := range map[string]bool{"one": true, "what-exit-code-0-means-really": true, "text": false, "One": false} {
		if got := hasHeading(page, anchor); got != want {
			t.Errorf("#%s is a heading: %t", anchor, got)
		}
	}
}
