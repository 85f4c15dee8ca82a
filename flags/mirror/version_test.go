package mirror

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	newer     = " is the newest known here: use the newer program that wrote it"
	unknown   = ", which is not known here: want 1; use the program that wrote it, or move it away"
	noVersion = "has no version: want 1; move it away if it is not a mirror's"
)

// A manifest with a version that is not known here is no damaged one: nothing in
// its directory is touched, and whoever only looks at the directory refuses it.
func TestUnknownVersion(t *testing.T) {
	const site = `, "site": "http://site"`
	for manifest, want := range map[string]string{
		`{"version": 2` + site + `}`:                                 "has version 2, and 1" + newer,
		`{"version": 2.5` + site + `}`:                               "has version 2.5, and 1" + newer,
		`{"version": 1e3` + site + `}`:                               "has version 1e3, and 1" + newer,
		`{"version": 1e999` + site + `}`:                             "has version 1e999" + unknown,
		`{"version": "2"` + site + `}`:                               `has version "2"` + unknown,
		`{"version": "1"` + site + `}`:                               `has version "1"` + unknown,
		`{"version": 1.5` + site + `}`:                               "has version 1.5, and 1" + newer,
		`{"version": 0` + site + `}`:                                 "has version 0" + unknown,
		`{"version": -1` + site + `}`:                                "has version -1" + unknown,
		`{"version": null` + site + `}`:                              "has version null" + unknown,
		`{"version": true` + site + `}`:                              "has version true" + unknown,
		`{"version": {"major": 2}` + site + `}`:                      `has version {"major": 2}` + unknown,
		`{"version": [2]` + site + `}`:                               "has version [2]" + unknown,
		`{"files": []}`:                                              noVersion,
		`{"version": 2, "version": 1` + site + `}`:                   "has version 2, and 1" + newer,
		`{"version": 1, "VERSION": 2` + site + `}`:                   "has version 2, and 1" + newer,
		`{"version": 2, "files": [`:                                  "has version 2, and 1" + newer,
		`{"files": [], "version": "2", "si`:                          `has version "2"` + unknown,
		"\ufeff" + `{"version": "2"` + site + `}`:                    `has version "2"` + unknown,
		`{"version": "` + strings.Repeat("2", 99) + `"` + site + `}`: `has version "` + strings.Repeat("2", 39) + "…" + unknown,
	} {
		t.Run(manifest, func(t *testing.T) { testUnknownVersion(t, manifest, want, true) })
	}
	// Others' files of that name are in nobody's way, but are not replaced.
	for manifest, want := range map[string]string{
		`{"name": "An app", "version": "2.0"}`: `has version "2.0"` + unknown,
		`{"name": "An app"}`:                   noVersion,
		`{}`:                                   noVersion,
		`[]`:                                   noVersion,
		`null`:                                 noVersion,
	} {
		t.Run(manifest, func(t *testing.T) { testUnknownVersion(t, manifest, want, false) })
	}
}

func testUnknownVersion(t *testing.T, manifest, want string, mirrors bool) {
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR", "CN")
	write(t, filepath.Join(dir, ManifestName), manifest)
	before := contents(t, dir)
	want = ManifestName + " " + want
	var version *VersionError
	for _, dry := range []bool{true, false} {
		if _, err := Open(dir, Options{DryRun: dry}); !errors.As(err, &version) || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("Open, dry run %v: %v, want %s", dry, err, want)
		}
	}
	if _, _, err := Verify(t.Context(), dir); !errors.As(err, &version) || version.Error() != want {
		t.Errorf("Verify: %v", err)
	}
	if err := CheckDir(dir); mirrors != errors.As(err, &version) || !mirrors && err != nil {
		t.Errorf("CheckDir: %v", err)
	}
	if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// contents are all files below a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			all[name] = ""
			return err
		}
		data, err := os.ReadFile(name)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A manifest of the version known here that is cut off, or something else than
// JSON, is damaged: then everything may be fetched again.
func TestDamagedManifest(t *testing.T) {
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR")
	whole, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	for _, manifest := range [][]byte{
		nil, whole[:1], whole[:len(whole)/2], whole[:len(whole)-2], make([]byte, 100), []byte("<html>"),
		bytes.Replace(whole, []byte(`"br/br.gif"`), []byte(`"cn/br.gif"`), 1), append(whole, '}'),
	} {
		write(t, filepath.Join(dir, ManifestName), string(manifest))
		m, err := Open(dir, Options{})
		if err != nil {
			t.Fatalf("%.40q: %v", manifest, err)
		}
		if m.Forgotten == nil {
			t.Errorf("%.40q is no damaged manifest", manifest)
		}
		m.Close()
		if err := CheckDir(dir); err != nil {
			t.Error(err)
		}
	}
}
