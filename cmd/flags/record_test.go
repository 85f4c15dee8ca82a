package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

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
		l, err := readLine([]byte(text))
		ts.Check(err)
		if l.Status != downloaded {
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
	codes, ended, err := failedIn(bytes.NewReader(out.Bytes()))
	if diff := cmp.Diff([]flags.Code{"BR", "CN"}, codes); diff != "" || !ended || err != nil {
		t.Errorf("ended %v, %v, %s", ended, err, diff)
	}
	if n := strings.Count(out.String(), `"status":"not done"`); n != 2 {
		t.Errorf("%d flags not done, want 2:\n%s", n, &out)
	}
}

// FuzzFailedIn holds that what was read is asked for again only as codes.
func FuzzFailedIn(f *testing.F) {
	for _, s := range []string{`{"code":"BR","status":"error"}`, `{"summary":{}}`, `{"code":"../","status":"error"}`, "", "\n", `[]`, `null`, `{"code":"BR","status":"error"}` + "\n{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		codes, _, err := failedIn(strings.NewReader(s))
		for _, c := range codes {
			if parsed, bad := flags.ParseCodes(string(c)); err != nil || bad != nil || len(parsed) != 1 || parsed[0] != c {
				t.Errorf("failedIn(%q) = %q, %v", s, codes, err)
			}
		}
		if line, err := readLine([]byte(s)); err == nil {
			if again, err := json.Marshal(line); err != nil || !json.Valid(again) {
				t.Errorf("%s: %v", again, err)
			}
		}
	})
}
