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
	for _, s := range []string{"", "NOWHERE", "example.com", "ftp://example.com", "http://", "http://:80/", "http://[::1", "https://a/?q", "https://a/#f", "http://a b/", "http://a:0/", "http://a:65536/"} {
		if site, err := ParseSite(s); err == nil {
			t.Errorf("ParseSite(%q) = %v, want an error", s, site)
		}
	}
}

func TestParseSitePorts(t *testing.T) {
	for _, s := range []string{"http://a:1", "http://a:65535"} {
		if site, err := ParseSite(s); err != nil || site.Base != s {
			t.Errorf("ParseSite(%q) = %v, %v", s, site, err)
		}
	}
}

func TestParseNamesURL(t *testing.T) {
	for s, ok := range map[string]bool{
		"https://flagcdn.com/en/codes.json?x=1": true, "http://localhost:8000/x": true,
		"": false, "codes.json": false, "file:///codes.json": false, "http:///codes.json": false, "http://[::1": false,
	} {
		if got, err := ParseNamesURL(s); (err == nil) != ok || ok && got != s {
			t.Errorf("ParseNamesURL(%q) = %q, %v", s, got, err)
		}
	}
}

// Only a site with the layout of the book's has a list of all SHA-256.
func TestSumsURL(t *testing.T) {
	for site, want := range map[Site]string{
		{Base: "http://host/flags"}:        "http://host/flags/-/SHA256SUMS",
		{Template: "http://host/{cc}.png"}: "",
	} {
		if got := site.SumsURL(); got != want {
			t.Errorf("%v: %q, want %q", site, got, want)
		}
	}
}

func TestIsSystemName(t *testing.T) {
	for name, want := range map[string]bool{
		".": false, "br": false, "br.gif": false, "x.": false,
		".DS_Store": true, "..": true, "lost+found": true, "thumbs.DB": true, "@eaDir": true, "Icon\r": true,
	} {
		if got := IsSystemName(name); got != want {
			t.Errorf("IsSystemName(%q) = %v", name, got)
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

func TestHost(t *testing.T) {
	for s, want := range map[string]string{
		"LOCAL": "localhost:8000", "https://example.com/flags": "example.com",
		"http://{cc}.example.com:81/flag.png": "br.example.com:81",
	} {
		site, err := ParseSite(s)
		if err != nil || site.Host() != want {
			t.Errorf("%s: host %q, %v; want %q", s, site.Host(), err, want)
		}
	}
}
