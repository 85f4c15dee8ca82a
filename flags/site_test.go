package flags

import (
	"fmt"
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
