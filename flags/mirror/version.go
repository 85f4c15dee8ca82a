package mirror

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"getflags/internal/bom"
	"getflags/internal/wholefile"
)

// manifestVersion is the version of the manifest's form. One that this program
// must not write anew, as it would lose something, gets a higher one; what it
// does not know in a manifest of this version may be lost.
const manifestVersion = 1

// A VersionError is a manifest of a form that is not known here, most likely a
// newer one, or what is no manifest at all. Whatever it tells of is left alone.
type VersionError struct {
	Version string // as the manifest has it, in JSON, or "" if it has none
}

func (e *VersionError) Error() string {
	const most = 40 // bytes of it
	version := e.Version
	if len(version) > most {
		version = strings.ToValidUTF8(version[:most], "") + "…"
	}
	switch {
	case e.isNewer():
		return fmt.Sprintf("%s has version %s, and %d is the newest known here: use the newer program that wrote it", ManifestName, version, manifestVersion)
	case e.Version == "":
		return fmt.Sprintf("%s has no version: want %d; move it away if it is not a mirror's", ManifestName, manifestVersion)
	}
	return fmt.Sprintf("%s has version %s, which is not known here: want %d; use the program that wrote it, or move it away", ManifestName, version, manifestVersion)
}

// isNewer reports whether the version is a number that is to come.
func (e *VersionError) isNewer() bool {
	var n float64
	return json.Unmarshal([]byte(e.Version), &n) == nil && n > manifestVersion
}

// CheckVersion returns a [*VersionError] if a manifest's version is another than
// this program's, or missing, whatever else it has; also of a manifest that is
// cut off behind its version. What is no JSON is damaged, and no error here.
func CheckVersion(manifest []byte) error {
	if e := readHead(manifest).check(); e != nil {
		return e
	}
	return nil
}

// CheckDir is [CheckVersion] of the manifest in a directory, if there is one: for
// those who only look at the directory, so that they find out whether they may.
// Links that stay inside the directory are followed. A manifest that is no regular
// file, has more than 16 MiB, or cannot be read is an error that names it. Other
// programs, too, have files of that name, which are no error: they have neither a
// site nor files, and no version that is a newer number. A directory that cannot be
// opened is no error here, as whoever looks at it will get the same.
func CheckDir(dir string) error {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	if err := checkRoot(root); err != nil {
		return fmt.Errorf("%q: %w", dir, err)
	}
	return nil
}

func checkRoot(root *os.Root) error {
	if _, err := root.Lstat(ManifestName); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, info, err := wholefile.OpenFollowing(root, ManifestName)
	if err != nil {
		return wholefile.Named(ManifestName, err)
	}
	defer f.Close() // it is only read
	manifest, err := wholefile.ReadAll(f, info, maxManifest)
	if err != nil {
		return wholefile.Named(ManifestName, err)
	}
	head := readHead(manifest)
	if e := head.check(); e != nil && (e.isNewer() || head.mirrors) {
		return e
	}
	return nil
}

// A head is what a manifest says of itself.
type head struct {
	versions []string // in JSON; more than one if somebody tampered with it
	mirrors  bool     // it has a field that a mirror's has
	whole    bool     // it is JSON up to its end
}

// readHead reads as far as there is JSON.
func readHead(manifest []byte) (h head) {
	manifest, _ = bom.Skip(manifest) // in another encoding it is no JSON
	d := json.NewDecoder(bytes.NewReader(manifest))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		h.whole = json.Valid(manifest)
		return h
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return h
		}
		// As package json has it, upper and lower case are one.
		is := func(field string) bool { return strings.EqualFold(name.(string), field) }
		h.mirrors = h.mirrors || is("site") || is("files")
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return h
		}
		if is("version") {
			h.versions = append(h.versions, string(value))
		}
	}
	if _, err := d.Token(); err != nil {
		return h
	}
	_, err := d.Token()
	h.whole = err == io.EOF
	return h
}

// check returns an error unless every version is the one known here.
func (h head) check() *VersionError {
	for _, v := range h.versions {
		if v != fmt.Sprint(manifestVersion) {
			return &VersionError{v}
		}
	}
	if len(h.versions) == 0 && h.whole {
		return &VersionError{}
	}
	return nil
}
