package record

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"getflags/flags"
	"getflags/flags/mirror"
)

// What a mirror says of a flag is one of the statuses.
func TestStatusesOfMirror(t *testing.T) {
	for s := mirror.Same; s <= mirror.Failed; s++ {
		if !slices.Contains(statuses(), Status(s.String())) {
			t.Errorf("%q is no status of a record", s)
		}
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
		past, err := parse(OfDownload, strings.NewReader(whole[:n]))
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
		if diff := cmp.Diff(want, past.Unfinished()); diff != "" {
			t.Errorf("%q: %s", whole[:n], diff)
		}
		// The next run's record, appended, is read as well.
		again, err := parse(OfDownload, strings.NewReader(whole[:n]+whole))
		if err != nil || again.Unfinished() != nil {
			t.Errorf("%q and a whole record: %v", whole[:n], err)
		}
	}
}

// FuzzParse holds that what was read is asked for again only as codes.
func FuzzParse(f *testing.F) {
	begin := `{"begin":{"version":1,"command":"download","asked":["BR"]}}` + "\n"
	for _, s := range []string{`{"code":"BR","status":"error"}`, `{"summary":{}}`, `{"code":"../","status":"error"}`, "", "\n", `[]`, `null`, begin + `{"code":"BR","status":"error"}` + "\n{", begin + begin, `{"begin":{"version":1,"asked":["../"]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if past, err := parse(OfDownload, strings.NewReader(s)); err == nil {
			for _, c := range past.Unfinished() {
				if !isCode(c) {
					t.Errorf("parse(%q) asks for %q", s, c)
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

// A byte order mark is passed over at the start of each record, of which there
// may be several; one of UTF-16, as some shells make it, is named.
func TestRecordWithByteOrderMark(t *testing.T) {
	run := "\ufeff" + `{"begin":{"version":1,"command":"download","asked":["BR"]}}` + "\n"
	done := `{"code":"BR","status":"downloaded"}` + "\n" + `{"summary":{"asked":1}}` + "\n"
	for text, want := range map[string]int{run: 1, run + done: 0, run + run + done: 0, run + done + run: 1} {
		past, err := parse(OfDownload, strings.NewReader(text))
		if err != nil || len(past.Unfinished()) != want {
			t.Errorf("%q: %v, want %d unfinished", text, err, want)
		}
	}
	_, err := parse(OfDownload, strings.NewReader("\xff\xfe{\x00"))
	if err == nil || err.Error() != "line 1: is UTF-16LE, by its byte order mark: want UTF-8" {
		t.Error(err)
	}
}

// zeros are what a file of holes has, without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A line without an end is read up to a bound, and named.
func TestRecordWithEndlessLine(t *testing.T) {
	begin := `{"begin":{"version":1,"command":"download","asked":["BR"]}}` + "\n"
	const want = "line 2: is not what --json writes: has more than the 67108864 bytes that are read of a line; want an object per flag, each on a line of its own"
	if _, err := parse(OfDownload, io.MultiReader(strings.NewReader(begin), zeros{})); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
