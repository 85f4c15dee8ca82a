package flags

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"getflags/downloader"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A memory is a [downloader.Store] in memory.
type memory struct {
	mu    sync.Mutex
	files map[string]string
}

func (m *memory) Put(ctx context.Context, files []downloader.File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range files {
		m.files[f.Name] = string(f.Data)
	}
	return nil
}

// scripted answers each request with a status after a delay. The last two parts
// of the path choose both; unknown paths get 404.
type scripted map[string]answer

type answer struct {
	delay  time.Duration
	status int
	body   string
}

func (s scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	a, ok := s[strings.TrimPrefix(r.URL.Path, "/")]
	if !ok {
		a.status = http.StatusNotFound
	}
	select {
	case <-time.After(a.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	w.WriteString(a.body)
	return w.Result(), nil
}

// outcomes downloads codes in virtual time. It returns a sorted
// "CODE status: error" for each, the files, and how long the download took.
func outcomes(t *testing.T, s scripted, job Job, codes ...Code) (lines []string, files map[string]string, took time.Duration) {
	t.Helper()
	store := &memory{files: map[string]string{}}
	d := downloader.New(downloader.Options{Transport: s})
	job.Site = Site{Base: "http://host"}
	start := time.Now()
	for r := range Download(t.Context(), d, store, job, codes) {
		lines = append(lines, fmt.Sprintf("%s %v: %v", r.Code, r.Status, r.Err))
	}
	slices.Sort(lines)
	return lines, store.files, time.Since(start)
}

const gif = "GIF89a"

const brazil = `{"country": "Brazil"}`

func TestDownload(t *testing.T) {
	const s = time.Second
	const linger = 10 * time.Millisecond // the engine's, for a request cancelled in flight
	tests := []struct {
		name   string
		server scripted
		job    Job
		want   string
		files  []string
		took   time.Duration
	}{
		{"both in parallel", scripted{"br/br.gif": {delay: 2 * s, body: gif}, "br/metadata.json": {delay: 2 * s, body: brazil}},
			Job{}, "BR OK: <nil>", []string{"Brazil.gif"}, 2 * s},
		{"metadata saved", scripted{"br/br.gif": {body: gif}, "br/metadata.json": {body: brazil}},
			Job{SaveMetadata: true}, "BR OK: <nil>", []string{"Brazil.gif", "Brazil.json"}, 0},
		{"no metadata", scripted{"br/br.gif": {body: gif}},
			Job{NoMetadata: true}, "BR OK: <nil>", []string{"BR.gif"}, 0},
		{"image not found, the other cancelled", scripted{"br/br.gif": {delay: s, status: 404}, "br/metadata.json": {delay: time.Hour, body: brazil}},
			Job{}, "BR not found: http://host/br/br.gif: 404 Not Found", nil, s + linger},
		{"metadata not found, the other cancelled", scripted{"br/br.gif": {delay: time.Hour}, "br/metadata.json": {delay: s, status: 404}},
			Job{}, "BR not found: http://host/br/metadata.json: 404 Not Found", nil, s + linger},
		{"not found, though the other fails first", scripted{"br/br.gif": {delay: s, status: 404}, "br/metadata.json": {status: 418}},
			Job{}, "BR not found: http://host/br/br.gif: 404 Not Found", nil, s},
		{"the image's error before that of the metadata", scripted{"br/br.gif": {delay: s, status: 500}, "br/metadata.json": {status: 418}},
			Job{}, "BR error: http://host/br/br.gif: 500 Internal Server Error", nil, s},
		{"the metadata's error", scripted{"br/br.gif": {body: gif}, "br/metadata.json": {status: 418}},
			Job{}, "BR error: http://host/br/metadata.json: 418 I'm a teapot", nil, 0},
		{"an HTML page", scripted{"br/br.gif": {body: "<!doctype html>"}, "br/metadata.json": {body: brazil}},
			Job{SaveMetadata: true}, "BR error: http://host/br/br.gif: got an HTML page, not a GIF", nil, 0},
		{"metadata of another country", scripted{"br/br.gif": {body: gif}, "br/metadata.json": {body: `{"country": "Chile", "iso_cc": "CL"}`}},
			Job{}, `BR error: http://host/br/metadata.json: metadata is that of "CL": want BR`, nil, 0},
		{"a code in lower case", scripted{"br/br.gif": {body: gif}, "br/metadata.json": {body: `{"country": "Brazil", "iso_cc": "br"}`}},
			Job{}, "BR OK: <nil>", []string{"Brazil.gif"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lines, files, took := outcomes(t, tt.server, tt.job, "BR")
				if diff := cmp.Diff([]string{tt.want}, lines); diff != "" {
					t.Error(diff)
				}
				var names []string
				for name := range files {
					names = append(names, name)
				}
				slices.Sort(names)
				if diff := cmp.Diff(tt.files, names); diff != "" {
					t.Error(diff)
				}
				if took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
			})
		})
	}
}

// Two codes with the same name both get a file, each with its own picture.
func TestDownloadTwins(t *testing.T) {
	lines, files, _ := outcomes(t, scripted{
		"aa/aa.gif": {body: gif + "a"}, "aa/metadata.json": {body: brazil},
		"bb/bb.gif": {body: gif + "b"}, "bb/metadata.json": {body: brazil},
	}, Job{}, "AA", "BB")
	if diff := cmp.Diff([]string{"AA OK: <nil>", "BB OK: <nil>"}, lines); diff != "" {
		t.Error(diff)
	}
	if len(files) != 2 || len(files["Brazil.gif"]) != len(gif)+1 {
		t.Errorf("files: %v", files)
	}
}

// One after another, each flag takes the time of both its requests and of its
// writing, and nothing overlaps. A failure does not stop the others.
func TestSequential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		server := scripted{
			"br/br.gif": {delay: 2 * s, body: gif}, "br/metadata.json": {delay: s, body: brazil},
			"cn/cn.gif": {delay: s, status: 404}, "cn/metadata.json": {delay: time.Hour},
			"fr/fr.gif": {delay: s, status: 500},
			"in/in.gif": {delay: s, body: gif}, "in/metadata.json": {delay: s, body: `{"country": "India"}`},
		}
		store := &memory{files: map[string]string{}}
		d := downloader.New(downloader.Options{Transport: server})
		start := time.Now()
		var lines []string
		err := Sequential(t.Context(), d, store, Job{Site: Site{Base: "http://host"}, SaveMetadata: true}, []Code{"BR", "CN", "FR", "IN"},
			func(r Result) {
				lines = append(lines, fmt.Sprintf("%s %v %s %d %v", r.Code, r.Status, r.File, r.Attempts, r.Elapsed))
			})
		if took := time.Since(start); err != nil || took != 7*s {
			t.Errorf("%v, took %v, want 7s", err, took)
		}
		want := []string{"BR OK Brazil.gif 1 3s", "CN not found  1 1s", "FR error  1 1s", "IN OK India.gif 1 2s"}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Error(diff)
		}
		if len(store.files) != 4 {
			t.Errorf("files: %v", store.files)
		}
	})
}

// A cancelled context ends a sequential run too.
func TestSequentialCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		d := downloader.New(downloader.Options{Transport: scripted{"br/br.gif": {body: gif}}})
		n := 0
		err := Sequential(ctx, d, &memory{files: map[string]string{}}, Job{Site: Site{Base: "http://host"}, NoMetadata: true},
			[]Code{"BR", "CN", "FR"}, func(Result) { n++; cancel(stop) })
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("%v after %d", err, n)
		}
	})
}
