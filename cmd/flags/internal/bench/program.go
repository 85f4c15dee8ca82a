package bench

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"getflags/flags"
)

// A wanted file is one that each program is to fetch.
type wanted struct {
	url  string
	name string // as this program saves it: br.gif, br.json
}

// A Program is one that Compete lets fetch files: this one or a peer.
type Program struct {
	Name string
	Path string // of the executable

	// list is the program's list of files to fetch, nil where args say it.
	list func([]wanted) string
	// args are its arguments. It is run in the directory that it writes to.
	args func(m int, list string, files []wanted) []string
	// place is where below that directory it puts a file.
	place func(wanted) string
}

// own is the name of this program among others.
const own = "flags"

// ours is this program with the options that make it do what the peers do.
func ours(path string, site flags.Site, timeout time.Duration) Program {
	args := func(m int, _ string, files []wanted) []string {
		args := []string{"-q", "-s", siteArgument(site), "-m", strconv.Itoa(m), "--timeout", timeout.String(),
			"--name", "{cc}.{ext}", "-o", ".", "--no-cap"}
		if site.HasMetadata() {
			args = append(args, "--save-metadata")
		} else {
			args = append(args, "--no-metadata")
		}
		return append(args, codesOf(files)...)
	}
	return Program{Name: own, Path: path, args: args, place: func(f wanted) string { return f.name }}
}

// siteArgument is a site without its label, which might mean a catalogue or
// a server of the program's own.
func siteArgument(site flags.Site) string {
	if site.Template != "" {
		return site.Template
	}
	return site.Base
}

// codesOf are the codes of the images among some files.
func codesOf(files []wanted) (codes []string) {
	for _, f := range files {
		if path.Ext(f.name) != ".json" {
			codes = append(codes, strings.TrimSuffix(f.name, path.Ext(f.name)))
		}
	}
	return codes
}

// prepare makes the directories that a program's files go to, so that it need
// not, where others do not.
func (p Program) prepare(dir string, files []wanted) error {
	made := map[string]bool{}
	for _, f := range files {
		parent := filepath.Join(dir, filepath.FromSlash(path.Dir(p.place(f))))
		if made[parent] {
			continue
		}
		made[parent] = true
		if err := os.MkdirAll(parent, 0o777); err != nil {
			return err
		}
	}
	return nil
}

// check holds what a program has left in its directory to what it should be.
func (p Program) check(found content, files []wanted, want content) error {
	missing, differing, first := 0, 0, ""
	for _, f := range files {
		got, ok := found[p.place(f)]
		switch {
		case !ok:
			missing++
		case got != want[f.name]:
			differing++
		default:
			continue
		}
		if first == "" {
			first = p.place(f)
		}
	}
	if missing+differing == 0 {
		return nil
	}
	return fmt.Errorf("of %d files %d are missing and %d differ, first %s", len(files), missing, differing, first)
}
