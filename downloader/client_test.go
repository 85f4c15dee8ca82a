package downloader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"getflags/downloader/internal/limit"
)

// get makes one request, in a task of its own.
func get(ctx context.Context, d *driven, url string, checks ...Check) (body string, err error) {
	body, _, err = getCounted(ctx, d, url, checks...)
	return body, err
}

// getCounted is get, and tells how many attempts the engine says it made.
func getCounted(ctx context.Context, d *driven, url string, checks ...Check) (body string, attempts int, err error) {
	resp, err := d.Get(ctx, url, checks...)
	var failed *RequestError
	switch {
	case err == nil:
		return string(resp.Body), resp.Attempts, nil
	case errors.As(err, &failed):
		attempts = failed.Attempts
	}
	return "", attempts, err
}

// cutShort announces ten bytes and sends five.
func cutShort(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "10")
	io.WriteString(w, "12345")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// cutChunks ends a chunked body without its last chunk.
func cutChunks(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, "12345")
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func endless(w http.ResponseWriter, r *http.Request) {
	for {
		if _, err := w.Write(make([]byte, 1000)); err != nil {
			return
		}
	}
}

func announceHuge(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "1000000000000")
}

// idle is a server doing nothing until its client has gone.
func idle(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

func TestBadAnswers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"status", http.NotFound, "404 Not Found"},
		{"teapot", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(418) }, "418 I'm a teapot"},
		{"unknown status", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(599) }, "status 599"},
		{"no content", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }, "204 No Content"},
		{"endless error page", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500); endless(w, r) }, "500 Internal Server Error"},
		{"cut short", cutShort, "body cut off after 5 of 10 bytes: unexpected EOF"},
		{"cut chunks", cutChunks, "body cut off after 5 bytes: unexpected EOF"},
		{"endless", endless, "body is larger than the 5000 bytes allowed"},
		{"huge", announceHuge, "body has 1000000000000 bytes, more than the 5000 allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := inMemory(t, &shelf{}, tt.handler, Options{MaxSize: 5000})
				_, err := get(t.Context(), d, "http://user:secret@host/x")
				want := "http://user:xxxxx@host/x: " + tt.want
				if err == nil || err.Error() != want {
					t.Errorf("error %q, want %q", err, want)
				}
			})
		})
	}
}

func TestTypedErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := inMemory(t, &shelf{}, http.NotFound, Options{})
		_, err := get(t.Context(), d, "http://host/x")
		var request *RequestError
		var status *StatusError
		if !errors.As(err, &request) || request.URL != "http://host/x" {
			t.Errorf("%#v is no RequestError of the URL", err)
		}
		if !errors.As(err, &status) || status.Code != 404 {
			t.Errorf("%#v is no StatusError of 404", err)
		}
	})
}

// A body may take as long as it likes if no silence is longer than Timeout.
func TestTimeouts(t *testing.T) {
	const second = time.Second
	drip := func(pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for range 10 {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				idle(r, pause)
			}
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string
		after   time.Duration
	}{
		{"slow but steady", drip(2 * second), "", 20 * second},
		{"silent body", drip(4 * second), "timeout: silent for 3.1s while reading the body", 3100 * time.Millisecond},
		{"no answer", func(w http.ResponseWriter, r *http.Request) { idle(r, time.Hour) },
			"timeout: silent for 3.1s while waiting for an answer", 3100 * time.Millisecond},
	}
	check := func(t *testing.T, d *driven, want string, after time.Duration) {
		start := time.Now()
		_, err := get(t.Context(), d, "http://host/x")
		if took := time.Since(start); took != after {
			t.Errorf("took %v, want %v", took, after)
		}
		if want == "" && err != nil || want != "" && !strings.HasSuffix(fmt.Sprint(err), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		var timeout *TimeoutError
		if want != "" && !errors.As(err, &timeout) {
			t.Errorf("%#v is no TimeoutError", err)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := inMemory(t, &shelf{}, tt.handler, Options{})
				check(t, d, tt.want, tt.after)
				others := newDriven(&shelf{}, Options{Transport: &http.Transport{
					DialContext:           d.sender.options.Dial,
					ResponseHeaderTimeout: d.sender.options.Timeout,
				}})
				defer others.Close()
				check(t, others, tt.want, tt.after)
			})
		})
	}
}

func TestRefused(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	d := newDriven(&shelf{}, Options{})
	defer d.Close()
	_, err := get(t.Context(), d, server.URL)
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("error %v, want connection refused", err)
	}
}

func TestBadURL(t *testing.T) {
	d := newDriven(&shelf{}, Options{})
	defer d.Close()
	for _, url := range []string{"http://a b/", "gopher://host/x", "http://"} {
		if _, err := get(t.Context(), d, url); err == nil {
			t.Errorf("no error for %q", url)
		}
	}
}

// On a real socket connections are used again, up to the cap.
func TestConnectionsReused(t *testing.T) {
	g := &gauge{}
	server := httptest.NewUnstartedServer(g)
	conns := make(chan struct{}, 1000)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	d := newDriven(&shelf{}, Options{MaxInFlight: 20})
	defer d.Close()
	tasks := func(yield func(task) bool) {
		for i := range 2000 {
			if !yield(task{Fetch: fetchOne(server.URL, fmt.Sprint(i))}) {
				return
			}
		}
	}
	for r := range d.Run(t.Context(), tasks) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if n := len(conns); n > 40 {
		t.Errorf("%d connections for 2000 requests at a cap of 20", n)
	}
	if most := g.most.Load(); most > 20 {
		t.Errorf("%d requests at once", most)
	}
}

func TestReadAll(t *testing.T) {
	d := newDriven(nil, Options{})
	big := strings.Repeat("x", 3<<20)
	for _, tt := range []struct {
		body   string
		length int64
	}{{"", 0}, {"", -1}, {"abc", 3}, {big, int64(len(big))}, {big, -1}} {
		got, err := d.sender.readAll(strings.NewReader(tt.body), tt.length)
		if err != nil || string(got) != tt.body {
			t.Errorf("readAll of %d bytes announced as %d: %d bytes, %v", len(tt.body), tt.length, len(got), err)
		}
	}
}

// A short body of unknown length keeps no more memory than it needs while it
// waits for the disk.
func TestShortBodyKeepsLittleMemory(t *testing.T) {
	body, err := newDriven(nil, Options{}).sender.readAll(strings.NewReader("short"), -1)
	if err != nil || string(body) != "short" || cap(body) > 100 {
		t.Errorf("%q in %d bytes, %v", body, cap(body), err)
	}
}

// A request that is called off, but answered a moment later, is told of with
// its answer, though that is of no use any more.
func TestAnsweredAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []*RequestDone
		late := func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(limit.Linger / 2)
			w.WriteHeader(http.StatusNotFound)
		}
		d := inMemory(t, &shelf{}, late, Options{Observe: func(e Event) {
			if e, ok := e.(*RequestDone); ok {
				told = append(told, e)
			}
		}})
		cause := errors.New("called off")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(limit.Linger/4, func() { cancel(cause) })
		if _, err := get(ctx, d, "http://host/x"); !errors.Is(err, cause) {
			t.Errorf("%v, want %v", err, cause)
		}
		var status *StatusError
		if len(told) != 1 || !errors.As(told[0].Err, &status) {
			t.Errorf("told of %+v, want an answer of 404", told)
		}
	})
}

// A user in the URL is told to the server, unless the user's own header tells one.
func TestUserInURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Header.Get("Authorization")) }
		for _, tt := range []struct {
			header http.Header
			url    string
			want   string
		}{
			{nil, "http://host/", ""},
			{nil, "http://me:pw@host/", "Basic bWU6cHc="},
			{nil, "http://me@host/", "Basic bWU6"},
			{http.Header{"Authorization": {"Bearer x"}}, "http://me:pw@host/", "Bearer x"},
		} {
			d := inMemory(t, nil, told, Options{Header: tt.header})
			if body, err := get(t.Context(), d, tt.url); body != tt.want || err != nil {
				t.Errorf("%s with %v: %q, %v; want %q", tt.url, tt.header, body, err, tt.want)
			}
		}
	})
}

// The cause of a context's end is what a request ends with, and not what package http
// makes of it.
func TestExplainCause(t *testing.T) {
	cause := fmt.Errorf("called off")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	s := &sender{}
	if err := s.explain(ctx, &url.Error{Op: "Get", URL: "http://host", Err: cause}, "waiting"); err != cause {
		t.Errorf("%v, want %v", err, cause)
	}
}
