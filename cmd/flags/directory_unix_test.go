//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
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
		"manifest.json": {
			"gallery DIR":     `dir": manifest.json: is a named pipe, not a regular file`,
			"serve --dir DIR": `dir": manifest.json: is a named pipe, not a regular file`,
			"verify DIR":      `dir": manifest.json: is a named pipe, not a regular file`,
			"mirror -o DIR":   `dir": manifest.json: is a named pipe, not a regular file`,
		},
		"br/metadata.json": {"gallery DIR": "left out: br/metadata.json: is a named pipe, not a regular file\n"},
		"br/br.gif":        {"gallery DIR": "left out: br/br.gif: is a named pipe, not a regular file\n"},
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

// A manifest that is a link inside the directory is followed by those who only
// look; whatever else is no regular file, or cannot be read, is named.
func TestManifestIsNoFile(t *testing.T) {
	for name, tt := range map[string]struct {
		stand func(manifest string) error
		want  string
	}{
		"a directory":        {func(name string) error { return os.Mkdir(name, 0o777) }, "is a directory, not a regular file"},
		"a link to a device": {func(name string) error { return os.Symlink("/dev/null", name) }, "path escapes from parent"},
		"a link to nothing":  {func(name string) error { return os.Symlink("nothing", name) }, "no such file or directory"},
		"a link to a newer one": {func(name string) error {
			writeFileIn(t, filepath.Join(filepath.Dir(name), "data"), `{"version": 2}`)
			return os.Symlink("data", name)
		}, "has version 2"},
		"a huge file": {func(name string) error {
			writeFileIn(t, name, "{}")
			return os.Truncate(name, 6<<30)
		}, "has 6442450944 bytes, more than the 16777216 that are read of it"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFileIn(t, filepath.Join(dir, "br/br.gif"), "GIF89a Brazil")
			if err := tt.stand(filepath.Join(dir, "manifest.json")); err != nil {
				t.Skip("cannot be had here:", err)
			}
			for _, args := range [][]string{{"gallery", dir}, {"serve", "--dir", dir}} {
				code, told := runIn(t, args...)
				if code != 1 || !strings.Contains(told, tt.want) || !strings.Contains(told, "manifest.json") {
					t.Errorf("%v: exit code %d, %q, want %q", args, code, told, tt.want)
				}
			}
		})
	}
}

// Pictures that are no regular files, and links to directories of some, are left
// out and named: the first twenty, and how many there are more.
func TestGalleryNamesWhatItLeavesOut(t *testing.T) {
	dir := t.TempDir()
	writeFileIn(t, filepath.Join(dir, "br/br.gif"), "GIF89a Brazil")
	writeFileIn(t, filepath.Join(dir, "br/notes.txt"), "notes")
	for name, to := range map[string]string{"ad.gif": "br/br.gif", "ae.gif": "nothing", "cn": "br", "de": "/etc", "fr": "nothing", "notes": "br/notes.txt"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	const prefix, suffix = "flags: left out: ", " is a symbolic link, not a "
	want := prefix + "ad.gif:" + suffix + "regular file\n" + prefix + "ae.gif:" + suffix + "regular file\n" +
		prefix + "cn:" + suffix + "directory\n" + prefix + "de:" + suffix + "directory\n"
	code, told := runIn(t, "gallery", "-o", os.DevNull, dir)
	if code != 0 || !strings.HasSuffix(told, want) || strings.Count(told, "left out") != 4 {
		t.Errorf("exit code %d, %q; want\n%s", code, told, want)
	}
	for i := range 100 {
		if err := os.Symlink("br.gif", filepath.Join(dir, "br", fmt.Sprint(i, ".gif"))); err != nil {
			t.Fatal(err)
		}
	}
	code, told = runIn(t, "gallery", "-o", os.DevNull, dir)
	if code != 0 || strings.Count(told, suffix) != 20 || !strings.HasSuffix(told, prefix+"84 more\n") {
		t.Errorf("exit code %d, %q; want twenty notes, and 84 more", code, told)
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
