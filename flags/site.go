package flags

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"getflags/downloader"
	"getflags/internal/redact"
)

// A Site offers flags. It has either a Base, below which are {cc}/{cc}.gif and
// {cc}/metadata.json with the code in lower case, or a Template of its images'
// URLs and no metadata.
type Site struct {
	Label string // "LOCAL", or "" for a site named by its URL
	Base  string // URL without a final slash
	// Template is the URL of an image. In it, {cc} stands for the code in lower
	// case and {CC} for the code in upper case.
	Template string
	// Names is the URL of a [Catalogue] of the countries' names, or "".
	Names string
	// MaxRequests and Rate, unless zero, are the limits of politeness: requests
	// at once, and requests per second.
	MaxRequests int
	Rate        float64
}

// Sites returns the sites that have a label: first those of the book, then public
// ones with other layouts. Their limits are our own choice: many people share
// these sites, and 200 small files still arrive in ten seconds.
func Sites() []Site {
	const jsDelivr = "https://cdn.jsdelivr.net/gh/"
	return []Site{
		{Label: "REMOTE", Base: "https://www.fluentpython.com/data/flags"},
		{Label: "LOCAL", Base: "http://localhost:8000/flags"},
		{Label: "DELAY", Base: "http://localhost:8001/flags"},
		{Label: "ERROR", Base: "http://localhost:8002/flags"},
		polite("FLAGCDN", "https://flagcdn.com/w320/{cc}.png", "https://flagcdn.com/en/codes.json"),
		polite("FLAGICONS", jsDelivr+"lipis/flag-icons@7.5.0/flags/4x3/{cc}.svg", jsDelivr+"lipis/flag-icons@7.5.0/country.json"),
		polite("HAMPUSBORGOS", jsDelivr+"hampusborgos/country-flags@main/svg/{cc}.svg", jsDelivr+"hampusborgos/country-flags@main/countries.json"),
	}
}

func polite(label, template, names string) Site {
	return Site{Label: label, Template: template, Names: names, MaxRequests: 4, Rate: 20}
}

// Polite lowers the wanted requests at once and per second (a rate of 0 means no
// limit) to what is polite on the site.
func (s Site) Polite(requests int, rate float64) (int, float64) {
	if s.MaxRequests > 0 {
		requests = min(requests, s.MaxRequests)
	}
	if s.Rate > 0 && (rate == 0 || rate > s.Rate) {
		rate = s.Rate
	}
	return requests, rate
}

// A SiteError says that a text is neither a label nor a site's URL.
type SiteError struct {
	Given string // without a password
}

func (e *SiteError) Error() string {
	return fmt.Sprintf("server %q: want a label such as LOCAL, or a base URL such as https://example.com/flags", e.Given)
}

// ParseSite reads a label, in any case, the base URL of a site, or a template of
// its images' URLs. It returns a [*SiteError] for anything else, and another
// error for an invalid template.
func ParseSite(s string) (Site, error) {
	for _, site := range Sites() {
		if strings.EqualFold(s, site.Label) {
			return site, nil
		}
	}
	if strings.Contains(s, "{") {
		return parseTemplate(s)
	}
	u, err := url.Parse(s)
	if err != nil || !isWeb(u) || u.RawQuery != "" || u.Fragment != "" {
		return Site{}, &SiteError{redact.Typed(s)}
	}
	return Site{Base: strings.TrimRight(s, "/")}, nil
}

func isWeb(u *url.URL) bool {
	port, err := strconv.Atoi(cmp.Or(u.Port(), "80"))
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && err == nil && 0 < port && port < 1<<16
}

// parseTemplate reads a template. It checks a sample URL, because package url
// refuses braces in the host.
func parseTemplate(s string) (Site, error) {
	site := Site{Template: s}
	first := site.ImageURL("BR")
	u, err := url.Parse(first)
	if err != nil || !isWeb(u) || u.Fragment != "" || strings.ContainsAny(first, "{}") || first == site.ImageURL("CN") {
		return Site{}, fmt.Errorf("server %q: want a URL with {cc} or {CC} for the code, such as https://example.com/w320/{cc}.png", redact.Typed(s))
	}
	return site, nil
}

// ParseNamesURL checks the URL of a [Catalogue].
func ParseNamesURL(s string) (string, error) {
	if u, err := url.Parse(s); err != nil || !isWeb(u) {
		return "", fmt.Errorf("names %q: want a URL such as https://flagcdn.com/en/codes.json", redact.Typed(s))
	}
	return s, nil
}

// ImageURL returns the URL of a flag's picture.
func (s Site) ImageURL(c Code) string {
	if s.Template != "" {
		return strings.NewReplacer("{cc}", c.Lower(), "{CC}", string(c)).Replace(s.Template)
	}
	return s.Base + "/" + c.Lower() + "/" + c.Lower() + ".gif"
}

// Host returns the host of the site's URLs, with the port if they have one, such
// as localhost:8000, or "" if the URLs have no host.
func (s Site) Host() string {
	u, err := url.Parse(s.ImageURL("BR"))
	if err != nil {
		return ""
	}
	return u.Host
}

// HasMetadata reports whether the site has metadata for each country.
func (s Site) HasMetadata() bool { return s.Template == "" }

// MetadataURL returns the URL of a country's metadata, or "" if the site has
// none.
func (s Site) MetadataURL(c Code) string {
	if !s.HasMetadata() {
		return ""
	}
	return s.Base + "/" + c.Lower() + "/metadata.json"
}

// SumsURL returns the URL of a list with the SHA-256 of all files, which
// [getflags/flags/flagserver] offers and other sites may lack, or "" if the
// site's layout has no such URL.
func (s Site) SumsURL() string {
	if s.Template != "" {
		return ""
	}
	return s.Base + "/-/SHA256SUMS"
}

// CheckImage returns an error unless data is the kind of picture that the site's
// URLs say, or any picture if they do not say.
func (s Site) CheckImage(data []byte) error { return checkPicture(s.extension(), data) }

// Extension returns the extension for an image of the site, with its dot: from
// the site's URLs, or from the image if they have none.
func (s Site) Extension(image []byte) string { return cmp.Or(s.extension(), extensionOf(image)) }

// extension returns the extension in the images' URLs, with its dot and in lower
// case, or "" if they have none that stands for a kind of picture.
func (s Site) extension() string {
	if s.Template == "" {
		return ".gif"
	}
	u, err := url.Parse(s.ImageURL("BR"))
	if err != nil {
		return ""
	}
	ext := strings.ToLower(path.Ext(u.Path))
	if _, ok := kinds()[ext]; !ok {
		return ""
	}
	return ext
}

// ShownImageURL returns the ImageURL without a password.
func (s Site) ShownImageURL(c Code) string { return redact.URL(s.ImageURL(c)) }

// URL returns the site's base URL or template, without a password.
func (s Site) URL() string { return redact.URL(cmp.Or(s.Template, s.Base)) }

// String returns the site's URL, after its label if it has one.
func (s Site) String() string {
	if s.Label == "" {
		return "site: " + s.URL()
	}
	return s.Label + " site: " + s.URL()
}

// SameURL reports whether two URLs or templates are equal, except for the
// spelling of their origin: http://HOST:80/x equals http://host/x.
func SameURL(a, b string) bool {
	if a == b {
		return true
	}
	first, err := url.Parse(a)
	if err != nil {
		return false
	}
	second, err := url.Parse(b)
	return err == nil && downloader.SameOrigin(first, second) && first.User.String() == second.User.String() &&
		first.RequestURI() == second.RequestURI() && first.Fragment == second.Fragment
}
