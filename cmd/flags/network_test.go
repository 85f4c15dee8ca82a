package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"getflags/cmd/internal/command"
)

// Every use of --header adds a field to every request; the program tells who
// it is unless told otherwise.
func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		args  []string
		agent string
	}{
		{nil, "flags/" + command.Version},
		{[]string{"-H", "user-agent: mine/1"}, "mine/1"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header["X-Two"]; len(got) != 2 || got[1] != "b, c" {
				t.Errorf("X-Two: %q, want two fields", got)
			}
			if r.UserAgent() != tt.agent || r.Host != "elsewhere" {
				t.Errorf("User-Agent %q, Host %q", r.UserAgent(), r.Host)
			}
			http.NotFound(w, r)
		}))
		args := append([]string{"BR", "-q", "-s", server.URL, "-o", t.TempDir(),
			"--header", "X-Two: a", "-H", "x-two: b, c", "-H", "Host: elsewhere"}, tt.args...)
		app := newApp()
		app.ErrWriter = t.Output()
		if code := command.Run(t.Context(), app, args); code != 1 {
			t.Errorf("exit code %d, want 1, as nothing was found", code)
		}
		server.Close()
	}
}
