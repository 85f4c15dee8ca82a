package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
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
	return Program{Name: "flags", Path: path, args: args, place: func(f wanted) string { return f.name }}
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

// Peers returns the peers that are installed, and the names of those that are
// not. Each is told to read no file of settings, to take its list from a file,
// to keep m transfers going, and to trust whom this program does.
func Peers() (found []Program, missing []string) {
	trust := func(option string) []string {
		if name := os.Getenv("SSL_CERT_FILE"); name != "" {
			return []string{option, name}
		}
		return nil
	}
	peers := []Program{
		{Name: "curl", list: curlList, place: asNamed, args: func(m int, list string, _ []wanted) []string {
			return append([]string{"-q", "-fsSZ", "--parallel-immediate", "--parallel-max", strconv.Itoa(m)},
				append(trust("--cacert"), "-K", list)...)
		}},
		{Name: "wget2", list: plainList, place: asInURL, args: func(m int, list string, _ []wanted) []string {
			// It names files after their URLs, of which many end alike; so it
			// makes directories (which are there already) of the rest.
			return append([]string{"--no-config", "-q", "-x", "-nH", "--max-threads", strconv.Itoa(m)},
				append(trust("--ca-certificate"), "-i", list)...)
		}},
		{Name: "aria2c", list: ariaList, place: asNamed, args: func(m int, list string, _ []wanted) []string {
			return append([]string{"--no-conf", "-q", "-j", strconv.Itoa(m), "-x1", "-s1", "--file-allocation=none",
				"--allow-overwrite=true", "--auto-file-renaming=false", "--download-result=hide"},
				append(trust("--ca-certificate"), "-i", list)...)
		}},
	}
	for _, p := range peers {
		var err error
		if p.Path, err = exec.LookPath(p.Name); err != nil {
			missing = append(missing, p.Name)
			continue
		}
		found = append(found, p)
	}
	return found, missing
}

func asNamed(f wanted) string { return f.name }

// asInURL is the path of a URL, as a path below the directory.
func asInURL(f wanted) string {
	u, err := url.Parse(f.url)
	if err != nil {
		return f.name // the site's own URLs parse
	}
	place := strings.TrimPrefix(u.Path, "/")
	if u.RawQuery != "" {
		place += "?" + u.RawQuery
	}
	return place
}

func plainList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return f.url + "\n" })
}

func curlList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return fmt.Sprintf("url=%q\noutput=%q\n", f.url, f.name) })
}

func ariaList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return f.url + "\n out=" + f.name + "\n" })
}

func eachFile(files []wanted, text func(wanted) string) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString(text(f))
	}
	return b.String()
}

// Cost is what one run of a program took.
type Cost struct {
	Wall, CPU time.Duration
	Memory    int64 // the most that was resident, in bytes; 0 where unknown
}

// run runs the program once in a directory and tells what it cost. The error
// of a program that failed holds what it had to say.
func (p Program) run(ctx context.Context, now func() time.Time, dir string, args []string) (Cost, error) {
	said, err := os.Create(dir + ".said") // a file, as it keeps nobody busy
	if err != nil {
		return Cost{}, err
	}
	defer os.Remove(said.Name())
	defer said.Close()
	cmd := exec.Command(p.Path, args...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environment(dir), said
	begin, err := held(cmd)
	if err != nil {
		return Cost{}, err
	}
	start := now()
	state, err := finished(ctx, begin)
	wall := now().Sub(start)
	switch {
	case ctx.Err() != nil:
		return Cost{}, context.Cause(ctx)
	case err != nil:
		return Cost{}, err
	case !state.Success():
		return Cost{}, errors.Join(errors.New(state.String()), firstWords(said))
	}
	return Cost{wall, state.UserTime() + state.SystemTime(), maxResident(state)}, nil
}

// finished begins a process and waits until it has ended, which it is asked
// to with ctx, and some seconds later made to.
func finished(ctx context.Context, begin func() (*os.Process, error)) (*os.ProcessState, error) {
	process, err := begin()
	if err != nil {
		return nil, err
	}
	const grace = 5 * time.Second
	defer context.AfterFunc(ctx, func() {
		terminate(process)
		time.AfterFunc(grace, func() { process.Kill() }) // if it is still there
	})()
	return process.Wait()
}

// environment is what programs find: neither proxies nor settings, and a home
// where there are none; but whom to trust is what the machine's owner says.
func environment(home string) []string {
	env := []string{"HOME=" + home, "LC_ALL=C"}
	for _, name := range []string{"PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "SSL_CERT_FILE"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// firstWords is the beginning of what a program has said, as an error, or nil.
func firstWords(said *os.File) error {
	const enough = 300
	text, err := io.ReadAll(io.NewSectionReader(said, 0, enough))
	if words := strings.TrimSpace(string(text)); words != "" {
		return errors.New(strings.ReplaceAll(words, "\n", "; "))
	}
	return err
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
