package flags

import (
	"fmt"
	"net/url"
	"strings"
)

// A Site is where flags lie: under its Base, {cc}/{cc}.gif and
// {cc}/metadata.json, with the code in lower case.
type Site struct {
	Label string // "LOCAL", or "" for a site named by its URL
	Base  string // URL without a slash at its end
}

// Sites returns the sites that have a label, as in the book.
func Sites() []Site {
	return []Site{
		{"REMOTE", "https://www.fluentpython.com/data/flags"},
		{"LOCAL", "http://localhost:8000/flags"},
		{"DELAY", "http://localhost:8001/flags"},
		{"ERROR", "http://localhost:8002/flags"},
	}
}

// ParseSite reads a label, in any case, or the base URL of a site.
func ParseSite(s string) (Site, error) {
	for _, site := range Sites() {
		if strings.EqualFold(s, site.Label) {
			return site, nil
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return Site{}, fmt.Errorf("server %q: want LOCAL, REMOTE, DELAY, ERROR or a base URL such as https://example.com/flags", s)
	}
	return Site{Base: strings.TrimRight(s, "/")}, nil
}

// ImageURL is where the picture of a flag lies.
func (s Site) ImageURL(c Code) string {
	return s.Base + "/" + c.Lower() + "/" + c.Lower() + ".gif"
}

// MetadataURL is where a country's metadata lies.
func (s Site) MetadataURL(c Code) string {
	return s.Base + "/" + c.Lower() + "/metadata.json"
}

// ShownImageURL is ImageURL without a password.
func (s Site) ShownImageURL(c Code) string { return Redacted(s.ImageURL(c)) }

// Redacted is a URL without a password. Others stay as they are typed.
func Redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return raw
	}
	return u.Redacted()
}

// URL is the site's base URL without a password.
func (s Site) URL() string { return Redacted(s.Base) }

// String is the site's URL, behind its label if it has one.
func (s Site) String() string {
	if s.Label == "" {
		return "site: " + s.URL()
	}
	return s.Label + " site: " + s.URL()
}
