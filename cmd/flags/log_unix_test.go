//go:build unix

package main

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// "flags serve 2>&1 | head -1" serves on when its reader has gone.
func TestServerOutlivesItsLog(t *testing.T) {
	args := []string{"serve"}
	for _, option := range []string{"--local-port", "--delay-port", "--error-port"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, option, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
		l.Close()
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.CommandContext(t.Context(), "flags", args...)
	server.Stdout, server.Stderr = w, w
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	first, err := bufio.NewReaderSize(r, 16).ReadString('\n') // and hardly more
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	url := strings.TrimSpace(strings.TrimPrefix(first, "LOCAL site: "))
	for range 3 {
		answer, err := http.Get(url + "/br/br.gif")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	server.Process.Signal(syscall.SIGTERM)
	server.Wait()
	if code := server.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %v, want 0", server.ProcessState)
	}
}
