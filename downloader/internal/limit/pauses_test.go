package limit

import (
	"net/url"
	"testing"
	"time"
)

// A host is the same in all its spellings.
func TestPauseOfOneOrigin(t *testing.T) {
	var p pauses
	parse := func(raw string) *url.URL {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	p.pause(parse("http://busy/x"), time.Hour)
	for raw, paused := range map[string]bool{
		"http://busy/y": true, "http://busy:80/": true, "http://BUSY/": true, "http://busy:8080/": false, "https://busy/": false,
	} {
		if (p.left(parse(raw)) > 0) != paused {
			t.Errorf("%s: paused %v, want %v", raw, !paused, paused)
		}
	}
}
