package flags

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"getflags/downloader"
)

// publicSites answers as the public sites do, in memory: with the same hosts,
// paths and forms of catalogues, and with 404 for everything else.
type publicSites struct{}

func (publicSites) RoundTrip(r *http.Request) (*http.Response, error) {
	const png, svg = "\x89PNG\r\n\x1a\n", "<svg xmlns='http://www.w3.org/2000/svg'/>"
	body, ok := map[string]string{
		"https://flagcdn.com/w320/br.png":   png,
		"https://flagcdn.com/w320/gl.png":   png,
		"https://flagcdn.com/en/codes.json": `{"br": "Brazil", "gl": "Greenland", "us-ca": "California"}`,

		"https://cdn.jsdelivr.net/gh/lipis/flag-icons@7.5.0/flags/4x3/br.svg": svg,
		"https://cdn.jsdelivr.net/gh/lipis/flag-icons@7.5.0/flags/4x3/gl.svg": svg,
		"https://cdn.jsdelivr.net/gh/lipis/flag-icons@7.5.0/country.json": `[
			{"capital": "Brasília", "code": "br", "flag_4x3": "flags/4x3/br.svg", "iso": true, "name": "Brazil"},
			{"code": "gb-eng", "iso": false, "name": "England"}, {"code": "gl", "name": "Greenland"}]`,

		"https://cdn.jsdelivr.net/gh/hampusborgos/country-flags@main/svg/br.svg":     svg,
		"https://cdn.jsdelivr.net/gh/hampusborgos/country-flags@main/svg/gl.svg":     svg,
		"https://cdn.jsdelivr.net/gh/hampusborgos/country-flags@main/countries.json": `{"BR": "Brazil", "GL": "Greenland", "GB-ENG": "England"}`,
	}[r.URL.String()]
	w := httptest.NewRecorder()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
	}
	io.WriteString(w, body)
	return w.Result(), nil
}

// Each public site's label leads to its images and names.
func TestPublicSites(t *testing.T) {
	for _, label := range []string{"FLAGCDN", "flagicons", "HampusBorgos"} {
		t.Run(label, func(t *testing.T) {
			site, err := ParseSite(label)
			if err != nil || site.MaxRequests == 0 || site.Rate == 0 {
				t.Fatalf("%+v, %v", site, err)
			}
			store := &memory{files: map[string]string{}}
			d := downloader.New(downloader.Options{Transport: publicSites{}})
			names, err := FetchCatalogue(t.Context(), d, site.Names)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Catalogue{"BR": "Brazil", "GL": "Greenland"}, names); diff != "" {
				t.Error(diff)
			}
			for r := range Download(t.Context(), d, store, Job{Site: site, Names: names, SaveMetadata: true}, names.Codes()) {
				if r.Err != nil || r.Attempts != 1 {
					t.Error(r.Code, r.Attempts, r.Err)
				}
			}
			ext := site.extension()
			for _, name := range []string{"Brazil" + ext, "Greenland" + ext} {
				if store.files[name] == "" {
					t.Errorf("no %s in %v", name, store.files)
				}
			}
			if got, want := store.files["Brazil.json"], `{"iso_cc":"BR","country":"Brazil"}`+"\n"; got != want {
				t.Errorf("metadata %q, want %q", got, want)
			}
		})
	}
}

func TestDecodeCatalogueErrors(t *testing.T) {
	for data, want := range map[string]string{
		``:                             "unexpected end of JSON input",
		`7`:                            "cannot unmarshal number",
		`{"br": 7}`:                    "cannot unmarshal number",
		`[{"code": 7, "name": "x"}]`:   "cannot unmarshal number",
		`["br"]`:                       "cannot unmarshal string",
		`{}`:                           "no entry has a two-letter code",
		`null`:                         "no entry has a two-letter code",
		`{"us-ca": "California"}`:      "no entry has a two-letter code",
		`{"br": " ", "b": "x"}`:        "no entry has a two-letter code",
		"{\"br\": \"\xff\"}":           "not valid UTF-8",
		`<!doctype html><title>Hello`:  "invalid character '<'",
		`[{"code": "../x", "name": 1}`: "unexpected end of JSON input",
	} {
		if names, err := DecodeCatalogue([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("DecodeCatalogue(%q) = %v, %v; want an error that says %q", data, names, err, want)
		}
	}
}

// If a code is there twice, chance never decides which name counts.
func TestCatalogueWithCodeTwice(t *testing.T) {
	for data, want := range map[string]string{
		`{"br": "Lower", "BR": "Upper"}`:                                       `catalogue: BR has two names, "Lower" and "Upper"`,
		`{"br": "First", "br": "Second"}`:                                      `catalogue: BR has two names, "First" and "Second"`,
		`[{"code": "br", "name": "Lower"}, {"code": "BR", "name": "Upper"}]`:   `catalogue: BR has two names, "Lower" and "Upper"`,
		`[{"code": "br", "name": "Brazil", "Code": "cl"}]`:                     `"code" is there twice`,
		`{"br": "Brazil", "BR": "Brazil", "Br": " ", "us-ca": "", "us-ca":""}`: "",
	} {
		for range 20 {
			names, err := DecodeCatalogue([]byte(data))
			if want == "" && (err != nil || len(names) != 1 || names["BR"] != "Brazil") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Fatalf("%s: %v, %v", data, names, err)
			}
		}
	}
}

func TestMetadataWithFieldTwice(t *testing.T) {
	for data, want := range map[string]string{
		`{"country": "Brazil", "country": "Chile"}`:                  `"country" is there twice`,
		`{"country": "Brazil", "COUNTRY": "Chile"}`:                  `"country" is there twice`,
		`{"country": "Brazil", "iso_cc": "BR", "iso_cc": "CL"}`:      `"iso_cc" is there twice`,
		`{"country": "Brazil", "x": 1, "x": {"country": "Nowhere"}}`: "",
	} {
		if m, err := DecodeMetadata([]byte(data)); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, %v", data, m, err)
		}
	}
}

func FuzzDecodeCatalogue(f *testing.F) {
	f.Add([]byte(`{"br": "Brazil"}`))
	f.Add([]byte(`[{"code": "br", "name": "Brazil"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		names, err := DecodeCatalogue(data)
		if err == nil && len(names) == 0 {
			t.Error("no names and no error")
		}
		for c, name := range names {
			if codes, err := ParseCodes(string(c)); err != nil || len(codes) != 1 || codes[0] != c || strings.TrimSpace(name) == "" {
				t.Errorf("%q: %q", c, name)
			}
		}
	})
}

func TestNameTemplates(t *testing.T) {
	for _, tt := range []struct{ template, country, image, metadata string }{
		{"", "Brazil", "Brazil.gif", "Brazil.json"},
		{"", "", "BR.gif", "BR.json"},
		{"{cc}.{ext}", "Brazil", "br.gif", "br.json"},
		{"{CC}-{country}.{ext}", "../x{cc}", "BR-___x{cc}.gif", "BR-___x{cc}.json"},
		{"{ext}/{cc}/flag.{ext}", "Brazil", "gif/br/flag.gif", "gif/br/flag.json"},
		{"{cc}", "Brazil", "br", "br.json"},
		{"flag of {country}.{ext}", "South Sudan", "flag of South_Sudan.gif", "flag of South_Sudan.json"},
	} {
		template, err := ParseNameTemplate(string(NameTemplate(tt.template).orDefault()))
		if err != nil {
			t.Error(err)
			continue
		}
		c := newClaim("BR", tt.country)
		c.ext = ".gif"
		image, metadata := c.files(template, 0)
		if image != tt.image || metadata != tt.metadata {
			t.Errorf("%q: %q and %q, want %q and %q", tt.template, image, metadata, tt.image, tt.metadata)
		}
	}
	for _, s := range []string{"", "x", "{cc", "{cc}}", "{x}{cc}", "/{cc}", "{cc}/", "a//{cc}", "../{cc}", "a/./{cc}", `a\{cc}`, "{cc}:x", "\x1b{cc}", "{ext}.{ext}"} {
		if template, err := ParseNameTemplate(s); err == nil {
			t.Errorf("ParseNameTemplate(%q) = %q, want an error", s, template)
		}
	}
}

func TestTemplateSites(t *testing.T) {
	site, err := ParseSite("https://me:secret@example.com/{CC}/{cc}.WebP?size={cc}")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := site.ImageURL("BR"), "https://me:secret@example.com/BR/br.WebP?size=br"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := site.URL(), "https://me:xxxxx@example.com/{CC}/{cc}.WebP?size={cc}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := site.extension(); got != ".webp" {
		t.Errorf("extension %q", got)
	}
	for _, s := range []string{"https://example.com/{c}", "https://example.com/{cc}/{x}", "ftp://example.com/{cc}", "{cc}", "https://{cc", "https:///{cc}.gif", "https://x/#{cc}"} {
		if site, err := ParseSite(s); err == nil {
			t.Errorf("ParseSite(%q) = %v, want an error", s, site)
		}
	}
}
