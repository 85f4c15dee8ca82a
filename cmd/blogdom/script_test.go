package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/cmd/blogdom/internal/dnstest"
	"getflags/cmd/internal/command"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"blogdom": main})
}

// TestScripts runs testdata/script/*.txtar. Beside the usual commands there
// are
//
//	dns ZONE          run a name server for the zone in the file; $DNS is its address
//	exit CODE CMD...  run a command, which is to end with that exit code; with 2, in
//	                  the test's process, which is faster
//	interrupt NAME    send SIGINT to the background command once the server is asked for NAME
//	ended CODE        after wait: the interrupted command ended with that exit code
//
// and the condition [namespaces], to mount files over those of the system.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"dns": startDNS, "exit": exit, "interrupt": interrupt, "ended": ended,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[stage{}] = &stage{}
			return nil
		},
		Condition:           condition,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func condition(name string) (bool, error) {
	if name != "namespaces" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return exec.Command("unshare", "-rm", "true").Run() == nil, nil
}

// stage is what the commands of one script share; its type is also its key.
type stage struct {
	server *dnstest.Server
	target *exec.Cmd
}

func stageOf(ts *testscript.TestScript, neg bool, args []string, least int) *stage {
	if neg || len(args) < least {
		ts.Fatalf("usage: see TestScripts")
	}
	return ts.Value(stage{}).(*stage)
}

func startDNS(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts, neg, args, 1)
	zone, err := dnstest.ParseZone(ts.ReadFile(args[0]))
	ts.Check(err)
	s.server, err = dnstest.Listen("127.0.0.1", zone)
	ts.Check(err)
	ts.Defer(s.server.Close)
	ts.Setenv("DNS", s.server.Addr.String())
}

func exit(ts *testscript.TestScript, neg bool, args []string) {
	stageOf(ts, neg, args, 2)
	if args[0] == "2" { // a mistake in the command line: nothing else is done
		app := newApp()
		app.Writer, app.ErrWriter = ts.Stdout(), ts.Stderr()
		wantCode(ts, command.Run(context.Background(), app, args[2:]), args[0])
		return
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		code = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	wantCode(ts, code, args[0])
}

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts, neg, args, 1)
	if s.target = ts.BackgroundCmds()[0]; !s.server.Await(args[0]) {
		ts.Fatalf("the server ended before it was asked for %s", args[0])
	}
	ts.Check(s.target.Process.Signal(os.Interrupt))
}

func ended(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts, neg, args, 1)
	wantCode(ts, s.target.ProcessState.ExitCode(), args[0])
}

func wantCode(ts *testscript.TestScript, got int, want string) {
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}
