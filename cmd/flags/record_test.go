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
		if l.Begin != nil || l.Status != downloaded {
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
	past, err := parsePast(ofDownload, bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]flags.Code{"BR", "CN"}, past.unfinished()); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(out.String(), `"status":"not done"`); n != 2 {
		t.Errorf("%d flags not done, want 2:\n%s", n, &out)
	}
}

// What a record does not mention of what was asked for is not done, wherever
// the record ends.
func TestRecordCutAnywhere(t *testing.T) {
	const whole = `{"begin":{"version":1,"command":"download","site":"http://host","asked":["BR","CN"]}}
{"code":"BR","country":"Brazil","status":"downloaded","file":"downloaded/Brazil.gif"}
{"code":"CN","country":"{\"begin\":","status":"downloaded","file":"downloaded/x.gif"}
{"summary":{"asked":2}}
`
	lines := strings.SplitAfter(whole, "\n")
	begun, brazil := len(lines[0])-1, len(lines[0]+lines[1])-1
	china := len(lines[0]+lines[1]+lines[2]) - 1
	for n := range len(whole) + 1 {
		past, err := parsePast(ofDownload, strings.NewReader(whole[:n]))
		if n < begun {
			if err == nil {
				t.Errorf("%q is taken for a record", whole[:n])
			}
			continue
		}
		var want []flags.Code
		if n < brazil {
			want = append(want, "BR")
		}
		if n < china {
			want = append(want, "CN")
		}
		if err != nil {
			t.Errorf("%q: %v", whole[:n], err)
			continue
		}
		if diff := cmp.Diff(want, past.unfinished()); diff != "" {
			t.Errorf("%q: %s", whole[:n], diff)
		}
		// The next run's record, appended, is read as well.
		again, err := parsePast(ofDownload, strings.NewReader(whole[:n]+whole))
		if err != nil || again.unfinished() != nil {
			t.Errorf("%q and a whole record: %v", whole[:n], err)
		}
	}
}

// FuzzParsePast holds that what was read is asked for again only as codes.
func FuzzParsePast(f *testing.F) {
	begin := `{"begin":{"version":1,"command":"download","asked":["BR"]}}` + "\n"
	for _, s := range []string{`{"code":"BR","status":"error"}`, `{"summary":{}}`, `{"code":"../","status":"error"}`, "", "\n", `[]`, `null`, begin + `{"code":"BR","status":"error"}` + "\n{", begin + begin, `{"begin":{"version":1,"asked":["../"]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if past, err := parsePast(ofDownload, strings.NewReader(s)); err == nil {
			for _, c := range past.unfinished() {
				if !isCode(c) {
					t.Errorf("parsePast(%q) asks for %q", s, c)
				}
			}
		}
		if line, err := readLine([]byte(s)); err == nil {
			if again, err := json.Marshal(line); err != nil || !json.Valid(again) {
				t.Errorf("%s: %v", again, err)
			}
		}
	})
}
