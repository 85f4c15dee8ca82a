package tracetest

import (
	"maps"
	"strings"
	"testing"
)

const (
	names = `{"name":"process_name","ph":"M","pid":1},{"name":"thread_name","ph":"M","pid":1,"tid":7},`
	ends  = `,{"name":"requests in flight","ph":"C","pid":1,"ts":1.5,"args":{"value":2}},
		{"name":"requests in flight","ph":"C","pid":1,"ts":9,"args":{"value":0}},
		{"name":"bytes waiting for the disk","ph":"C","pid":1,"ts":0,"args":{"value":0}}]`
	request = `{"name":"a","cat":"request","ph":"X","pid":1,"tid":7,"ts":10,"dur":5},
		{"name":"connect","cat":"phase","ph":"X","pid":1,"tid":7,"ts":10,"dur":2},
		{"name":"body","cat":"phase","ph":"X","pid":1,"tid":7,"ts":12,"dur":3}`
)

func TestCheck(t *testing.T) {
	counts, err := Check([]byte("["+names+request+ends), 2)
	if want := (Counts{"request": 1, "phase": 2}); err != nil || !maps.Equal(counts, want) {
		t.Errorf("got %v, %v; want %v", counts, err, want)
	}
	for data, want := range map[string]string{
		"[" + names + request: "unexpected end",
		"[" + request + ends:  "has no name",
		"[" + names + strings.Replace(request, `"dur":5`, `"d":5`, 1) + ends:     "no dur",
		"[" + names + strings.Replace(request, `"ts":10`, `"ts":10.5`, 1) + ends: "not whole",
		"[" + names + strings.Replace(request, `"ts":10`, `"ts":-1`, 1) + ends:   "before the start",
		"[" + names + strings.Replace(request, `"ph":"X"`, `"ph":"Q"`, 1) + ends: `ph "Q"`,
		"[" + names + strings.Replace(request, `"dur":3`, `"dur":4`, 1) + ends:   "no part of",
		"[" + names + strings.Replace(request, `"ts":12`, `"ts":13`, 1) + ends:   "no part of",
		"[" + names + strings.Replace(request, `"dur":3`, `"dur":2`, 1) +
			`,{"name":"b","cat":"write","ph":"X","pid":1,"tid":7,"ts":20,"dur":1}` + ends: "phases end at 14",
		"[" + names + request + `,{"name":"b","cat":"write","ph":"X","pid":1,"tid":7,"ts":14,"dur":1}` + ends: "before 15",
		"[" + names + request + strings.Replace(ends, `"value":2`, `"value":3`, 1):                            "is 3",
		"[" + names + request + strings.Replace(ends, `"ts":9`, `"ts":1`, 1):                                  "0 in the end",
		"[" + names + request + strings.Replace(ends, "bytes waiting", "bytes", 1):                            "not told",
	} {
		if _, err := Check([]byte(data), 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngave %v, want an error with %q", data, err, want)
		}
	}
}
