package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"getflags/downloader"
	"getflags/flags"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// update brings dir up to date and returns "CODE status" for each flag.
func update(t *testing.T, dir string, h http.Handler, o Options, codes ...flags.Code) []string {
	t.Helper()
	lines, _ := updateAndTell(t, dir, h, o, codes...)
	return lines
}

// updateAndTell is update, and returns what the mirror noted, too.
func updateAndTell(t *testing.T, dir string, h http.Handler, o Options, codes ...flags.Code) (lines, notes []string) {
	t.Helper()
	changes, notes := changesOf(t, dir, h, o, codes...)
	for _, c := range changes {
		line := fmt.Sprintf("%s %v", c.Code, c.Status)
		if c.Err != nil {
			line += ": " + c.Err.Error()
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines, notes
}

// changesOf brings dir up to date with the site, or one of the usual layout, and
// returns all that is told.
func changesOf(t *testing.T, dir string, h http.Handler, o Options, codes ...flags.Code) (changes []Change, notes []string) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	if o.Site == (flags.Site{}) {
		o.Site = flags.Site{Base: "http://site"}
	}
	m, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	to := server.Listener.Addr().String()
	d := downloader.New(downloader.Options{Transport: redirecting{to}})
	defer d.Close()
	changes = slices.Collect(m.Update(t.Context(), d, codes))
	if err := m.Save(); err != nil {
		t.Error(err)
	}
	return changes, m.Notes()
}

// redirecting sends all requests to one server, so that URLs stay the same
// from server to server.
type redirecting struct{ to string }

func (r redirecting) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Host = r.to
	transport := &http.Transport{DisableKeepAlives: true}
	return transport.RoundTrip(req)
}

// versions is a site whose flags change as a whole with each step of a clock:
// image and metadata both tell the version.
type versions struct {
	now      atomic.Int64
	each     int64 // requests until the next version; 0: never
	requests atomic.Int64
	bodies   atomic.Int64
	plain    bool // neither ETag nor Last-Modified
}

func (v *versions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "SHA256SUMS") {
		http.NotFound(w, r)
		return
	}
	if n := v.requests.Add(1); v.each > 0 && n%v.each == 0 {
		v.now.Add(1)
	}
	now := v.now.Load()
	body := fmt.Sprintf("GIF89a version %d", now)
	if strings.HasSuffix(r.URL.Path, ".json") {
		body = fmt.Sprintf(`{"country": "version %d"}`, now)
	}
	etag := fmt.Sprintf(`"%d"`, now)
	if !v.plain {
		w.Header().Set("ETag", etag)
	}
	if !v.plain && r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	v.bodies.Add(1)
	io.WriteString(w, body)
}

func pair(t *testing.T, dir string) (image, metadata string) {
	t.Helper()
	a, err := os.ReadFile(filepath.Join(dir, "br", "br.gif"))
	b, err2 := os.ReadFile(filepath.Join(dir, "br", "metadata.json"))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(a), "GIF89a "), strings.TrimSuffix(strings.TrimPrefix(string(b), `{"country": "`), `"}`)
}

// Whenever the site changes between two answers, image and metadata are of
// one version, whether it sends validators or not.
func TestOneVersion(t *testing.T) {
	for _, plain := range []bool{false, true} {
		for each := int64(2); each < 8; each++ {
			v := &versions{each: each, plain: plain}
			dir := t.TempDir()
			for range 5 {
				lines := update(t, dir, v, Options{}, "BR")
				if strings.Contains(lines[0], ErrRestless.Error()) {
					continue
				}
				if image, metadata := pair(t, dir); image != metadata || strings.Contains(lines[0], "error") {
					t.Errorf("each %d, plain %v: %v, image of %s, metadata of %s", each, plain, lines, image, metadata)
				}
			}
		}
	}
}

// A site that never stands still is given up, and what is here stays.
func TestRestless(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	v := &versions{each: 1}
	lines := update(t, dir, v, Options{}, "BR")
	if len(lines) != 1 || lines[0] != "BR error: "+ErrRestless.Error() {
		t.Errorf("%v", lines)
	}
	if image, metadata := pair(t, dir); image != "version 0" || metadata != image {
		t.Errorf("image of %s, metadata of %s", image, metadata)
	}
}

// What a run costs the site: three requests for a new flag, two when nothing
// changed, and then no body.
func TestRequests(t *testing.T) {
	v := &versions{}
	dir := t.TempDir()
	for i, want := range []struct {
		status           string
		requests, bodies int64
		before           func()
	}{
		{"BR new", 3, 2, func() {}},
		{"BR same", 2, 0, func() {}},
		{"BR changed", 3, 2, func() { v.now.Add(1) }},
		{"BR repaired", 2, 1, func() { os.WriteFile(filepath.Join(dir, "br/br.gif"), []byte("GIF89a version X"), 0o666) }},
		{"BR repaired", 2, 1, func() { os.Remove(filepath.Join(dir, "br/metadata.json")) }},
		{"BR repaired", 2, 2, func() { os.RemoveAll(filepath.Join(dir, "br")) }},
		{"BR same", 2, 0, func() {}},
		{"BR new", 3, 2, func() { os.Remove(filepath.Join(dir, ManifestName)) }},
	} {
		want.before()
		v.requests.Store(0)
		v.bodies.Store(0)
		lines := update(t, dir, v, Options{}, "BR")
		if diff := cmp.Diff([]string{want.status}, lines); diff != "" {
			t.Errorf("%d: %s", i, diff)
		}
		if v.requests.Load() != want.requests || v.bodies.Load() != want.bodies {
			t.Errorf("%d: %d requests, %d bodies; want %d, %d", i, v.requests.Load(), v.bodies.Load(), want.requests, want.bodies)
		}
	}
}

// A site with dates alone, as many are: a date of this very second does not
// tell versions apart and is not trusted, and the file gets the site's time.
func TestLastModified(t *testing.T) {
	for _, age := range []time.Duration{0, time.Hour} {
		dated := time.Now().Add(-age).UTC().Truncate(time.Second)
		var conditions atomic.Int64
		site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-Modified-Since") != "" {
				conditions.Add(1)
			}
			body := "GIF89a"
			if strings.HasSuffix(r.URL.Path, ".json") {
				body = `{"country": "Brazil"}`
			}
			http.ServeContent(w, r, "", dated, strings.NewReader(body))
		})
		dir := t.TempDir()
		update(t, dir, site, Options{}, "BR")
		conditions.Store(0)
		if lines := update(t, dir, site, Options{}, "BR"); lines[0] != "BR same" {
			t.Errorf("%v", lines)
		}
		if trusted := conditions.Load() > 0; trusted != (age > 0) {
			t.Errorf("age %v: %d conditional requests", age, conditions.Load())
		}
		name := filepath.Join(dir, "br", "br.gif")
		os.Chtimes(name, time.Time{}, time.Now())
		update(t, dir, site, Options{}, "BR")
		if info, err := os.Stat(name); err != nil || !info.ModTime().Equal(dated) {
			t.Errorf("modified %v, want %v; %v", info.ModTime(), dated, err)
		}
	}
}

// A directory that is no mirror's to replace stays as it is.
func TestInTheWay(t *testing.T) {
	for want, prepare := range map[string]func(home string){
		"br: is a regular file, not a directory":    func(home string) { os.WriteFile(home, nil, 0o666) },
		"br: is a symbolic link, not a directory":   func(home string) { os.Symlink(".", home) },
		"br: is read-only":                          func(home string) { os.Mkdir(home, 0o555) },
		"br/br.gif: is read-only":                   func(home string) { os.Mkdir(home, 0o777); os.WriteFile(home+"/br.gif", nil, 0o444) },
		"br/br.gif: is a symbolic link, not a r":    func(home string) { os.Mkdir(home, 0o777); os.Symlink("/etc/hostname", home+"/br.gif") },
		"br/metadata.json: is a directory, not a r": func(home string) { os.MkdirAll(home+"/metadata.json", 0o777) },
	} {
		dir := t.TempDir()
		prepare(filepath.Join(dir, "br"))
		lines := update(t, dir, &versions{}, Options{}, "BR")
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "BR error: "+want) {
			t.Errorf("%v, want an error that says %q", lines, want)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, temps().Prefix+"*")); left != nil {
			t.Errorf("left behind: %v", left)
		}
	}
}

// Where two names cannot change places, a run killed between the two renames
// leaves a directory without its name; the next gives it back.
func TestRepair(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	os.Rename(filepath.Join(dir, "br"), filepath.Join(dir, ".mirror-br-0123456789abcdef.old"))
	os.Mkdir(filepath.Join(dir, ".mirror-br-0123456789abcdef.new"), 0o777)
	os.WriteFile(filepath.Join(dir, ".mirror--0123456789abcdef.new"), nil, 0o666)
	_, faults, err := Verify(t.Context(), dir)
	if len(faults) != 5 || err != nil {
		t.Errorf("%v, %v", faults, err)
	}
	v := &versions{}
	if lines := update(t, dir, v, Options{}, "BR"); lines[0] != "BR same" || v.bodies.Load() != 0 {
		t.Errorf("%v, %d bodies", lines, v.bodies.Load())
	}
	if _, faults, err := Verify(t.Context(), dir); faults != nil || err != nil {
		t.Errorf("%v, %v", faults, err)
	}
}

// Not found and gone for good are the same to a mirror.
func TestGone(t *testing.T) {
	for _, code := range []int{http.StatusNotFound, http.StatusGone} {
		dir := t.TempDir()
		update(t, dir, &versions{}, Options{}, "BR")
		site := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		lines := update(t, dir, site, Options{}, "BR", "CN")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "BR gone: ") || !strings.HasPrefix(lines[1], "CN not found: ") {
			t.Errorf("%d: %v", code, lines)
		}
	}
}

// Dates that file systems cannot keep leave a file its own.
func TestModified(t *testing.T) {
	for date, kept := range map[string]bool{
		"Thu, 01 Jan 1970 00:00:01 GMT": true, "Tue, 24 Nov 2026 20:17:01 GMT": true, "Fri, 31 Dec 2100 23:59:59 GMT": true,
		"Mon, 01 Jan 0001 00:00:00 GMT": false, "Fri, 31 Dec 9999 23:59:59 GMT": false, "yesterday": false, "": false,
	} {
		if got := (Entry{LastModified: date}).modified(); got.IsZero() == kept {
			t.Errorf("%q: %v", date, got)
		}
	}
}

func TestPruneInterrupted(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR", "CN")
	m, err := Open(dir, Options{Site: flags.Site{Base: "http://site"}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.gone, m.found = []flags.Code{"BR"}, true
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var refused *PruneError
	if _, err := m.Prune(ctx, Limit{N: 1}); !errors.As(err, &refused) || refused.Gone != 1 {
		t.Errorf("%v", err)
	}
	if codes, err := m.Prune(t.Context(), Limit{N: 50, Percent: true}); len(codes) != 1 || err != nil {
		t.Errorf("%v, %v", codes, err)
	}
}

func TestNamedTwice(t *testing.T) {
	file := fmt.Sprintf(`{"name": "br/br.gif", "sha256": "%064d"}`, 0)
	_, err := DecodeManifest(fmt.Appendf(nil, `{"version": 1, "files": [%s, %s]}`, file, file))
	if err == nil || !strings.HasPrefix(err.Error(), `manifest.json: "br/br.gif" is there twice`) {
		t.Error(err)
	}
}

// FuzzDecodeManifest holds that no name in a manifest leads elsewhere.
func FuzzDecodeManifest(f *testing.F) {
	const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for _, name := range []string{"br/br.gif", "br/metadata.json", "../br/br.gif", "br/../br.gif", "BR/BR.gif", "br/cn.gif", `br/br.\x`, "br/br./x", "", "br"} {
		f.Add(fmt.Sprintf(`{"version": 1, "files": [{"name": %q, "sha256": %q}]}`, name, sum))
	}
	f.Fuzz(func(t *testing.T, data string) {
		m, err := DecodeManifest([]byte(data))
		if err != nil {
			return
		}
		for _, e := range m.Files {
			if !filepath.IsLocal(e.Name) || strings.Count(e.Name, "/") != 1 || filepath.Clean(e.Name) != e.Name || strings.HasPrefix(e.Name, ".") {
				t.Errorf("%q", e.Name)
			}
		}
		manifest, err := m.entries().encode(m.Site, m.SumsETag)
		if err != nil {
			t.Error(err)
		}
		if _, err := DecodeManifest(manifest); err != nil {
			t.Errorf("%s: %v", manifest, err)
		}
	})
}

// lastModified is a site with dates.
type lastModified struct{ site http.Handler }

func (l *lastModified) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
	l.site.ServeHTTP(w, r)
}
