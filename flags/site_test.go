package flags

import (
	"fmt"
	"strings"
	"testing"
)

func ExampleParseSite() {
	site, _ := ParseSite("local")
	fmt.Println(site)
	fmt.Println(site.ImageURL("BR"))
	fmt.Println(site.MetadataURL("BR"))
	site, _ = ParseSite("https://user:secret@example.com/flags/")
	fmt.Println(site)
	// Output:
	// LOCAL site: http://localhost:8000/flags
	// http://localhost:8000/flags/br/br.gif
	// http://localhost:8000/flags/br/metadata.json
	// site: https://user:xxxxx@example.com/flags
}

func TestParseSiteErrors(t *testing.T) {
	for _, s := range []string{"", "NOWHERE", "example.com", "ftp://example.com", "http://", "http://:80/", "http://[::1", "https://a/?q", "https://a/#f", "http://a b/"} {
		if site, err := ParseSite(s); err == nil {
			t.Errorf("ParseSite(%q) = %v, want an error", s, site)
		}
	}
}

func TestSameURL(t *testing.T) {
	for pair, same := range map[string]bool{
		"http://host/x http://host/x": true, "http://host/x http://HOST:80/x": true, "https://host:443/x https://host/x": true,
		"http://host/{cc}.png http://Host/{cc}.png": true, "http://me:x@host/x http://me:x@HOST/x": true,
		"http://host/x http://host/X": false, "http://host/x https://host/x": false, "http://host/x http://host:8080/x": false,
		"http://me@host/x http://host/x": false, "http://host/x?a http://host/x?b": false, "http://host/x %zz": false,
	} {
		a, b, _ := strings.Cut(pair, " ")
		if SameURL(a, b) != same || SameURL(b, a) != same {
			t.Errorf("%s: want %v", pair, same)
		}
	}
}
