package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/cmd/internal/scripttest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mojifinder": main})
}

// TestScripts runs testdata/script/*.txtar. Beside the usual commands there
// are
//
//	exit CODE CMD...   run a command, which is to end with that exit code; with 2, in
//	                   the test's process, which is faster
//	serve CMD...       start a server; $ADDR is where it says that it listens
//	get PATH           ask the server over HTTP; the files head and body are its answer
//	ask FILE           send a file over TCP; the file reply is what comes back
//	signal NAME CODE   send INT or TERM; the server is to end with that exit code,
//	                   and what it wrote is in the files out and log
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": scripttest.Exit(newApp), "serve": serve, "get": get, "ask": ask, "signal": signal,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[server{}] = &server{}
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each command takes a second more
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// server is the one that a script has started; its type is also its key.
type server struct {
	*exec.Cmd
	first  string // line it wrote, which says where it listens
	stdout *bufio.Reader
	stderr *bytes.Buffer
}

func serverOf(ts *testscript.TestScript, neg bool, args []string, count int) *server {
	if neg || len(args) < count {
		ts.Fatalf("usage: see TestScripts")
	}
	return ts.Value(server{}).(*server)
}

func serve(ts *testscript.TestScript, neg bool, args []string) {
	s := serverOf(ts, neg, args, 1)
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	s.Cmd, s.stderr = exec.Command(path, args[1:]...), new(bytes.Buffer)
	s.Stderr = s.stderr
	out, err := s.StdoutPipe()
	ts.Check(err)
	ts.Check(s.Start())
	ts.Defer(func() { s.Process.Kill(); s.Wait() })
	s.stdout = bufio.NewReader(out)
	s.first, err = s.stdout.ReadString('\n')
	ts.Check(err)
	where, _, _ := strings.Cut(strings.TrimPrefix(s.first, "Serving on "), " ")
	ts.Setenv("ADDR", strings.Trim(strings.TrimPrefix(where, "http:"), "/"))
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	serverOf(ts, neg, args, 1)
	answer, err := http.Get("http://" + ts.Getenv("ADDR") + args[0])
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	var head bytes.Buffer
	head.WriteString(answer.Status + "\r\n")
	ts.Check(answer.Header.Write(&head))
	write(ts, "head", strings.ReplaceAll(head.String(), "\r\n", "\n"))
	write(ts, "body", string(body))
}

func ask(ts *testscript.TestScript, neg bool, args []string) {
	serverOf(ts, neg, args, 1)
	conn, err := net.Dial("tcp", ts.Getenv("ADDR"))
	ts.Check(err)
	defer conn.Close()
	_, err = io.WriteString(conn, strings.ReplaceAll(ts.ReadFile(args[0]), "\n", "\r\n"))
	ts.Check(err)
	ts.Check(conn.(*net.TCPConn).CloseWrite())
	reply, err := io.ReadAll(conn)
	ts.Check(err)
	write(ts, "reply", strings.ReplaceAll(string(reply), "\r\n", "\n"))
}

func signal(ts *testscript.TestScript, neg bool, args []string) {
	s := serverOf(ts, neg, args, 2)
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}
	ts.Check(s.Process.Signal(signals[args[0]]))
	rest, err := io.ReadAll(s.stdout)
	ts.Check(err)
	if err := s.Wait(); !errors.As(err, new(*exec.ExitError)) {
		ts.Check(err)
	}
	write(ts, "out", s.first+string(rest))
	write(ts, "log", s.stderr.String())
	scripttest.WantCode(ts, s.ProcessState.ExitCode(), args[1])
}

// write ends the text in a newline, as files in scripts end.
func write(ts *testscript.TestScript, name, text string) {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
}
