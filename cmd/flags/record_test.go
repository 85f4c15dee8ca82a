package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"getflags/cmd/flags/internal/record"
	"getflags/cmd/internal/command"
	"getflags/flags"
)

// checkRecords holds the records of downloaded flags against their files:
//
//	checkrecords FILE
func checkRecords(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: checkrecords FILE")
	}
	files := 0
	for text := range strings.Lines(ts.ReadFile(args[0])) {
		var l record.Flag
		ts.Check(json.Unmarshal([]byte(text), &l))
		if l.Status != record.Downloaded {
			continue
		}
		files++
		data := ts.ReadFile(l.File)
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(data))); l.Bytes != len(data) || l.SHA256 != sum {
			ts.Fatalf("%s: record says %d, %s; it has %d, %s", l.File, l.Bytes, l.SHA256, len(data), sum)
		}
	}
	if files == 0 {
		ts.Fatalf("%s tells of no file", args[0])
	}
}

// An interrupted run's records name every flag, so that --retry-failed goes on
// where it was stopped.
func TestRecordsOfInterruptedRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&command.Interrupt{Signal: os.Interrupt})
	var out bytes.Buffer
	app := newApp()
	app.Writer, app.ErrWriter = &out, io.Discard
	code := command.Run(ctx, app, []string{"--json", "-s", "http://127.0.0.1:1/flags", "-o", t.TempDir(), "BR", "CN"})
	if code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	past, err := record.Read(t.Context(), record.OfDownload, "-", bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]flags.Code{"BR", "CN"}, past.Unfinished()); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(out.String(), `"status":"not done"`); n != 2 {
		t.Errorf("%d flags not done, want 2:\n%s", n, &out)
	}
}

// congo is a site with three countries called Congo, of which AA fails until it
// is healthy.
type congo struct{ healthy atomic.Bool }

func (s *congo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cc := path.Base(path.Dir(r.URL.Path))
	switch {
	case cc == "aa" && !s.healthy.Load():
		http.Error(w, "later", http.StatusInternalServerError)
	case strings.HasSuffix(r.URL.Path, ".json"):
		fmt.Fprintf(w, `{"country": "Congo", "iso_cc": %q}`, cc)
	default:
		io.WriteString(w, "GIF89a of "+cc)
	}
}

// Of countries with one name the code that sorts first has it, also if it
// comes in a retry, and none is overwritten, however often retries are killed.
func TestRetryOfCountryWithTwins(t *testing.T) {
	site := new(congo)
	server := httptest.NewServer(site)
	defer server.Close()
	t.Chdir(t.TempDir())
	records := 0
	run := func(wantCode int, args ...string) (record string) {
		t.Helper()
		var out, errs transcript
		if code := inProcess(t.Context(), &out, &errs, append(args, "--json", "-s", server.URL, "--save-metadata", "--retries", "0")...); code != wantCode {
			t.Errorf("%q: exit code %d, want %d\n%s%s", args, code, wantCode, &out, &errs)
		}
		records++
		record = fmt.Sprintf("%d.json", records)
		if err := os.WriteFile(record, []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return record
	}
	check := func(want map[string]string) {
		t.Helper()
		got := map[string]string{}
		files, _ := filepath.Glob("downloaded/*")
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Error(err)
			}
			got[filepath.Base(name)] = strings.ToUpper(string(data[len(data)-2:]))
			if cc, ok := strings.CutPrefix(string(data), `{"country": "Congo", "iso_cc": "`); ok {
				got[filepath.Base(name)] = strings.ToUpper(cc[:2])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}

	first := run(1, "AA", "MM", "ZZ")
	check(map[string]string{"Congo.gif": "MM", "Congo.json": "MM", "Congo_(ZZ).gif": "ZZ", "Congo_(ZZ).json": "ZZ"})
	second := run(1, "--retry-failed", first)
	check(map[string]string{"Congo.gif": "MM", "Congo.json": "MM", "Congo_(ZZ).gif": "ZZ", "Congo_(ZZ).json": "ZZ"})

	// Of a killed retry there may be no more than the first line.
	text, err := os.ReadFile(second)
	if err != nil {
		t.Fatal(err)
	}
	begin, _, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile("killed.json", []byte(begin+"\n{"), 0o666); err != nil {
		t.Fatal(err)
	}
	site.healthy.Store(true)
	all := map[string]string{"Congo.gif": "AA", "Congo.json": "AA", "Congo_(MM).gif": "MM", "Congo_(MM).json": "MM", "Congo_(ZZ).gif": "ZZ", "Congo_(ZZ).json": "ZZ"}
	third := run(0, "--retry-failed", "killed.json")
	check(all)
	if text, err := os.ReadFile(third); err != nil || !strings.Contains(string(text), `{"code":"MM","country":"Congo","status":"renamed","file":"downloaded/Congo_(MM).gif",`) {
		t.Errorf("%v: MM is not told to be renamed:\n%s", err, text)
	}
	run(0, "--retry-failed", "killed.json") // once more, by a record that is not up to date
	check(all)
	for range 3 {
		run(0, "ZZ", "AA", "MM")
		check(all)
	}
}

// A file that is one line without an end is named.
func TestRecordWithoutLines(t *testing.T) {
	if testing.Short() {
		t.Skip("a file of it: takes a second; make test-all runs it")
	}
	name := filepath.Join(t.TempDir(), "run.json")
	if err := errors.Join(os.WriteFile(name, nil, 0o666), os.Truncate(name, 6<<30)); err != nil {
		t.Skip("no sparse files here:", err)
	}
	var out, errs transcript
	code := inProcess(t.Context(), &out, &errs, "--retry-failed", name)
	if want := "flags: " + name + ": line 1: is not what --json writes: has more than the 67108864 bytes "; code != 1 || !strings.HasPrefix(errs.String(), want) {
		t.Errorf("exit code %d, %q, want 1, %s…", code, errs.String(), want)
	}
}
