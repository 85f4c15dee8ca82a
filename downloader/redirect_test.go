package downloader

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A user's headers go along a redirect on the same host, and to no other.
func TestRedirectHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			secret := r.Header.Get("X-Key") + r.Header.Get("Authorization") + r.Header.Get("Cookie")
			switch r.Host + r.URL.Path {
			case "one/":
				http.Redirect(w, r, "/same", http.StatusFound)
			case "one/same":
				if secret != "keyauthcookie" {
					t.Errorf("lost on the way: only %q arrived", secret)
				}
				http.Redirect(w, r, "http://two/", http.StatusMovedPermanently)
			case "two/":
				if secret != "" || r.Header.Get("Referer") != "" {
					t.Errorf("%v went to another host", r.Header)
				}
				if r.UserAgent() != "test/1" {
					t.Errorf("User-Agent %q", r.UserAgent())
				}
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{UserAgent: "test/1", Header: http.Header{
			"X-Key": {"key"}, "Authorization": {"auth"}, "Cookie": {"cookie"},
		}})
		if _, err := get(t.Context(), d, "http://one/"); err != nil {
			t.Error(err)
		}
	})
}

// Hosts are the same whatever their case, and whether or not the default port is
// told; another scheme or port is another origin (RFC 6454). Who has left it does
// not get the headers back.
func TestRedirectOrigin(t *testing.T) {
	header := http.Header{"X-Key": {"key"}, "Authorization": {"auth"}, "Cookie": {"cookie"}}
	for _, tt := range []struct {
		hops string // URLs, the last of which answers
		same bool
	}{
		{"http://one/ http://one:80/x", true},
		{"http://one:80/ http://one/x", true},
		{"http://one/ http://ONE/x", true},
		{"http://ONE/ http://one:80/x http://One/y", true},
		{"http://one/ http://one:8080/x", false},
		{"http://one:8080/ http://one/x", false},
		{"http://one/ http://one.two/x", false},
		{"http://one/ http://two/x http://one/y", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			hops := strings.Fields(tt.hops)
			arrived, n := "", 0
			d := inMemory(t, &shelf{}, func(w http.ResponseWriter, r *http.Request) {
				if n++; n < len(hops) {
					http.Redirect(w, r, hops[n], http.StatusFound)
					return
				}
				arrived = r.Header.Get("X-Key") + r.Header.Get("Authorization") + r.Header.Get("Cookie")
				if r.Header.Get("Accept-Encoding") != "identity" {
					t.Errorf("%s: Accept-Encoding %q", tt.hops, r.Header["Accept-Encoding"])
				}
			}, Options{Header: header})
			_, err := get(t.Context(), d, hops[0])
			if err != nil || tt.same != (arrived == "keyauthcookie") || !tt.same && arrived != "" {
				t.Errorf("%s: %q arrived, %v", tt.hops, arrived, err)
			}
		})
	}
}

func TestRedirectRefused(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ftp" {
			http.Redirect(w, r, "ftp://user:secret@host/", http.StatusFound)
			return
		}
		http.Redirect(w, r, plain.URL, http.StatusFound)
	}))
	defer secure.Close()
	d := newDriven(&shelf{}, Options{Transport: secure.Client().Transport})
	defer d.Close()
	for path, want := range map[string]string{
		"/":    "redirect to " + plain.URL + ": from https to http",
		"/ftp": "redirect to ftp://user:xxxxx@host/: neither http nor https",
	} {
		_, err := get(t.Context(), d, secure.URL+path)
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

// Ten redirects are followed, not eleven.
func TestRedirectLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			if left := r.URL.Path[1:]; left != "" {
				http.Redirect(w, r, "/"+left[1:], http.StatusFound)
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{})
		if _, err := get(t.Context(), d, "http://host/"+strings.Repeat("x", 10)); err != nil {
			t.Error(err)
		}
		_, err := get(t.Context(), d, "http://host/"+strings.Repeat("x", 11))
		if err == nil || !strings.Contains(err.Error(), "more than 10 redirects") {
			t.Errorf("error %v", err)
		}
	})
}

// What leads nowhere is an answer like any other, and a host of the user's is for
// the origin that was asked.
func TestRedirectPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			switch r.Host + r.URL.Path {
			case "mine/nowhere":
				w.WriteHeader(http.StatusFound)
			case "mine/hostless":
				w.Header().Set("Location", "http:///x")
				w.WriteHeader(http.StatusFound)
			case "mine/back":
				http.Redirect(w, r, "http://asked/here", http.StatusFound)
			case "mine/away":
				http.Redirect(w, r, "http://other/here", http.StatusFound)
			case "other/here":
				w.Header().Set("Location", "/there")
				w.WriteHeader(http.StatusFound)
			case "mine/here", "other/there":
			default:
				t.Errorf("asked for %s of %s", r.URL.Path, r.Host)
			}
		}
		d := inMemory(t, &shelf{}, handler, Options{Header: http.Header{"Host": {"mine"}}})
		for path, want := range map[string]string{
			"/nowhere": "302 Found", "/hostless": "redirect to http:///x: has no host", "/back": "", "/away": "",
		} {
			_, err := get(t.Context(), d, "http://asked"+path)
			if want == "" && err != nil || want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
				t.Errorf("%s: %v, want %q", path, err, want)
			}
		}
	})
}

// A pause is for the host that asks for it, not for the one that redirected there, and
// whoever is called off follows no more redirects.
func TestRedirectAndPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "first" {
				http.Redirect(w, r, "http://second/", http.StatusFound)
				return
			}
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		var told []string
		d := inMemory(t, nil, handler, Options{OnPause: func(p Pause) { told = append(told, p.Host) }})
		get(t.Context(), d, "http://first/")
		if len(told) != 1 || told[0] != "second" {
			t.Errorf("paused: %q, want second", told)
		}
	})
}

func TestRedirectCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause, hops := errors.New("called off"), 0
		ctx, cancel := context.WithCancelCause(t.Context())
		handler := func(w http.ResponseWriter, r *http.Request) {
			if hops++; hops == 3 {
				cancel(cause)
			}
			time.Sleep(time.Millisecond)
			if hops < 9 {
				http.Redirect(w, r, "/again", http.StatusFound)
			}
		}
		d := inMemory(t, nil, handler, Options{})
		if _, err := get(ctx, d, "http://host/"); !errors.Is(err, cause) || hops != 3 {
			t.Errorf("%v after %d requests, want %v after 3", err, hops, cause)
		}
	})
}

// A user in a Location counts on the same origin, too.
func TestRedirectToUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/1" {
				w.Header().Set("Location", "http://other:word@host/2")
				w.WriteHeader(http.StatusFound)
				return
			}
			io.WriteString(w, r.Header.Get("Authorization")+r.Header.Get("X-Key"))
		}
		for _, tt := range []struct {
			url, want string
			header    http.Header
		}{
			{"http://host/1", "Basic b3RoZXI6d29yZA==key", http.Header{"X-Key": {"key"}}},
			{"http://me:pw@host/1", "Basic b3RoZXI6d29yZA==", nil},
			{"http://host/1", "Bearer x", http.Header{"Authorization": {"Bearer x"}}},
		} {
			d := inMemory(t, nil, handler, Options{Header: tt.header})
			if body, err := get(t.Context(), d, tt.url); body != tt.want || err != nil {
				t.Errorf("%s with %v: %q, %v; want %q", tt.url, tt.header, body, err, tt.want)
			}
		}
	})
}

// A refused redirect has a status; a request that is lost behind a redirect has none.
func TestStatusOfRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/refused":
				w.Header().Set("Location", "ftp://host/")
				w.WriteHeader(http.StatusFound)
			case "/lost":
				http.Redirect(w, r, "/gone", http.StatusFound)
			default:
				panic(http.ErrAbortHandler)
			}
		}
		seen := &witness{}
		d := inMemory(t, nil, handler, Options{Observe: seen.observe})
		for path, want := range map[string]int{"/refused": http.StatusFound, "/lost": 0} {
			seen.events = nil
			get(t.Context(), d, "http://host"+path)
			if told := of[*RequestDone](seen); len(told) != 1 || told[0].Err == nil || told[0].Status != want {
				t.Errorf("%s: told %+v, want status %d", path, told, want)
			}
		}
	})
}
