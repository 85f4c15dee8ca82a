package main

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/flags/flagserver"
)

// The scripts of mirrors have these commands:
//
//	bytes URL      notes how many bytes a server has sent
//	nobytes URL    it has sent none since
//	flipbyte FILE  changes one bit, and neither size nor time
//	sametree A B   two mirrors have the same files, and manifests that differ
//	               in nothing but URLs and times
func mirrorCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"bytes": noteBytes, "nobytes": noBytes, "flipbyte": flipByte, "sametree": sameTree,
	}
}

func bytesSent(ts *testscript.TestScript, url string) string {
	resp, err := http.Get(url + "/-/stats")
	ts.Check(err)
	defer resp.Body.Close()
	var s flagserver.Stats
	ts.Check(json.NewDecoder(resp.Body).Decode(&s))
	return strconv.FormatInt(s.Bytes, 10)
}

func noteBytes(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("BYTES", bytesSent(ts, args[0]))
}

func noBytes(ts *testscript.TestScript, _ bool, args []string) {
	if now := bytesSent(ts, args[0]); now != ts.Getenv("BYTES") {
		ts.Fatalf("%s bytes sent, were %s", now, ts.Getenv("BYTES"))
	}
}

func flipByte(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	info, err := os.Stat(name)
	ts.Check(err)
	data, err := os.ReadFile(name)
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(name, data, 0o666))
	ts.Check(os.Chtimes(name, time.Time{}, info.ModTime()))
}

func sameTree(ts *testscript.TestScript, _ bool, args []string) {
	a, b := tree(ts, args[0]), tree(ts, args[1])
	for name, data := range a {
		if b[name] != data {
			ts.Fatalf("%s differs", name)
		}
	}
	if len(a) != len(b) || len(a) < 3 {
		ts.Fatalf("%d and %d files", len(a), len(b))
	}
}

// tree maps names to contents, behind the times of modification, the manifest
// without URLs and times.
func tree(ts *testscript.TestScript, dir string) map[string]string {
	differing := regexp.MustCompile(`"(url|site|fetched)": "[^"]*"`)
	files := map[string]string{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		files[name] = string(data)
		if filepath.Dir(name) != "." {
			files[name] = info.ModTime().UTC().String() + files[name]
		} else {
			files[name] = differing.ReplaceAllString(files[name], "")
		}
		return err
	}))
	return files
}
