package mirror

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"getflags/flags/flagserver"
)

// telling is a site that tells its sums, and what it was asked for.
type telling struct {
	set   fstest.MapFS
	mu    sync.Mutex
	asked []string // the paths, with the status behind them
	sums  func(http.ResponseWriter, *http.Request)
}

func newTelling(codes ...string) *telling {
	s := &telling{set: fstest.MapFS{}}
	for _, cc := range codes {
		s.publish(cc, 1)
	}
	return s
}

func (s *telling) publish(cc string, version int) {
	s.set[cc+"/"+cc+".gif"] = &fstest.MapFile{Data: fmt.Appendf(nil, "GIF89a %s %d", cc, version)}
	s.set[cc+"/metadata.json"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"country": "%s %d"}`, cc, version)}
}

func (s *telling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "SHA256SUMS") && s.sums != nil {
		s.sums(w, r)
		return
	}
	h, err := flagserver.New(s.set, flagserver.Local()) // anew, as it remembers
	if err != nil {
		panic(err)
	}
	r.URL.Path = "/flags" + r.URL.Path
	recorded := &status{ResponseWriter: w}
	h.ServeHTTP(recorded, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, fmt.Sprint(strings.TrimPrefix(r.URL.Path, "/flags/"), " ", recorded.code))
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// expect mirrors BR and CN and compares what became of them and what it took.
func (s *telling) expect(t *testing.T, dir string, lines []string, asked ...string) {
	t.Helper()
	s.asked = nil
	got := update(t, dir, s, Options{}, "BR", "CN")
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Error(diff)
	}
	if asked != nil {
		slices.Sort(asked) // which comes first is left to chance
		slices.Sort(s.asked)
		if diff := cmp.Diff(asked, s.asked); diff != "" {
			t.Errorf("requests: %s", diff)
		}
	}
}

// A site that tells its sums is asked for them and for what has changed.
func TestSums(t *testing.T) {
	const list = "-/SHA256SUMS"
	site, dir := newTelling("br", "cn"), t.TempDir()
	same := []string{"BR same", "CN same"}
	site.expect(t, dir, []string{"BR new", "CN new"})
	site.expect(t, dir, same, list+" 304")
	site.publish("br", 2)
	site.expect(t, dir, []string{"BR changed", "CN same"},
		list+" 200", "br/br.gif 200", "br/metadata.json 200", "br/br.gif 304")
	site.expect(t, dir, same, list+" 304")

	os.WriteFile(filepath.Join(dir, "cn", "cn.gif"), []byte("damaged"), 0o666)
	site.expect(t, dir, []string{"BR same", "CN repaired"}, list+" 304", "cn/cn.gif 200", "cn/metadata.json 304")
	site.expect(t, dir, same, list+" 304")

	delete(site.set, "cn/cn.gif")
	site.expect(t, dir, []string{"BR same", "CN gone: " + goneText}, list+" 200", "cn/cn.gif 404")
	site.expect(t, dir, []string{"BR same", "CN gone: " + goneText}, list+" 200", "cn/cn.gif 404")
}

const goneText = "http://site/cn/cn.gif: 404 Not Found"

// A list that is not what it should be, or not the site's own, costs requests
// and nothing else.
func TestStrangeSums(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"a page":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>  </html>") },
		"an error":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"empty sums": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "  br/br.gif\n  br/metadata.json\n")
		},
		"304 unasked": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
	} {
		t.Run(name, func(t *testing.T) {
			site, dir := newTelling("br", "cn"), t.TempDir()
			site.sums = answer
			site.expect(t, dir, []string{"BR new", "CN new"})
			site.publish("cn", 2)
			site.expect(t, dir, []string{"BR same", "CN changed"})
		})
	}
}

// What was agreed with one site says nothing of another.
func TestSumsOfAnotherSite(t *testing.T) {
	site, dir := newTelling("br", "cn"), t.TempDir()
	site.expect(t, dir, []string{"BR new", "CN new"})
	name := filepath.Join(dir, ManifestName)
	manifest, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(manifest), `"site": "http://site"`, `"site": "http://other"`, 1)
	if err := os.WriteFile(name, []byte(other), 0o666); err != nil {
		t.Fatal(err)
	}
	site.expect(t, dir, []string{"BR same", "CN same"}, "-/SHA256SUMS 200")
}

// A byte order mark before a manifest or a list of sums is passed over.
func TestByteOrderMark(t *testing.T) {
	m, err := DecodeManifest([]byte("\ufeff" + `{"version": 1, "site": "http://host", "files": []}`))
	if err != nil || m.Site != "http://host" {
		t.Errorf("%v, %v", m, err)
	}
	var newer *VersionError
	if _, err := DecodeManifest([]byte("\ufeff" + `{"version": 2}`)); !errors.As(err, &newer) {
		t.Error(err)
	}
	if _, err := DecodeManifest([]byte("\xfe\xff\x00{")); err == nil || err.Error() != "manifest.json is UTF-16BE, by its byte order mark: want UTF-8" {
		t.Error(err)
	}
	if sums := parseSums([]byte("\ufeff0123  br/br.gif\n4567  br/metadata.json\n")); sums["br/br.gif"] != "0123" || len(sums) != 2 {
		t.Error(sums)
	}
}

// A line of any length, and line ends of any kind, keep no other line from
// counting.
func TestSumsWithLongLine(t *testing.T) {
	sums := parseSums([]byte("0123  br/br.gif\r\n" + strings.Repeat("x", 1<<20) + "\n4567  cn/cn.gif"))
	if sums["br/br.gif"] != "0123" || sums["cn/cn.gif"] != "4567" || len(sums) != 2 {
		t.Error(sums)
	}
}
