package mirror

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// dated is a site whose files have dates, which may go back.
type dated struct {
	version  string
	modified time.Time
	etag     bool
	silent   bool // a 304 has no Last-Modified
	dateWins bool // against RFC 9110, section 13.1.3
	dates    int  // requests with a date
	bodies   int
}

func (s *dated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "SHA256SUMS") {
		http.NotFound(w, r)
		return
	}
	body := "GIF89a " + s.version
	if strings.HasSuffix(r.URL.Path, ".json") {
		body = `{"country": "` + s.version + `"}`
	}
	if r.Header.Get("If-Modified-Since") != "" {
		s.dates++
		if s.dateWins {
			r.Header.Del("If-None-Match")
		}
	}
	if s.etag {
		w.Header().Set("ETag", `"`+s.version+`"`)
	}
	out := &counted{ResponseWriter: w, site: s}
	http.ServeContent(out, r, "", s.modified, bytes.NewReader([]byte(body)))
}

// counted counts bodies, and may withhold a date.
type counted struct {
	http.ResponseWriter
	site *dated
}

func (w *counted) WriteHeader(code int) {
	if code == http.StatusNotModified && w.site.silent {
		w.Header().Del("Last-Modified")
	}
	if code == http.StatusOK {
		w.site.bodies++
	}
	w.ResponseWriter.WriteHeader(code)
}

// A flag that the site has rolled back is rolled back here, too, as far as the
// site tells.
func TestRolledBackFlag(t *testing.T) {
	june := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		site dated
		want string // of the image, in the end
	}{
		"with ETags, though the date would win": {dated{etag: true, dateWins: true}, "old"},
		"without ETags":                         {dated{}, "old"},
		"without a word":                        {dated{silent: true}, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			site := tt.site
			site.version, site.modified = "new", june
			update(t, dir, &site, Options{}, "BR")
			if lines := update(t, dir, &site, Options{}, "BR"); !slices.Equal(lines, []string{"BR same"}) || site.bodies != 2 {
				t.Fatalf("%v; %d bodies", lines, site.bodies)
			}
			site.version, site.modified = "old", june.AddDate(0, -1, 0)
			update(t, dir, &site, Options{}, "BR")
			if image, metadata := pair(t, dir); image != tt.want || metadata != tt.want {
				t.Errorf("has %q and %q, want %q", image, metadata, tt.want)
			}
			bodies := site.bodies
			if lines := update(t, dir, &site, Options{}, "BR"); !slices.Equal(lines, []string{"BR same"}) || site.bodies != bodies {
				t.Errorf("%v; %d bodies more", lines, site.bodies-bodies)
			}
			if site.etag && site.dates > 0 {
				t.Errorf("%d requests with a date beside the ETag", site.dates)
			}
		})
	}
}
