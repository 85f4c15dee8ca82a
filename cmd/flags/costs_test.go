package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"

	"getflags/cmd/flags/internal/builtin"
)

// What a run costs, as far as the machine has no say in it, is in testdata/costs.txt: a
// number that grows by more than a tenth makes these tests fail. Where it has to grow,
//
//	go test ./cmd/flags -run 'TestCosts|TestSystemCalls' -costs
//
// writes down what it is now, in the worst of ten runs, as chance has some say. It is
// to be done, too, when a number has become less, so that it stays so.
var writeCosts = flag.Bool("costs", false, "write down what runs cost in testdata/costs.txt")

// costs are numbers by their name, such as "mirror unchanged, allocations".
type costs map[string]int

// A ledger is testdata/costs.txt.
type ledger struct {
	path  string
	costs costs
}

const ledgerHead = `# What fetching all 388 files, and a mirror in which nothing has changed, costs: system
# calls by kind, without those that only connections take, and allocations, bytes
# allocated and goroutines begun in all. See costs_test.go.
`

func openLedger(t *testing.T) *ledger {
	t.Helper()
	path, err := filepath.Abs("testdata/costs.txt") // tests change the directory
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{path, costs{}}
	for line := range strings.Lines(string(data)) {
		number, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.Atoi(number); err == nil {
			l.costs[name] = n
		}
	}
	return l
}

// check holds what a run cost to what is written down: a tenth more is too much, and
// of a few, as many more as chance may bring. So few are not written down.
func (l *ledger) check(t *testing.T, run string, got costs, chance int) {
	t.Helper()
	for what, n := range got {
		name := run + ", " + what
		was := l.costs[name]
		if *writeCosts {
			delete(l.costs, name)
			if n > chance {
				l.costs[name] = n
			}
		} else if most := was + max(was/10, chance); n > most {
			t.Errorf("%s: %d, where %d are written down and at most %d allowed", name, n, was, most)
		}
	}
}

func (l *ledger) close(t *testing.T) {
	t.Helper()
	if !*writeCosts {
		return
	}
	var b strings.Builder
	b.WriteString(ledgerHead)
	for _, name := range slices.Sorted(maps.Keys(l.costs)) {
		fmt.Fprintf(&b, "%8d %s\n", l.costs[name], name)
	}
	if err := os.WriteFile(l.path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A costlyRun is one that is counted, with arguments for the present directory.
type costlyRun struct {
	prepare []string // a run before it, if any
	args    []string
	most    int // connections
}

func costly(site string) map[string]costlyRun {
	runs := map[string]costlyRun{}
	for _, m := range []int{5, 16, 100} {
		runs[fmt.Sprintf("388 files at m=%d", m)] = costlyRun{
			args: []string{"-s", site, "-a", "--save-metadata", "-m", strconv.Itoa(m), "-o", "."}, most: m,
		}
	}
	mirror := []string{"mirror", "-s", site, "-o", "."}
	runs["mirror unchanged"] = costlyRun{mirror, mirror, 5}
	return runs
}

// serveApart starts a server in a process of its own, so that what it does does not
// count, and returns its site.
func serveApart(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("flags") // this one
	if err != nil {
		t.Fatal(err)
	}
	server, site, err := builtin.StartDelayedProcess(context.Background(), program, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	return site.Base
}

// Allocations and goroutines are the program's, whatever the machine.
func TestCosts(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("counted by make test-all; the race detector allocates, too")
	}
	l := openLedger(t)
	for name, run := range costly(serveApart(t)) {
		if run.most > 16 {
			continue // how many workers and buffers there are is the server's pace to say
		}
		l.check(t, name, worst(func() costs { return best(func() costs { return memoryOf(t, run) }) }), 50)
	}
	l.close(t)
}

// worst are the most that a run may cost: of one, or of ten where they are to be
// written down.
func worst(run func() costs) costs {
	most := run()
	for i := 1; *writeCosts && i < 10; i++ {
		for what, n := range run() {
			most[what] = max(most[what], n)
		}
	}
	return most
}

// best is the least of three runs: what others do meanwhile only adds to it.
func best(run func() costs) costs {
	least := run()
	for range 2 {
		for what, n := range run() {
			least[what] = min(least[what], n)
		}
	}
	return least
}

// memoryOf makes a run in this process and counts what it allocates and begins.
func memoryOf(t *testing.T, run costlyRun) costs {
	t.Helper()
	t.Chdir(t.TempDir())
	runAll(t, run.prepare)
	before := countsOf(t)
	runAll(t, run.args)
	took := countsOf(t)
	for what, n := range before {
		took[what] -= n
	}
	return took
}

func runAll(t *testing.T, args []string) {
	t.Helper()
	if args == nil {
		return
	}
	var out, errs transcript
	if code := inProcess(t.Context(), &out, &errs, args...); code != 0 {
		t.Fatalf("%q: exit code %d\n%s", args, code, &errs)
	}
}

// countsOf are the process's counts so far.
func countsOf(t *testing.T) costs {
	t.Helper()
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:objects"}, {Name: "/gc/heap/allocs:bytes"}, {Name: "/sched/goroutines-created:goroutines"},
	}
	metrics.Read(samples)
	c := costs{}
	for i, what := range []string{"allocations", "bytes allocated", "goroutines begun"} {
		if samples[i].Value.Kind() != metrics.KindUint64 {
			t.Fatalf("this Go does not count %s", samples[i].Name)
		}
		c[what] = int(samples[i].Value.Uint64())
	}
	return c
}
