//go:build unix

package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"getflags/cmd/flags/internal/figures"
	"getflags/cmd/flags/internal/process"
	"getflags/flags"
)

// A stand-in for this program: it writes two files for each code, of which
// the site has all but ZZ.
const standIn = `#!/bin/sh
for code in "$@"; do
	case $code in
	??)
		[ "$code" = zz ] && continue
		[ "$code" = -m ] || [ "$code" = -o ] || [ "$code" = -s ] || [ "$code" = -q ] && continue
		echo "GIF89a of $code" > "$code.gif"
		echo "{\"country\": \"$code\"}" > "$code.json";;
	esac
done
`

// Stand-ins for peers, which take their lists as those do. They write what
// the site would have sent.
const (
	curlLike = `#!/bin/sh
[ "$HOME" = "$PWD" ] && [ -z "$http_proxy" ] && [ "$1" = -q ] || { echo settings >&2; exit 9; }
for list in "$@"; do :; done
grep '^output=' "$list" | tr -d '"' | while IFS== read -r _ name; do
	code=${name%%.*}
	case $name in
	*.gif) echo "GIF89a of $code" > "$name";;
	*) echo "{\"country\": \"$code\"}" > "$name";;
	esac
done
`
	noisy = `#!/bin/sh
echo "cannot connect" >&2
echo "giving up" >&2
exit 4
`
)

// install makes programs that are found before all others.
func install(t *testing.T, scripts map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("http_proxy", "http://localhost:1")
}

// ticking is a clock on which each look takes a second more than the last.
func ticking() func() time.Time {
	now, step := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), time.Duration(0)
	return func() time.Time {
		step += time.Second
		now = now.Add(step)
		return now
	}
}

func contestOf(t *testing.T, peers ...Program) (Config, *Programs) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(strings.Split(os.Getenv("PATH"), ":")[0], "flags"))
	if err != nil {
		t.Fatal(err)
	}
	p := &Programs{
		Site: flags.Site{Base: "http://host/flags"}, Codes: []flags.Code{"BR", "CN", "ZZ"},
		Path: path, Timeout: time.Minute, Peers: peers, Requests: []int{5, 100}, Now: ticking(),
	}
	return Config{Subject: p, Warmup: 1, Runs: 6, Seed: 1, Dir: t.TempDir(), Progress: func(Mode, int) {}}, p
}

func peersFound(t *testing.T) []Program {
	t.Helper()
	found, missing := Peers()
	if len(found) != 3 || len(missing) != 0 {
		t.Fatalf("found %v, missing %v", found, missing)
	}
	return found
}

func TestCompete(t *testing.T) {
	if testing.Short() {
		t.Skip("its fifty programs take a second; make test-all runs it")
	}
	install(t, map[string]string{
		"flags": standIn, "curl": curlLike, "wget2": noisy,
		// It forgets one file and gets two wrong.
		"aria2c": strings.NewReplacer("-q", "--no-conf", "'^output='", "'^ out='", "*.gif) echo \"GIF89a", "cn.json) ;;\n\t*.gif) echo \"GIF90a").Replace(curlLike),
	})
	config, contest := contestOf(t, peersFound(t)...)
	counts := map[string]int{}
	config.Progress = func(m Mode, _ int) { counts[m.Name]++ }
	m, err := Measure(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	empty(t, config.Dir)
	r := contest.judge(m)
	if r.Rounds != 6 || r.Files != 4 || r.Missing != 1 || r.Bytes == 0 {
		t.Errorf("%d rounds of %d files, %d missing", r.Rounds, r.Files, r.Missing)
	}
	var kept []string
	for _, p := range r.Programs {
		kept = append(kept, fmt.Sprint(p.Program, p.MaxRequests, len(p.Walls)))
		if p.Memory == nil || p.Memory.Median <= 0 || p.CPU.Median <= 0 {
			t.Errorf("%s took no memory, or no time: %+v", p.Program, p)
		}
	}
	if diff := cmp.Diff([]string{"flags5 6", "curl5 6", "flags100 6", "curl100 6"}, kept); diff != "" {
		t.Error(diff)
	}
	checkForms(t, Analyse(m))
	for _, want := range []string{
		"wget2 at m = 5 is left out: exit status 4; cannot connect; giving up; of 4 files 4 are missing and 0 differ, first flags/br/br.gif.",
		"aria2c at m = 100 is left out: of 4 files 1 are missing and 2 differ, first br.gif.",
	} {
		if text := markdownOf(t, Analyse(m)); !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	// Who has failed gets no further turn.
	if want := map[string]int{"flags": 14, "curl": 14, "wget2": 2, "aria2c": 2}; !maps.Equal(counts, want) {
		t.Errorf("turns %v, want %v", counts, want)
	}
}

// Ratios come from the same round: here each run takes longer than the last.
func TestJudge(t *testing.T) {
	p := &Programs{Site: flags.Site{Base: "http://host"}, Absent: []string{"wget2"}, files: make([]wanted, 2)}
	own, other := Runs{Mode: p.mode(Program{Name: "flags"}, 1)}, Runs{Mode: p.mode(Program{Name: "curl"}, 1)}
	for i := range 6 {
		cost := process.Cost{Wall: time.Duration(i+1) * time.Second, CPU: time.Duration(i+1) * time.Millisecond, Memory: 20 << 20}
		own.Costs = append(own.Costs, cost)
		other.Costs = append(other.Costs, process.Cost{Wall: 2 * cost.Wall, CPU: 3 * cost.CPU, Memory: cost.Memory / 2})
	}
	m := &Measured{Config: Config{Subject: p}, Modes: []Runs{own, other}}
	r := p.judge(m).Programs[1]
	if r.WallRatio != (figures.Estimate{Median: 2, Low: 2, High: 2}) || r.CPURatio.String() != "3.00 (3.00–3.00)" || *r.MemoryRatio != (figures.Estimate{Median: .5, Low: .5, High: .5}) {
		t.Errorf("%+v", r)
	}
	if text := Analyse(m).Text(); !strings.Contains(text, "wget2 is left out: not installed.") || !strings.Contains(text, "10.5 ±0") {
		t.Error(text)
	}
	for _, costs := range [][]process.Cost{own.Costs, other.Costs} {
		for i := range costs {
			costs[i].Memory = 0
		}
	}
	if r := p.judge(m).Programs[1]; r.MemoryRatio != nil || r.Memory != nil {
		t.Errorf("memory that the system does not tell: %+v", r)
	}
	checkForms(t, Analyse(m))
	p.Delay = time.Second
	if r := p.judge(m).Programs[1]; r.OfIdeal.Median != r.Wall.Median/2 {
		t.Errorf("2 files at m = 1 from a server that takes 1 s: %v of the ideal, in %v s", r.OfIdeal, r.Wall)
	}
	checkForms(t, Analyse(m))
}

// If this program itself fails, or brings something else, so does the match.
func TestCompeteOwnFailure(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"at once": {noisy, "fetching the flags once: exit status 4; cannot connect; giving up"},
		"later":   {standIn + "[ $(basename \"$PWD\") -lt 5 ] || echo x >> br.gif\n", "flags -m 5, round 2: of 4 files 0 are missing and 1 differ, first br.gif"},
	} {
		t.Run(name, func(t *testing.T) {
			install(t, map[string]string{"flags": tt.script})
			config, contest := contestOf(t)
			contest.Requests = []int{5}
			c, err := Measure(t.Context(), config)
			if err == nil || strings.ReplaceAll(err.Error(), "\n", "; ") != tt.want || c.Rounds() != 0 && name == "at once" {
				t.Errorf("%v, want %s", err, tt.want)
			}
			empty(t, config.Dir)
		})
	}
}

// An interrupt stops the program that is running, leaves the whole rounds and
// no directory.
func TestCompeteInterrupted(t *testing.T) {
	hang := "#!/bin/sh\n[ -e $(dirname \"$0\")/hang ] || exec \"$(dirname \"$0\")/whole\" \"$@\"\nexec sleep 600\n"
	install(t, map[string]string{"flags": hang, "whole": standIn})
	config, contest := contestOf(t)
	contest.Requests, config.Runs = []int{5}, 100
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	started := make(chan struct{})
	config.Progress = func(_ Mode, round int) {
		if round == 2 {
			os.WriteFile(filepath.Join(filepath.Dir(contest.Path), "hang"), nil, 0o666)
			close(started)
		}
	}
	go func() {
		<-started
		cancel(stop)
	}()
	c, err := Measure(ctx, config)
	if !errors.Is(err, stop) || c.Rounds() != 2 {
		t.Errorf("%v, %d rounds", err, c.Rounds())
	}
	empty(t, config.Dir)
}

func TestLists(t *testing.T) {
	files := []wanted{{"http://host/a b/br.gif?x=1", "br.gif"}, {"http://host/flags/br/metadata.json", "br.json"}}
	for _, tt := range []struct{ got, want string }{
		{curlList(files), "url=\"http://host/a b/br.gif?x=1\"\noutput=\"br.gif\"\nurl=\"http://host/flags/br/metadata.json\"\noutput=\"br.json\"\n"},
		{ariaList(files), "http://host/a b/br.gif?x=1\n out=br.gif\nhttp://host/flags/br/metadata.json\n out=br.json\n"},
		{plainList(files), "http://host/a b/br.gif?x=1\nhttp://host/flags/br/metadata.json\n"},
		{asInURL(files[0]), "a b/br.gif?x=1"},
		{asInURL(files[1]), "flags/br/metadata.json"},
		{strings.Join(codesOf(files), " "), "br"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
