package downloader

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
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
	d := New(&shelf{}, Options{Transport: secure.Client().Transport})
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
