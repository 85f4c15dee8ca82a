package mirror

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"getflags/flags"
	"getflags/internal/bom"
	"getflags/internal/wholefile"
)

// The files at the top of a mirror.
const (
	ManifestName = "manifest.json"
	SumsName     = "SHA256SUMS"
	lockName     = ".lock"
)

// metadataName is the name of a country's metadata in its directory.
const metadataName = "metadata.json"

// maxManifest is the most bytes a manifest may have. One of all 676 codes has
// about half a megabyte.
const maxManifest = 16 << 20

// A Manifest is what a mirror knows of its files. As JSON:
//
//	{
//	  "version": 1,
//	  "site": "http://localhost:8000/flags",
//	  "sums_etag": "\"41f6…\"",
//	  "files": [
//	    {
//	      "name": "br/br.gif",
//	      "url": "http://localhost:8000/flags/br/br.gif",
//	      "size": 5646,
//	      "sha256": "db0b…",
//	      "etag": "\"db0bb306ef834d116b6643000babd6c0\"",
//	      "last_modified": "Thu, 01 Jan 2026 00:00:00 GMT",
//	      "fetched": "2026-03-01T02:00:00Z"
//	    },
//	    …
//	  ]
//	}
//
// Files are sorted by name. URLs are without passwords.
type Manifest struct {
	Version int    `json:"version"`
	Site    string `json:"site"` // base URL or template
	// SumsETag is that of the site's own list of sums (see
	// [flags.Site.SumsURL]) if it agreed with all of Files, or "".
	SumsETag string  `json:"sums_etag,omitempty"`
	Files    []Entry `json:"files"`
}

// An Entry is what a manifest says of one file.
type Entry struct {
	Name   string `json:"name"` // slash-separated, below the mirror's directory
	URL    string `json:"url"`
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hexadecimal
	// ETag and LastModified are the site's, as it sent them, or "".
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Fetched      time.Time `json:"fetched"` // when these bytes came, UTC
}

// code is the country the file belongs to.
func (e Entry) code() flags.Code { return flags.Code(strings.ToUpper(path.Dir(e.Name))) }

// DecodeManifest reads a manifest. It refuses other versions with a
// [*VersionError], and files that are not sorted, that are there twice, or whose
// names are not those of a mirror's files: whatever is read or removed by a
// manifest's word lies inside its directory.
func DecodeManifest(data []byte) (*Manifest, error) {
	if err := CheckVersion(data); err != nil {
		return nil, err
	}
	data, err := bom.Skip(data)
	if err != nil {
		return nil, fmt.Errorf("%s %w", ManifestName, err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s is not what was expected: %w", ManifestName, err)
	}
	last := ""
	for _, e := range m.Files {
		err := e.validate()
		if e.Name <= last {
			err = fmt.Errorf("%q is there twice, or not in its place: want files sorted by name", e.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ManifestName, err)
		}
		last = e.Name
	}
	return &m, nil
}

func (e Entry) validate() error {
	if !e.wellNamed() {
		return fmt.Errorf("%q is no file of a mirror: want a name such as br/br.gif or br/metadata.json", e.Name)
	}
	if sum, err := hex.DecodeString(e.SHA256); err != nil || len(sum) != 32 {
		return fmt.Errorf("%s: %q is no SHA-256", e.Name, e.SHA256)
	}
	return nil
}

func (e Entry) wellNamed() bool {
	c, base := e.code(), path.Base(e.Name)
	codes, err := flags.ParseCodes(string(c))
	return err == nil && len(codes) == 1 &&
		e.Name == c.Lower()+"/"+base && fs.ValidPath(e.Name) &&
		(base == metadataName || strings.HasPrefix(base, c.Lower()+".")) &&
		!strings.ContainsFunc(base, func(r rune) bool { return r < ' ' || r == '\\' || r == ':' })
}

// entries are a manifest's by name.
type entries map[string]Entry

func (m *Manifest) entries() entries {
	all := make(entries, len(m.Files))
	for _, e := range m.Files {
		all[e.Name] = e
	}
	return all
}

// byCode sorts entries by country.
func (all entries) byCode() map[flags.Code][]Entry {
	own := map[flags.Code][]Entry{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		own[all[name].code()] = append(own[all[name].code()], all[name])
	}
	return own
}

// encode returns the manifest of entries.
func (all entries) encode(site, sumsTag string) ([]byte, error) {
	m := Manifest{Version: manifestVersion, Site: site, SumsETag: sumsTag, Files: []Entry{}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m.Files = append(m.Files, all[name])
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := cmp.Or(e.Encode(m), tooLong(b.Len()))
	return b.Bytes(), err
}

// tooLong is an error for a manifest of so many bytes that it would not be read.
func tooLong(size int) error {
	if size > maxManifest {
		return fmt.Errorf("%s: %w", ManifestName, &wholefile.LimitError{Size: int64(size), Limit: maxManifest})
	}
	return nil
}

// sums returns what sha256sum is told of entries.
func (all entries) sums() []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s  %s\n", all[name].SHA256, name)
	}
	return b.Bytes()
}
