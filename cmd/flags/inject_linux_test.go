package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// These tests make single system calls of the program fail, by strace's fault
// injection. That counts the calls of each thread by itself, and which thread
// makes which call is chance: so what was hit is read from strace's log.

// injectable are the calls that may fail, and how.
var (
	injectable = []string{
		"openat", "write", "renameat", "renameat2", "linkat", "close", "unlinkat",
		"ftruncate", "mkdirat", "fstat", "newfstatat", "utimensat", "flock",
	}
	failures = []string{"EIO", "ENOSPC", "EACCES", "EMFILE"}
)

// A scene is a run of the program in which calls fail.
type scene struct {
	program string // see buildStatic
	// always are injections beside the one that is tried: what the file system
	// cannot do.
	always []string
	// without are those of the injectable calls that the program does not make
	// in the directory; all others it does.
	without []string
	// prepare makes a directory as it is before the run.
	prepare func(t *testing.T, dir string)
	// args are the program's, for a directory.
	args func(dir string) []string
	// check looks at what the run has left.
	check func(t *testing.T, dir string, r traced)
	// converged looks at what a second run has left, in which nothing fails.
	converged func(t *testing.T, dir string)
}

// A traced run is one under strace.
type traced struct {
	code      int
	out, errs string
	calls     []call
	// crashed is whether Go's runtime gave up, as it may where a call of its own
	// fails.
	crashed bool
}

// A call is a system call in strace's log.
type call struct {
	thread, name, args string
	// turn tells which call of its name in its thread it is, from 1.
	turn     int
	injected bool
}

// within are the calls that have to do with a directory.
func within(calls []call, dir string) (list []call) {
	for _, c := range calls {
		if strings.Contains(c.args, dir) {
			list = append(list, c)
		}
	}
	return list
}

func hits(calls []call) []call {
	return slices.DeleteFunc(slices.Clone(calls), func(c call) bool { return !c.injected })
}

// needStrace skips a test where strace is missing, or may not trace.
func needStrace(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("hundreds of runs take a while; make test-all runs some, .ci/long all")
	}
	if raceDetector {
		t.Skip("the program that is traced is built without the race detector")
	}
	if out, err := exec.Command("strace", "-f", "--seccomp-bpf", "-qq", "-o", os.DevNull, "-e", "inject=flock:error=EIO", "true").CombinedOutput(); err != nil {
		t.Skipf("no strace that can make system calls fail here: %v\n%s", err, out)
	}
}

// buildStatic builds the program as it is released. A dynamic loader's calls,
// which come before its own, would be those that fail.
func buildStatic(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "flags")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", name, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

// underStrace runs the program under strace, with the injections. It fails the test
// if the program does not come to an end.
func (s scene) underStrace(t *testing.T, injections []string, dir string) traced {
	t.Helper()
	// Nothing depends on how long it takes: this is for a run that hangs.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	log := filepath.Join(t.TempDir(), "log")
	words := []string{"-f", "--seccomp-bpf", "-qq", "-y", "-e", "signal=none", "-o", log, "-e", "trace=" + strings.Join(injectable, ",")}
	for _, i := range injections {
		words = append(words, "-e", "inject="+i)
	}
	run := exec.CommandContext(ctx, "strace", append(append(words, s.program), s.args(dir)...)...)
	run.Env = append(os.Environ(), "GOMAXPROCS=1")
	var out, errs bytes.Buffer
	run.Stdout, run.Stderr = &out, &errs
	if err := run.Run(); err != nil && (!errors.As(err, new(*exec.ExitError)) || ctx.Err() != nil) {
		t.Fatalf("%v: it hangs\n%s%s", err, &out, &errs)
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	crashed := regexp.MustCompile(`(?m)^(fatal error|runtime): `).Match(errs.Bytes())
	return traced{run.ProcessState.ExitCode(), out.String(), errs.String(), parseLog(string(data)), crashed}
}

// parseLog reads lines such as
//
//	28324 openat(5</tmp/d>, "x", O_RDONLY) = -1 EIO (Input/output error) (INJECTED)
//
// A call that others came in between of has two lines.
func parseLog(log string) (calls []call) {
	line := regexp.MustCompile(`(?m)^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$`)
	begun := map[string]string{} // arguments by thread
	turns := map[string]int{}    // calls by thread and name
	for _, m := range line.FindAllStringSubmatch(log, -1) {
		c := call{thread: m[1], name: m[2] + m[3], args: m[4]}
		if args, unfinished := strings.CutSuffix(c.args, "<unfinished ...>"); unfinished {
			begun[c.thread] = args
			continue
		}
		if m[2] != "" {
			c.args = begun[c.thread] + c.args
		}
		turns[c.thread+c.name]++
		c.turn, c.injected = turns[c.thread+c.name], strings.HasSuffix(c.args, "(INJECTED)")
		calls = append(calls, c)
	}
	return calls
}

// inject plays a scene with every call failing in the directory, at some of its
// turns and in one way each; or, if it may take long, at all turns in all ways.
func (s scene) inject(t *testing.T) {
	turns := s.turns(t)
	for _, name := range slices.Sorted(maps.Keys(turns)) {
		played, reached := false, false // neither, if -run leaves it out
		// Which thread makes which call is the scheduler's, so a turn that one
		// run has the next may not: they are gone through again until one is hit.
		again := slices.Repeat(tries(turns[name]), 5)
		for try, turn := range again {
			if reached && try >= len(again)/5 {
				break
			}
			if reached && try >= 3 && !long() {
				break
			}
			for _, failure := range ways(try) {
				injection := fmt.Sprintf("%s:error=%s:when=%d", name, failure, turn)
				t.Run(injection, func(t *testing.T) {
					played = true
					reached = s.play(t, injection) || reached
				})
			}
		}
		if played && !reached {
			t.Errorf("no %s in the directory has failed, at any turn of %v", name, turns[name])
		}
	}
}

// tries are the turns to try: all up to the last, and a few more, as another
// run may give one thread more of the calls; the first, the last and the one in
// the middle come first.
func tries(turns []int) []int {
	slices.Sort(turns)
	first, middle, last := turns[0], turns[len(turns)/2], turns[len(turns)-1]
	list := []int{first, middle, last}
	for turn := range last + 3 {
		list = append(list, turn+1)
	}
	var unique []int
	for _, turn := range list {
		if !slices.Contains(unique, turn) {
			unique = append(unique, turn)
		}
	}
	return unique
}

// ways are those in which a call fails.
func ways(try int) []string {
	if long() {
		return failures
	}
	return failures[try%len(failures):][:1]
}

// turns tells at which turns the calls in the directory come, by their names,
// from a run in which nothing fails but what always does.
func (s scene) turns(t *testing.T) map[string][]int {
	dir := filepath.Join(t.TempDir(), "dir")
	s.prepare(t, dir)
	r := s.underStrace(t, s.always, dir)
	if r.code != 0 {
		t.Fatalf("exit code %d, though nothing failed\n%s%s", r.code, r.out, r.errs)
	}
	s.check(t, dir, r)
	turns := map[string][]int{}
	for _, c := range within(r.calls, dir) {
		turns[c.name] = append(turns[c.name], c.turn)
	}
	made := slices.Sorted(maps.Keys(turns))
	want := slices.DeleteFunc(slices.Sorted(slices.Values(injectable)), func(name string) bool { return slices.Contains(s.without, name) })
	if !slices.Equal(made, want) {
		t.Errorf("the program calls %v in the directory, want %v", made, want)
	}
	return turns
}

// play runs a scene once, and again without the injection, and reports whether
// a call in the directory has failed.
func (s scene) play(t *testing.T, injection string) bool {
	dir := filepath.Join(t.TempDir(), "dir")
	s.prepare(t, dir)
	r := s.underStrace(t, append(slices.Clone(s.always), injection), dir)
	hit := hits(within(r.calls, dir))
	if r.crashed && len(hit) == len(hits(r.calls)) {
		t.Errorf("the program crashed\n%s", r.errs)
	}
	s.check(t, dir, r)
	if again := s.underStrace(t, s.always, dir); again.code != 0 {
		t.Errorf("the next run ends with exit code %d\n%s%s", again.code, again.out, again.errs)
	}
	s.converged(t, dir)
	if t.Failed() {
		t.Logf("failed: %+v\nexit code %d\n%s%s", hits(r.calls), r.code, r.out, r.errs)
	}
	return len(hit) > 0
}
