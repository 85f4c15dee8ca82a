//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runIn runs the program in-process, and has the test fail, rather than hang,
// if it waits for something.
func runIn(t *testing.T, args ...string) (code int, told string) {
	t.Helper()
	var out, errs transcript
	done := make(chan struct{})
	go func() {
		defer close(done)
		code = inProcess(t.Context(), &out, &errs, args...)
	}()
	await(t, strings.Join(args, " "), done)
	return code, out.String() + errs.String()
}

// A named pipe is waited for by no command: neither in the place of a file that
// is read, or replaced, nor of the directory.
func TestNamedPipes(t *testing.T) {
	const flag, metadata = "GIF89a Brazil", `{"country": "Brazil"}`
	for name, runs := range map[string]map[string]string{
		"index.html": {
			"gallery DIR": "index.html: is a named pipe, not a regular file; move it away", "mirror -o DIR --gallery -s http://localhost:1": "index.html: is a named pipe",
			"-o DIR --gallery -s http://localhost:1 BR": "index.html: is a named pipe",
		},
		"br/metadata.json": {"gallery DIR": "1 flag in "},
		"br/br.gif":        {"gallery DIR": "no flags there"},
		".":                {"gallery DIR": "not a directory", "verify DIR": "not a directory", "mirror -o DIR": "not a directory", "-o DIR": "not a directory", "serve --dir DIR": "not a directory"},
	} {
		dir := filepath.Join(t.TempDir(), "dir")
		writeFileIn(t, filepath.Join(dir, "br/br.gif"), flag)
		writeFileIn(t, filepath.Join(dir, "br/metadata.json"), metadata)
		pipe := filepath.Join(dir, name)
		os.RemoveAll(pipe)
		if err := syscall.Mkfifo(pipe, 0o666); err != nil {
			t.Skip("no named pipes here:", err)
		}
		for args, want := range runs {
			_, told := runIn(t, strings.Fields(strings.ReplaceAll(args, "DIR", dir))...)
			if !strings.Contains(told, want) {
				t.Errorf("%s, a pipe at %s: %q, want %q", args, name, told, want)
			}
		}
	}
}

func writeFileIn(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// The file of --retry-failed is the user's, and may be a pipe; but whoever
// waits for its writer can be interrupted.
func TestRetryFailedFromAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o666); err != nil {
		t.Skip("no named pipes here:", err)
	}
	for _, args := range [][]string{{"--retry-failed", pipe}, {"mirror", "-o", t.TempDir(), "--retry-failed", pipe}} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		var out, errs transcript
		go func() {
			inProcess(ctx, &out, &errs, args...)
			done <- nil
		}()
		// It has come to the pipe, or will find that it is called off: either
		// way it ends.
		cancel()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("%v waits", args)
		}
	}
	// Let the readers go that the runs left behind, as their process is not over.
	for range 2 {
		if w, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			w.Close()
		}
	}
}

// What is too large for a page, and what cannot be read, is left out and named.
func TestGalleryLeavesOut(t *testing.T) {
	dir := t.TempDir()
	writeFileIn(t, filepath.Join(dir, "br/br.gif"), "GIF89a Brazil")
	writeFileIn(t, filepath.Join(dir, "cn/cn.gif"), "GIF89a China")
	writeFileIn(t, filepath.Join(dir, "br/@eaDir/SYNOPHOTO_THUMB_M.jpg"), "\xff\xd8\xff")
	writeFileIn(t, filepath.Join(dir, "lost+found/x.gif"), "GIF89a lost")
	if err := os.Truncate(filepath.Join(dir, "cn/cn.gif"), 6<<30); err != nil {
		t.Skip("no sparse files here:", err)
	}
	code, told := runIn(t, "gallery", dir)
	if code != 0 || !strings.Contains(told, "left out: cn/cn.gif: has 6442450944 bytes, more than the 16777216 that are read of it") || !strings.Contains(told, "1 flag in ") {
		t.Errorf("exit code %d, %q", code, told)
	}
}
