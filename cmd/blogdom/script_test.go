package main

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/cmd/blogdom/internal/dnstest"
	"getflags/cmd/internal/scripttest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"blogdom": main})
}

// TestScripts runs testdata/script/*.txtar. The scripts have these commands of
// their own
//
//	dns ZONE          run a name server for the zone in the file; $DNS is its address
//	exit CODE CMD...  run a command that must end with that exit code; for code 2, run
//	                  it in the test's process, which is faster
//	interrupt NAME    send SIGINT to the background command once the server has been asked for NAME
//	ended CODE        after wait: the interrupted command ended with that exit code
//
// and the condition [namespaces], to mount files over those of the system.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"dns": startDNS, "exit": scripttest.Exit(newApp), "interrupt": interrupt, "ended": ended,
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

// stage holds what the commands of one script share; its type is also its key.
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

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts, neg, args, 1)
	if s.target = ts.BackgroundCmds()[0]; !s.server.Await(args[0]) {
		ts.Fatalf("the server ended before it was asked for %s", args[0])
	}
	ts.Check(s.target.Process.Signal(os.Interrupt))
}

func ended(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts, neg, args, 1)
	scripttest.WantCode(ts, s.target.ProcessState.ExitCode(), args[0])
}
