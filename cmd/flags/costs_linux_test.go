package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// System calls are counted but for those that depend on how threads and memory come
// and go.
func TestSystemCalls(t *testing.T) {
	needStrace(t)
	l, program := openLedger(t), buildStatic(t)
	for name, run := range costly(serveApart(t)) {
		l.check(t, name, worst(func() costs {
			dir := t.TempDir()
			if run.prepare != nil {
				callsOf(t, program, dir, run.prepare)
			}
			calls := callsOf(t, program, dir, run.args)
			if connections := calls.withoutConnections(); connections > run.most {
				t.Errorf("%s: %d connections, want at most %d", name, connections, run.most)
			}
			return calls
		}), 40)
	}
	l.close(t)
}

// withoutConnections takes away what connections cost, and returns how many there
// were: more if the server was slow, as the machine may be.
func (c costs) withoutConnections() int {
	connections := c["connect"]
	for call, n := range map[string]int{
		"socket": 1, "connect": 1, "getsockname": 1, "getpeername": 1, "getsockopt": 1, "setsockopt": 1, "close": 1, "epoll_ctl": 2,
	} {
		c[call] -= n * connections
	}
	return connections
}

// chancy are calls whose number says nothing of the program.
func chancy(call string) bool {
	for _, prefix := range []string{"rt_", "sched_", "epoll_p", "sig", "clone", "futex", "nanosleep", "m", "gettid", "tgkill", "exit", "getpid", "restart_"} {
		if strings.HasPrefix(call, prefix) && call != "mkdirat" {
			return true
		}
	}
	return false
}

// callsOf runs the program in a directory and counts its system calls by kind.
func callsOf(t *testing.T, program, dir string, args []string) costs {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	run := exec.CommandContext(t.Context(), "strace", append([]string{"-f", "-c", "-qq", "-U", "calls,name", "-o", log, program}, args...)...)
	run.Dir = dir
	run.Env = append(os.Environ(), "GOMAXPROCS=2") // readers that find nothing yet are as many everywhere
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	calls := costs{}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) != 2 || f[1] == "total" || chancy(f[1]) {
			continue
		}
		if n, err := strconv.Atoi(f[0]); err == nil {
			calls[f[1]] = n
		}
	}
	if len(calls) == 0 {
		t.Fatalf("strace counted nothing: %s", data)
	}
	return calls
}
