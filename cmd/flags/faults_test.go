package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"getflags/cmd/internal/command"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// row is a fault of the matrix.
type row struct {
	kind    flagserver.Kind
	share   float64
	options string // of the program, beside those that all rows have
	retried bool   // whether the program tries again after it
}

// timeout is one that no answer meets that is on its way: only a stall does,
// which is waited for.
func (r row) timeout() string {
	switch {
	case r.kind != flagserver.Stall:
		return "60"
	case raceDetector:
		return "10"
	}
	return "4"
}

func rows() []row {
	return []row{
		{"408", .3, "", true},
		{"418", .3, "", false},
		{"418", .3, "--retry-all-errors", true},
		{"425", .3, "", true},
		{"429", .04, "", true}, // few, as each pauses everything for a second
		{"500", .3, "", true},
		{"501", .3, "", false},
		{"502", .3, "", true},
		{"503", .04, "", true},
		{"504", .3, "", true},
		{flagserver.Truncate, .3, "", true},
		{flagserver.Stall, .1, "", true}, // few, as each takes its time
		{flagserver.Reset, .3, "", true},
		{flagserver.HTML, .3, "", false},
		{flagserver.HTML, .3, "--retry-all-errors", true},
		{flagserver.Garbage, .3, "", false},
		{flagserver.Slow, .3, "", true},
		{flagserver.Huge, .3, "--max-size 4k", false},
		{flagserver.RedirectLoop, .3, "", false},
	}
}

const retries = 2

// TestFaults holds every fault, at several caps, to what a model of the
// program says must come of it: which files are there, byte for byte, which
// are not, what is reported, and how often the server was asked.
func TestFaults(t *testing.T) {
	before := goleak.IgnoreCurrent() // another test may have left what waits for a pipe
	var running sync.WaitGroup
	for _, r := range rows() {
		for _, m := range []int{1, 5, 100} {
			if testing.Short() && m != 5 {
				continue // the waiting for retries takes 3 s; make test-all runs all
			}
			together(t, &running, fmt.Sprintf("%s%s/m=%d", r.kind, r.options, m), func(t *testing.T) { r.test(t, m) })
		}
	}
	running.Wait()
	goleak.VerifyNone(t, before)
}

// together runs a subtest beside others. Unlike t.Parallel it is not held to
// the number of processors: what these tests do most is wait for retries.
func together(t *testing.T, running *sync.WaitGroup, name string, f func(*testing.T)) {
	running.Go(func() { t.Run(name, f) })
}

func (r row) test(t *testing.T, m int) {
	set := tinySet(t)
	behaviour := flagserver.Behaviour{
		Faults:    flagserver.Faults{{Kind: r.kind, Probability: r.share}},
		BytePause: time.Millisecond,
		Seed:      uint64(len(r.kind)), // any will do
	}
	handler, err := flagserver.New(set, behaviour)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	want := expect(r, behaviour, set)

	dir := t.TempDir()
	args := append([]string{"A", "-l", "20", "-m", fmt.Sprint(m), "-s", server.URL + "/flags", "-o", dir,
		"--save-metadata", "--retries", fmt.Sprint(retries), "--timeout", r.timeout()}, strings.Fields(r.options)...)
	code, stdout, stderr := runProgram(t, args...)

	if diff := cmp.Diff(want.files, readDir(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if code != want.code {
		t.Errorf("exit code %d, want %d\n%s%s", code, want.code, stdout, stderr)
	}
	if n := strings.Count(stderr, "\n"); n != want.failed {
		t.Errorf("%d errors, want %d\n%s", n, want.failed, stderr)
	}
	if line := fmt.Sprintf("\n%d flags downloaded.\n", 20-want.failed); !strings.Contains(stdout, line) {
		t.Errorf("report lacks %q:\n%s", line, stdout)
	}
	s := handler.Stats()
	if s.Requests != want.requests {
		t.Errorf("%d requests, want %d", s.Requests, want.requests)
	}
	// Where the program hangs up on an answer, a server that is busy may hear
	// of it only after the next request has come.
	if hangsUp := r.kind == flagserver.Huge || r.kind == flagserver.Stall; !hangsUp && s.MaxInFlight > int64(m) {
		t.Errorf("%d requests at once, want at most %d", s.MaxInFlight, m)
	}
}

// runProgram runs the program in this process.
func runProgram(t *testing.T, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	app := newApp()
	app.Writer, app.ErrWriter = &out, &errs
	code = command.Run(t.Context(), app, args)
	return code, out.String(), errs.String()
}

// tinySet is a set of twenty flags of some forty bytes, each of its own
// colour, so that even a byte at a time is soon over.
func tinySet(t *testing.T) fstest.MapFS {
	set := fstest.MapFS{}
	for i := range 20 {
		pixel := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Gray{Y: uint8(i)}})
		var picture bytes.Buffer
		if err := gif.Encode(&picture, pixel, nil); err != nil {
			t.Fatal(err)
		}
		cc := "a" + string(rune('a'+i))
		metadata := fmt.Sprintf(`{"iso_cc": %q, "country": "Land %s"}`, strings.ToUpper(cc), cc)
		set[cc+"/"+cc+".gif"] = &fstest.MapFile{Data: picture.Bytes()}
		set[cc+"/metadata.json"] = &fstest.MapFile{Data: []byte(metadata)}
	}
	return set
}

// expected is what must come of a run.
type expected struct {
	files    map[string]string // contents by name
	failed   int               // flags
	code     int
	requests int64
}

// expect tells what the program must make of a server's outcomes. A flag is
// whole if both of its requests come through; no request depends on another.
func expect(r row, b flagserver.Behaviour, set fstest.MapFS) expected {
	e := expected{files: map[string]string{}}
	for i := range 20 {
		cc := "a" + string(rune('a'+i))
		image, metadata := cc+"/"+cc+".gif", cc+"/metadata.json"
		imageOK, n := comesThrough(r, b, "/flags/"+image)
		metadataOK, k := comesThrough(r, b, "/flags/"+metadata)
		e.requests += n + k
		if !imageOK || !metadataOK {
			e.failed++
			e.code = 1
			continue
		}
		e.files["Land_"+cc+".gif"] = string(set[image].Data)
		e.files["Land_"+cc+".json"] = string(set[metadata].Data)
	}
	return e
}

// comesThrough follows the attempts of one request, and counts what the
// server sees of them.
func comesThrough(r row, b flagserver.Behaviour, path string) (ok bool, requests int64) {
	for n := range retries + 1 {
		requests++
		_, kind := b.Outcome(path, n)
		switch {
		case kind == "" || kind == flagserver.Slow:
			return true, requests
		case kind == flagserver.RedirectLoop:
			return false, requests + 10
		case !r.retried:
			return false, requests
		}
	}
	return false, requests
}

// readDir maps the names of all files in a directory to their contents.
func readDir(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTwentySeeds: whatever the seed, patience gets every flag.
func TestTwentySeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("its retries wait up to 20 s; make test-all runs it")
	}
	before := goleak.IgnoreCurrent() // another test may have left what waits for a pipe
	var running sync.WaitGroup
	for seed := range uint64(20) {
		together(t, &running, fmt.Sprint(seed+1), func(t *testing.T) { testSeed(t, seed+1) })
	}
	running.Wait()
	goleak.VerifyNone(t, before)
}

func testSeed(t *testing.T, seed uint64) {
	faults := flagserver.Faults{{Kind: "418", Probability: .25}}
	handler, err := flagserver.New(flagserver.Set(), flagserver.Behaviour{Faults: faults, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	dir := t.TempDir()
	code, stdout, stderr := runProgram(t, "-al", "100", "-m", "100", "-s", server.URL+"/flags", "-o", dir,
		"--retry-all-errors", "--retries", "10", "--timeout", "60")
	if code != 0 || !strings.Contains(stdout, "\n100 flags downloaded.\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	var want []string
	codes, _ := flags.Select(flags.Selection{All: true, Limit: 100})
	for _, c := range codes {
		data, _ := fs.ReadFile(flagserver.Set(), c.Lower()+"/"+c.Lower()+".gif")
		want = append(want, string(data))
	}
	var got []string
	for _, data := range readDir(t, dir) {
		got = append(got, data)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%d files, which are not the 100 pictures of the set", len(got))
	}
}
