package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"getflags/flags/flagserver"
)

// client is a program that fetches the set from a faulty server: command
// returns its command line, for a list of URLs in the file urls, each saved
// below dir under its path.
type client struct {
	name    string
	version []string
	command func(server, urls, dir string) []string
}

func peers() []client {
	return []client{
		{"curl", []string{"curl", "--version"}, func(_, urls, _ string) []string {
			return []string{"curl", "-sZ", "--fail", "--retry", "2", "--parallel-max", "5", "--speed-time", "2",
				"--speed-limit", "1", "--create-dirs", "-L", "-K", urls + ".curl"}
		}},
		{"wget2", []string{"wget2", "--version"}, func(_, urls, dir string) []string {
			return []string{"wget2", "-q", "--tries=3", "--timeout=2", "--max-threads=5", "-x", "-nH", "--cut-dirs=1",
				"-P", dir, "-i", urls}
		}},
		{"aria2", []string{"aria2c", "--version"}, func(_, urls, dir string) []string {
			return []string{"aria2c", "-q", "--max-tries=3", "--timeout=2", "-j5", "-d", dir, "-i", urls + ".aria2"}
		}},
	}
}

// left is what a client left behind: of forty files, those that are whole and
// those that stand under their final name but are something else.
type left struct{ whole, broken, code int }

func (l left) String() string {
	return fmt.Sprintf("%d whole, %d broken, exit %d", l.whole, l.broken, l.code)
}

// TestFaultTable writes the table in docs/faults.md, with FAULT_TABLE=1 and
// where all the peers are installed; without, it holds the table's column for
// flags to what flags does today.
func TestFaultTable(t *testing.T) {
	if testing.Short() {
		t.Skip("its retries take 8 s; make test-all runs it")
	}
	const document = "../../docs/faults.md"
	write := os.Getenv("FAULT_TABLE") != ""
	old, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, r := range rows() {
		if r.options == "--retry-all-errors" {
			continue
		}
		cells := []string{fmt.Sprintf("%s=%g", r.kind, r.share), ours(t, r).String()}
		if !write {
			if line := "| " + strings.Join(cells, " | ") + " |"; !strings.Contains(string(old), line) {
				t.Errorf("%s does not say %q", document, line)
			}
			continue
		}
		for _, p := range peers() {
			cells = append(cells, theirs(t, r, p))
		}
		fmt.Fprintf(&table, "| %s |\n", strings.Join(cells, " | "))
	}
	if write {
		head, rest, _ := strings.Cut(string(old), "<!-- table -->\n")
		_, tail, _ := strings.Cut(rest, "<!-- end -->\n")
		text := head + "<!-- table -->\n" + tableHead(t) + table.String() + "<!-- end -->\n" + tail
		if err := os.WriteFile(document, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func tableHead(t *testing.T) string {
	cells := []string{"fault", "flags"}
	for _, p := range peers() {
		out, err := exec.Command(p.version[0], p.version[1:]...).Output()
		if err != nil {
			t.Skipf("%s is not installed: %v", p.name, err)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		for _, word := range strings.Fields(line) {
			if strings.Trim(word, "0123456789.") == "" {
				cells = append(cells, p.name+" "+word)
				break
			}
		}
	}
	return "| " + strings.Join(cells, " | ") + " |\n" + strings.Repeat("|---", len(cells)) + "|\n"
}

func (r row) server(t *testing.T) (*httptest.Server, fstest.MapFS) {
	set := tinySet(t)
	handler, err := flagserver.New(set, flagserver.Behaviour{
		Faults:    flagserver.Faults{{Kind: r.kind, Probability: r.share}},
		BytePause: time.Millisecond,
		Seed:      uint64(len(r.kind)),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server, set
}

func ours(t *testing.T, r row) left {
	server, set := r.server(t)
	dir := t.TempDir()
	args := append([]string{"A", "-l", "20", "-s", server.URL + "/flags", "-o", dir, "--save-metadata",
		"--timeout", r.timeout()}, strings.Fields(r.options)...)
	code, _, _ := runProgram(t, args...)
	whole := map[string]string{}
	for i := range 20 {
		cc := "a" + string(rune('a'+i))
		whole["Land_"+cc+".gif"] = string(set[cc+"/"+cc+".gif"].Data)
		whole["Land_"+cc+".json"] = string(set[cc+"/metadata.json"].Data)
	}
	return compare(readDir(t, dir), whole, code)
}

func theirs(t *testing.T, r row, p client) string {
	if r.kind == flagserver.Huge {
		return "not run: nothing bounds a body without a length"
	}
	server, set := r.server(t)
	dir, urls := t.TempDir(), filepath.Join(t.TempDir(), "urls")
	whole := map[string]string{}
	var plain, curl, aria2 strings.Builder
	for name, file := range set {
		whole[name] = string(file.Data)
		url := server.URL + "/flags/" + name
		fmt.Fprintln(&plain, url)
		fmt.Fprintf(&curl, "url=%s\noutput=%s\n", url, filepath.Join(dir, name))
		fmt.Fprintf(&aria2, "%s\n out=%s\n", url, name)
	}
	for suffix, text := range map[string]*strings.Builder{"": &plain, ".curl": &curl, ".aria2": &aria2} {
		if err := os.WriteFile(urls+suffix, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	words := p.command(server.URL, urls, dir)
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	_ = command.Run() // its exit code is what is asked for
	return compare(readDir(t, dir), whole, command.ProcessState.ExitCode()).String()
}

func compare(got, whole map[string]string, code int) left {
	l := left{code: code}
	for name, data := range got {
		switch {
		case whole[name] == data:
			l.whole++
		case strings.HasSuffix(name, ".aria2"): // its notes on a partial file
		default:
			l.broken++
		}
	}
	return l
}
