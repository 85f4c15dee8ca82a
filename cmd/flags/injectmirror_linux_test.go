package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"getflags/cmd/flags/internal/record"
	"getflags/flags/mirror"
)

// edition is what a site has: images by their code. Its metadata name the
// image, so that no pair is whole but those of one edition.
type edition map[string]string

func (e edition) image(cc string) string    { return imageOf(e[cc]) }
func (e edition) metadata(cc string) string { return fmt.Sprintf(`{"country": %q}`, e[cc]) }

// Two editions: AD changes, AE goes, AM comes, AF and AL stay.
var (
	before = edition{"ad": "Andorra", "ae": "Emirates", "af": "Afghanistan", "al": "Albania"}
	after  = edition{"ad": "Andorra anew", "am": "Armenia", "af": "Afghanistan", "al": "Albania"}
)

// press is a site that serves the edition it has just now.
type press struct{ now atomic.Pointer[edition] }

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := *p.now.Load()
	cc := strings.Split(r.URL.Path, "/")[1]
	if e[cc] == "" {
		http.NotFound(w, r)
		return
	}
	etag := fmt.Sprintf("%q", strings.ReplaceAll(e[cc], " ", "-"))
	w.Header().Set("ETag", etag)
	w.Header().Set("Last-Modified", "Sun, 01 Mar 2026 12:00:00 GMT")
	switch {
	case r.Header.Get("If-None-Match") == etag:
		w.WriteHeader(http.StatusNotModified)
	case strings.HasSuffix(r.URL.Path, ".json"):
		io.WriteString(w, e.metadata(cc))
	default:
		io.WriteString(w, e.image(cc))
	}
}

// Whichever system call fails, each flag of a mirror is whole and of one
// edition of the site, the run says so if it did not come to its end, and the
// next one does.
func TestMirrorInjected(t *testing.T) {
	needStrace(t)
	program, site := buildStatic(t), new(press)
	site.now.Store(&before)
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	args := func(dir string) []string {
		return []string{"mirror", "AD", "AE", "AF", "AL", "AM", "--prune", "--max-delete", "1", "-m", "3", "--json", "-s", server.URL, "-o", dir}
	}
	old := filepath.Join(t.TempDir(), "old")
	var out, errs transcript
	if code := inProcess(t.Context(), &out, &errs, args(old)...); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, &out, &errs)
	}
	writeFile(t, filepath.Join(old, "af", "af.gif"), "GIF89a damaged")
	writeFile(t, filepath.Join(old, "ad", "notes.txt"), "mine")
	site.now.Store(&after)
	for name, tt := range map[string]struct{ always, without []string }{
		"anywhere":          {nil, nil},
		"without renameat2": {[]string{"renameat2:error=EINVAL"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			scene{
				program: program, always: tt.always, without: tt.without, args: args,
				prepare: func(t *testing.T, dir string) {
					if err := os.CopyFS(dir, os.DirFS(old)); err != nil {
						t.Fatal(err)
					}
				},
				check: checkMirror, converged: checkConverged,
			}.inject(t)
		})
	}
}

// checkMirror holds a directory to both editions, to its manifest and to what
// the run said.
func checkMirror(t *testing.T, dir string, r traced) {
	for _, cc := range []string{"ad", "ae", "af", "al", "am"} {
		image, metadata := readOr(dir, cc, cc+".gif"), readOr(dir, cc, "metadata.json")
		damaged := cc == "af" && image == "GIF89a damaged" && metadata == before.metadata(cc)
		gone := before[cc] == "" || after[cc] == ""
		switch {
		case before[cc] != "" && image == before.image(cc) && metadata == before.metadata(cc):
		case after[cc] != "" && image == after.image(cc) && metadata == after.metadata(cc):
		case damaged:
		case gone && image == "" && metadata == "":
		default:
			t.Errorf("%s is of no edition: %.30q, %q", cc, image, metadata)
		}
	}
	if notes := readOr(dir, "ad", "notes.txt"); notes != "mine" {
		t.Errorf("somebody's notes are %q", notes)
	}
	checkTold(t, dir, r.out)
	if r.code == 0 {
		checkManifest(t, dir, r)
	}
}

// checkManifest holds a mirror whose run came to its end to its manifest. What
// could not be removed may still lie there, if the run said so.
func checkManifest(t *testing.T, dir string, r traced) {
	_, faults, err := mirror.Verify(t.Context(), dir)
	if err != nil {
		t.Errorf("exit code 0, but %v", err)
	}
	for _, f := range faults {
		left := f.Kind == mirror.Leftover && r.errs != ""
		if !left && f.Name != "ad/notes.txt" {
			t.Errorf("exit code 0, but %v", f)
		}
	}
}

func readOr(elements ...string) string {
	data, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		return ""
	}
	return string(data)
}

// checkTold holds the records of flags that were fetched to the files.
func checkTold(t *testing.T, dir, out string) {
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		var r record.Flag
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Status != "new" && r.Status != "changed" && r.Status != "repaired" {
			continue // a line that is cut says nothing
		}
		data, err := os.ReadFile(r.File)
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); err != nil || r.SHA256 != sum {
			t.Errorf("%s is not what the record says: %d bytes, %v", r.File, len(data), err)
		}
	}
}

// checkConverged wants the new edition, and what is not the mirror's, and no
// more.
func checkConverged(t *testing.T, dir string) {
	files, faults, err := mirror.Verify(t.Context(), dir)
	if files != 2*len(after) || len(faults) != 1 || err != nil {
		t.Errorf("%d files after the next run, want %d; %v, %v", files, 2*len(after), faults, err)
	}
	want := map[string]string{"ad/notes.txt": "mine"}
	for cc := range after {
		want[cc+"/"+cc+".gif"], want[cc+"/metadata.json"] = after.image(cc), after.metadata(cc)
	}
	got := readDir(t, dir)
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is %.30q after the next run", name, got[name])
		}
	}
	for name := range got {
		if want[name] == "" && strings.Contains(name, "/") {
			t.Errorf("%s is left after the next run", name)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(after)+len(topLevel(entries)) {
		t.Errorf("%v is left after the next run, %v", entries, err)
	}
}

// topLevel are the files of a mirror itself.
func topLevel(entries []os.DirEntry) (names []string) {
	for _, e := range entries {
		if name := e.Name(); name == mirror.ManifestName || name == mirror.SumsName || name == ".lock" {
			names = append(names, name)
		}
	}
	return names
}
