package bench

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"getflags/cmd/flags/internal/process"
	"getflags/downloader/stats"
	"getflags/flags"
)

// measuredOf makes up what was measured, with times around what is ideal.
func measuredOf(rounds int, latency time.Duration, noise float64, modes ...Mode) *Measured {
	random := rand.New(rand.NewPCG(3, 4))
	e := &Engine{Job: flags.Job{Site: flags.Site{Base: "http://host/flags"}}, Codes: flags.Available(), first: &outcome{}}
	m := &Measured{Config: Config{Subject: e, Seed: 9}, Latencies: []float64{latency.Seconds()}}
	w := Work{Requests: 388, Sets: 194, Latency: latency.Seconds()}
	for _, mode := range modes {
		runs := Runs{Mode: mode}
		for range rounds {
			runs.Costs = append(runs.Costs, process.Cost{Wall: time.Duration(mode.Ideal(w) * (1.01 + noise*random.Float64()) * 1e9)})
		}
		runs.Stats = stats.Summary{Requests: 388 * rounds, Bytes: 919_779 * int64(rounds), Peak: mode.Requests,
			Request: stats.Distribution{P50: latency, P90: latency * 11 / 10, P99: latency * 12 / 10, Max: 2 * latency}}
		m.Modes = append(m.Modes, runs)
	}
	return m
}

func modesOf(kinds []string, requests ...int) []Mode {
	return (&Engine{Kinds: kinds, Requests: requests, Writers: []int{4}}).Modes()
}

func usual() []Mode { return modesOf(Kinds(), 1, 5, 20, 100) }

func TestText(t *testing.T) {
	got := Analyse(measuredOf(10, 50*time.Millisecond, .02, modesOf([]string{Sequential, Concurrent}, 5, 20, 100)...)).Text()
	want := strings.TrimPrefix(`
194 flags in 388 requests; 10 rounds

                 writ-     times as fast                 time  ideal   effi-
mode          m    ers     as sequential                    s      s  ciency
sequential    1      –                 1     19.8 (19.7–20.0)   19.4    98 %
concurrent    5      4  4.99 (4.97–5.03)     3.96 (3.95–4.00)   3.90    99 %
concurrent   20      4  19.4 (19.2–19.6)     1.02 (1.01–1.02)   1.00    98 %
concurrent  100      4  96.8 (96.1–98.1)  0.205 (0.202–0.206)  0.200    98 %

                 writ-    requests     open  latency
mode          m    ers  per second  at most  p50, ms   p90   p99   bytes
sequential    1      –       19.58        1     50.0  55.0  60.0  920 kB
concurrent    5      4        98.0        5     50.0  55.0  60.0  920 kB
concurrent   20      4       379.6       20     50.0  55.0  60.0  920 kB
concurrent  100      4        1897      100     50.0  55.0  60.0  920 kB

A request alone holds its slot for 50 ms, until its last byte (median). If
there were only such waits, 388 requests would take ceil(388/m) times as long:
the ideal time.

More requests at once paid up to m = 100, where a run takes 1.02 (1.01–1.03)
times the ideal time; a larger m may pay still.
`, "\n")
	table, chart, _ := strings.Cut(got, "\ntime of a run against m")
	if diff := cmp.Diff(want, table); diff != "" {
		t.Error(diff)
	}
	for _, label := range []string{"4.0 s", "  m  5", "20", "100", "· ideal   ━ concurrent, 4 writers"} {
		if !strings.Contains(chart, label) {
			t.Errorf("the chart lacks %q:\n%s", label, chart)
		}
	}
}

// Whatever was measured, with however few rounds, no line is too long for a
// terminal, and nothing is infinite or no number at all.
func TestTextOfAnything(t *testing.T) {
	for _, rounds := range []int{1, 5, 6, 30} {
		for _, latency := range []time.Duration{0, 30 * time.Microsecond, 2 * time.Second} {
			for _, noise := range []float64{0, 1e-6, .3, 5} {
				for _, modes := range [][]Mode{usual(), usual()[:1], usual()[2:3], usual()[1:]} {
					m := measuredOf(rounds, latency, noise, modes...)
					if latency == 0 { // nothing is in time
						for _, runs := range m.Modes {
							for i := range runs.Costs {
								runs.Costs[i].Wall = 1
							}
						}
					}
					checkForms(t, Analyse(m))
				}
			}
		}
	}
}

func checkForms(t *testing.T, r *Report) {
	t.Helper()
	text := r.Text()
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("a line is too long: %s", line)
		}
		if strings.HasSuffix(line, " \n") {
			t.Errorf("a line ends in spaces: %q", line)
		}
	}
	data, err := r.JSON()
	if err != nil || !json.Valid(data) {
		t.Errorf("%v: %s", err, data)
	}
	table, err := r.CSV()
	if err != nil {
		t.Error(err)
	}
	if _, err := csv.NewReader(bytes.NewReader(table)).ReadAll(); err != nil {
		t.Errorf("%v: %s", err, table)
	}
	for _, all := range []string{text, markdownOf(t, r), string(data), string(table)} {
		for _, bad := range []string{"NaN", "Inf", "%!"} {
			if strings.Contains(all, bad) {
				t.Fatalf("%s is in\n%s", bad, all)
			}
		}
	}
}

func markdownOf(t *testing.T, r *Report) string {
	t.Helper()
	text, err := r.Markdown()
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

func TestMarkdown(t *testing.T) {
	got := markdownOf(t, Analyse(measuredOf(6, 50*time.Millisecond, .02, usual()[:2]...)))
	for _, want := range []string{
		"| mode | m | writers | times as fast as sequential | time s | ideal s | efficiency |\n| :--- | ---: | ---: | ---: | ---: | ---: | ---: |\n| sequential | 1 | – | 1 | 19.8 (19.6–20.0) | 19.4 | 98 % |\n",
		"| mode | m | writers | requests per second | open at most | latency p50, ms | p90 | p99 | bytes |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

func TestCSV(t *testing.T) {
	r := Analyse(measuredOf(2, 50*time.Millisecond, 0, usual()[:2]...))
	got, err := r.CSV()
	want := `mode,max_requests,writers,rounds,speedup,speedup_low,speedup_high,significant,time,time_low,time_high,ideal,efficiency,requests,requests_per_second,peak_requests,bytes,latency_p50,latency_p90,latency_p99,latency_max
sequential,1,0,2,1,,,,19.594,,,19.4,0.990099,388,19.80198,1,919779,0.05,0.055,0.06,0.1
concurrent,1,4,2,1,,,,19.594,,,19.4,0.990099,388,19.80198,1,919779,0.05,0.055,0.06,0.1
`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// Who reads the JSON finds what the help says is there.
func TestJSON(t *testing.T) {
	data, err := Analyse(measuredOf(6, 50*time.Millisecond, .1, usual()...)).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"site", "machine", "flags", "requests", "rounds", "warmup", "seed", "write_delay", "latency", "baseline", "knee", "sentence", "writing"} {
		if _, ok := r[key]; !ok {
			t.Errorf("no %s", key)
		}
	}
	mode := r["modes"].([]any)[3].(map[string]any)
	for _, key := range []string{"mode", "max_requests", "writers", "time", "speedup", "significant", "ideal", "efficiency",
		"requests_per_second", "latency", "requests", "bytes", "peak_requests", "times"} {
		if _, ok := mode[key]; !ok {
			t.Errorf("no %s of a mode", key)
		}
	}
	if mode["significant"] != true || len(mode["times"].([]any)) != 6 {
		t.Errorf("%v", mode)
	}
}

// Both forms of the plot can be read, and the SVG has each m and plain times.
func TestPlot(t *testing.T) {
	r := Analyse(measuredOf(10, 50*time.Millisecond, .3, usual()...))
	data, err := r.Plot(".svg")
	if err != nil {
		t.Fatal(err)
	}
	said := textsOf(t, data)
	for _, want := range []string{"1", "5", "20", "100", "0.2", "0.5", "2", "10", "m, requests open at once", "time of a run, s",
		"194 flags in 388 requests, each 50 ms by itself", "ideal: the waits alone",
		"concurrent, 4 writers, median and its 95 % interval", "written in line, median and its 95 % interval"} {
		if !said[want] {
			t.Errorf("the plot lacks %q: %v", want, said)
		}
	}
	if data, err = r.Plot(".png"); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil || picture.Bounds().Dx() != 1080 {
		t.Errorf("%v, %v", picture.Bounds(), err)
	}
	if _, err := Analyse(measuredOf(10, 1, .3, usual()[:2]...)).Plot(".svg"); err == nil || !strings.Contains(err.Error(), "two different m") {
		t.Errorf("one m: %v", err)
	}
}

// textsOf are what a drawing says.
func textsOf(t *testing.T, svg []byte) map[string]bool {
	t.Helper()
	said := map[string]bool{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return said
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			said[strings.TrimSpace(string(text))] = true
		}
	}
}

func TestWrap(t *testing.T) {
	got := wrap("one two three\n\nfour fivesix 7\n", 8)
	if want := "one two\nthree\n\nfour\nfivesix\n7\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
