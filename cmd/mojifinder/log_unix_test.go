//go:build unix

package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A server outlives its log: that of "mojifinder tcp 2>&1 | head -1", whose
// reader goes after the first line, and one on a full disk.
func TestServerOutlivesItsLog(t *testing.T) {
	for _, kind := range []string{"tcp", "web"} {
		t.Run(kind+", unread", func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			serveOn(t, kind, r, w, w)
		})
		t.Run(kind+", full", func(t *testing.T) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Skip("no /dev/full to log to")
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			serveOn(t, kind, r, w, full)
		})
	}
}

// serveOn runs a server that writes into out and log, and closes the pipe that
// out is once it has said where it listens. It is to serve on, and to end as
// it does else.
func serveOn(t *testing.T, kind string, read, out, log *os.File) {
	server := exec.CommandContext(t.Context(), "mojifinder", kind, "--addr", "127.0.0.1:0")
	server.Stdout, server.Stderr = out, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	out.Close()
	log.Close()
	first, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	where, _, _ := strings.Cut(strings.TrimPrefix(first, "Serving on "), " ")
	for range 3 { // after the first the log's pipe is known to be broken
		askOnce(t, kind, strings.Trim(strings.TrimPrefix(where, "http:"), "/"))
	}
	server.Process.Signal(syscall.SIGTERM)
	server.Wait()
	if code := server.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %v, want 0", server.ProcessState)
	}
}

// askOnce asks a server, and makes it log something: the server of pages logs
// requests that are none.
func askOnce(t *testing.T, kind, addr string) {
	t.Helper()
	if kind == "tcp" {
		if got := talk(t, addr, "cat face\r\n"); !strings.Contains(got, "found") {
			t.Fatalf("no answer: %q", got)
		}
		return
	}
	talk(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")
	answer, err := http.Get("http://" + addr + "/search?q=cat+face")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// talk sends text and returns what comes back.
func talk(t *testing.T, addr, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, text)
	conn.(*net.TCPConn).CloseWrite()
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}
