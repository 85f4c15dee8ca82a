package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"getflags/cmd/internal/command"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// long tells whether tests may take minutes, as they do in .ci/long.
func long() bool { return os.Getenv("FLAGS_LONG") != "" }

// wholeSet is what a complete run with --save-metadata leaves on the disk:
// the content of each file by its name.
func wholeSet(t testing.TB) map[string][]byte {
	t.Helper()
	codes, err := flags.Select(flags.Selection{All: true})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, c := range codes {
		cc := c.Lower()
		metadata := fromSet(t, cc+"/metadata.json")
		m, err := flags.DecodeMetadata(metadata)
		if err != nil {
			t.Fatal(err)
		}
		stem := strings.ReplaceAll(m.Country, " ", "_")
		files[stem+".gif"] = fromSet(t, cc+"/"+cc+".gif")
		files[stem+".json"] = metadata
	}
	if len(files) != 2*194 {
		t.Fatalf("the set has %d files, want %d", len(files), 2*194)
	}
	return files
}

func fromSet(t testing.TB, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(flagserver.Set(), name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// inDir is what lies in a directory: files that are to be whole, checked
// against those of the set, and temporary ones, which are only counted.
func inDir(t testing.TB, dir string, set map[string][]byte) (gifs, jsons, temps int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".download-") && strings.HasSuffix(name, ".part") {
			temps++
			continue
		}
		got, err := os.ReadFile(dir + "/" + name)
		want, known := set[name]
		switch {
		case err != nil:
			t.Error(err)
		case !known:
			t.Errorf("%s is no file of the set", name)
		case !bytes.Equal(got, want):
			t.Errorf("%s has %d bytes, and is not the file of %d bytes that it should be", name, len(got), len(want))
		}
		if strings.HasSuffix(name, ".gif") {
			gifs++
		} else {
			jsons++
		}
	}
	return gifs, jsons, temps
}

// transcript is what a program printed. It may be written to and read by
// several goroutines.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
	// onWrite, unless nil, is told of each Write, in the goroutine of the
	// writer.
	onWrite func(string)
}

func (t *transcript) Write(p []byte) (int, error) {
	if t.onWrite != nil {
		t.onWrite(string(p))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// inProcess runs the program in this process and returns its exit code.
func inProcess(ctx context.Context, out, err *transcript, args ...string) int {
	app := newApp()
	app.Writer, app.ErrWriter = out, err
	return command.Run(ctx, app, args)
}

// localSite starts a site like LOCAL and returns its URL.
func localSite(t *testing.T) string {
	t.Helper()
	site, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return server.URL + "/flags"
}
