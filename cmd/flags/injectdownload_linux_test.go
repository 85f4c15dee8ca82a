package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"getflags/cmd/flags/internal/record"
)

// Whichever system call fails, what a download leaves is whole, and is what it
// says; and the next run completes it.
func TestDownloadInjected(t *testing.T) {
	needStrace(t)
	program, site := buildStatic(t), localSite(t)
	old := map[string]string{
		"Andorra.gif": "GIF89a old", "Andorra.json": "{}", "notes.txt": "mine", ".download-0123456789abcdef.part": "GIF",
	}
	for name, tt := range map[string]struct {
		old             map[string]string
		always, without []string
	}{
		"into a new directory": {nil, nil, []string{"renameat", "linkat", "ftruncate", "utimensat"}},
		"over older files":     {old, nil, []string{"linkat", "ftruncate", "utimensat", "mkdirat"}},
		"without renameat2":    {old, []string{"renameat2:error=EINVAL"}, []string{"linkat", "ftruncate", "utimensat", "mkdirat"}},
	} {
		t.Run(name, func(t *testing.T) {
			scene{
				program: program, always: tt.always, without: tt.without,
				prepare: func(t *testing.T, dir string) { fill(t, dir, tt.old) },
				args: func(dir string) []string {
					return []string{"AD", "AE", "AF", "AG", "AL", "AM", "-m", "3", "--save-metadata", "--json", "-s", site, "-o", dir}
				},
				check:     func(t *testing.T, dir string, r traced) { checkDownload(t, dir, r, tt.old) },
				converged: func(t *testing.T, dir string) { checkComplete(t, dir, tt.old) },
			}.inject(t)
		})
	}
}

// asked are the names of the flags that the scene downloads.
func asked() []string {
	return []string{"Andorra", "United_Arab_Emirates", "Afghanistan", "Antigua_and_Barbuda", "Albania", "Armenia"}
}

// fill makes a directory of files.
func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		writeFile(t, filepath.Join(dir, name), text)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// checkDownload holds a directory and what the run said of it to each other.
func checkDownload(t *testing.T, dir string, r traced, old map[string]string) {
	set, files := wholeSet(t), map[string]string{}
	if _, err := os.Stat(dir); err == nil {
		files = readDir(t, dir)
	}
	for name, text := range files {
		if !temporary(name) && text != string(set[name]) && text != old[name] {
			t.Errorf("%s is broken: %d bytes", name, len(text))
		}
	}
	for name := range old {
		if _, ok := files[name]; !ok && !temporary(name) {
			t.Errorf("%s is lost", name)
		}
	}
	if n := checkSaid(t, files, dir, r.out); n != len(asked()) && r.code == 0 {
		t.Errorf("exit code 0, but %d flags\n%s", n, r.errs)
	}
}

func temporary(name string) bool {
	return strings.HasPrefix(name, ".download-") && strings.HasSuffix(name, ".part")
}

// checkSaid holds the records of downloaded flags to the files, and returns
// their number.
func checkSaid(t *testing.T, files map[string]string, dir, out string) (n int) {
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		var r record.Flag
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Status != record.Downloaded {
			continue // a line that is cut says nothing
		}
		n++
		name, err := filepath.Rel(dir, r.File)
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(files[name]))); err != nil || r.SHA256 != sum {
			t.Errorf("%s is not what the record says: %d bytes", r.File, len(files[name]))
		}
	}
	return n
}

// checkComplete wants all that was asked for, and nothing temporary.
func checkComplete(t *testing.T, dir string, old map[string]string) {
	set, files := wholeSet(t), readDir(t, dir)
	for _, name := range asked() {
		if files[name+".gif"] != string(set[name+".gif"]) || files[name+".json"] != string(set[name+".json"]) {
			t.Errorf("%s is not complete after the next run", name)
		}
	}
	want := 2 * len(asked())
	if notes, ok := old["notes.txt"]; ok {
		if want++; files["notes.txt"] != notes {
			t.Error("somebody's notes are gone, or others")
		}
	}
	if len(files) != want {
		t.Errorf("%d files after the next run, want %d and nothing temporary", len(files), want)
	}
}
