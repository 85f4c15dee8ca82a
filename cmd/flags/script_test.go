package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image/gif"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/cmd/flags/internal/builtin"
	"getflags/cmd/internal/scripttest"
	"getflags/flags/flagserver"
)

func TestMain(m *testing.M) {
	// Scripts wait more than they work. The command line may say something else.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"flags": main})
}

// TestScripts runs testdata/script, where the behaviour of the program is
// told. Beside testscript's own commands the scripts have
//
//	run ARG ...        runs the program in this process: faster than exec flags, and for
//	                   command lines that touch no file
//	gifs N DIR         DIR holds N GIFs that decode, and no other picture
//	stats URL KEY N    a server's /-/stats says N, or from 1 to N if it is written <=N
//	awaiturl URL       waits until something answers there
//	freeports VAR ...  sets variables to ports nobody uses
//	checkrecords FILE  the records in FILE are true of the files they name
//	checktrace FILE M  see checkTrace
//	listener VAR TEXT  starts a program that speaks no HTTP but TEXT; VAR is its port
//
// and the variables SITE, a site like LOCAL, PROXY, its server as a proxy, OTHERS, a server with sites of
// other layouts (see others), ODD, one whose metadata are
// strange (see odd), SLOW, one that never answers, and GONE, where nobody
// listens.
func TestScripts(t *testing.T) {
	commands := map[string]func(*testscript.TestScript, bool, []string){
		"gifs": gifs, "stats": serverStats, "awaiturl": awaitURL, "freeports": freePorts, "listener": listener,
		"checkrecords": checkRecords, "checktrace": checkTrace, "run": scripttest.Run(newApp),
	}
	maps.Copy(commands, mirrorCommands())
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		Setup:               startSites,
		Cmds:                commands,
	})
}

// condition tells whether the book's ports are free, and who runs the tests.
func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "devfull":
		_, err := os.Stat("/dev/full")
		return err == nil, nil
	case "bookports":
		for port := 8000; port <= 8002; port++ {
			listeners, err := flagserver.Listen("localhost", port)
			if err != nil {
				return false, nil
			}
			builtin.CloseAll(listeners)
		}
		return true, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

func startSites(env *testscript.Env) error {
	local, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		return err
	}
	for name, handler := range map[string]http.Handler{
		"SITE": local, "ODD": odd(local), "SLOW": newNever(), "GONE": nil, "OTHERS": others(),
	} {
		server := httptest.NewServer(handler)
		if env.Defer(server.Close); name == "GONE" {
			server.Close()
		}
		env.Setenv(name, server.URL+"/flags")
		switch name {
		case "OTHERS":
			env.Setenv(name, server.URL)
		case "SITE":
			env.Setenv("PROXY", server.URL) // a request for a proxy has the path that it has for its server
		}
	}
	return nil
}

// newNever is a site that never answers, but for -/asked, and that when it has
// been asked for something else.
func newNever() http.Handler {
	asked := make(chan struct{})
	ask := sync.OnceFunc(func() { close(asked) })
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/-/asked") {
			select {
			case <-asked:
			case <-r.Context().Done():
			}
			return
		}
		ask()
		<-r.Context().Done()
	})
}

// odd is a site whose pictures are those of local, and whose metadata are
// what a hostile or careless site might send.
func odd(local http.Handler) http.Handler {
	name := func(s string) string {
		data, _ := json.Marshal(map[string]string{"country": s})
		return string(data)
	}
	metadata := map[string]string{
		"br": name("../../etc/x"), "cn": name("a/b"), "de": name(""),
		"fr": name(strings.Repeat("é", 300)), "ir": name("Twins"), "it": name("TWINS"),
		"jp": `{"country": `, "mx": `["Mexico"]`, "ng": `{"country": 7}`,
		"ph": `{"country": "` + strings.Repeat("x", 17<<20) + `"}`,
		"pk": name("\x1b[31mred\x00\n"), "ru": name("CON"), "tr": name(".hidden"),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cc := filepath.Base(filepath.Dir(r.URL.Path))
		if body, ok := metadata[cc]; ok && strings.HasSuffix(r.URL.Path, ".json") {
			io.WriteString(w, body)
			return
		}
		local.ServeHTTP(w, r)
	})
}

func gifs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gifs N DIR")
	}
	paths, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "*.gif"))
	ts.Check(err)
	if strconv.Itoa(len(paths)) != args[0] {
		ts.Fatalf("%d GIFs, want %s", len(paths), args[0])
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		ts.Check(err)
		if _, err := gif.Decode(bytes.NewReader(data)); err != nil {
			ts.Fatalf("%s: %v", path, err)
		}
	}
}

func serverStats(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: stats URL KEY N")
	}
	resp, err := http.Get(args[0] + "/-/stats")
	ts.Check(err)
	defer resp.Body.Close()
	var all map[string]int64
	ts.Check(json.NewDecoder(resp.Body).Decode(&all))
	got := all[args[1]]
	text, most := strings.CutPrefix(args[2], "<=")
	want, err := strconv.ParseInt(text, 10, 64)
	ts.Check(err)
	if got != want && (!most || got < 1 || got > want) {
		ts.Fatalf("%s is %d, want %s", args[1], got, args[2])
	}
}

func awaitURL(ts *testscript.TestScript, neg bool, args []string) {
	deadline := time.After(time.Minute)
	for {
		resp, err := http.Get(args[0])
		if err == nil {
			resp.Body.Close()
			return
		}
		select {
		case <-deadline:
			ts.Fatalf("nobody listens: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func freePorts(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		port, err := freePort()
		ts.Check(err)
		ts.Setenv(name, strconv.Itoa(port))
	}
}

// lastPort is the last port that freePort has given away. Processes begin at
// different ones.
var lastPort atomic.Int64

func init() { lastPort.Store(10_000 + int64(os.Getpid())*7%20_000) }

// freePort returns a port of localhost that nobody has, and that nobody is
// given: no test by freePort, and no program by the system, which takes those
// for connections, and for listeners that ask for any, from 32768 upwards.
func freePort() (int, error) {
	for range 1000 {
		port := int(lastPort.Add(1))
		listeners, err := flagserver.Listen("localhost", port)
		if err == nil {
			builtin.CloseAll(listeners)
			return port, nil
		}
	}
	return 0, errors.New("a thousand ports are all taken")
}

func listener(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: listener PORT TEXT")
	}
	l, err := net.Listen("tcp", "localhost:"+args[0])
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, args[1]+"\r\n")
			conn.Close()
		}
	}()
}
