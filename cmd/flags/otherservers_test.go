package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"getflags/flags/flagserver"
	"getflags/flags/mirror"
)

// A mirror works against web servers that are not ours: with ETags and dates
// (nginx), or with dates alone (Python's). A second run fetches nothing.
func TestMirrorOfOtherServers(t *testing.T) {
	if testing.Short() {
		t.Skip("Python's server takes 3 s; make test-all runs it")
	}
	for name, command := range map[string]func(t *testing.T, dir string, port int) *exec.Cmd{
		"nginx": nginx, "python3": python,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("%s is not installed", name)
			}
			www := t.TempDir()
			if err := os.CopyFS(filepath.Join(www, "flags"), flagserver.Set()); err != nil {
				t.Fatal(err)
			}
			age(t, www)
			url := serveWith(t, command, www)
			copied := t.TempDir()
			for _, want := range []string{"\n194 new.\n", "\n194 up to date.\n"} {
				var out, errs transcript
				code := inProcess(t.Context(), &out, &errs, "mirror", "-o", copied, "-s", url, "--timeout", "60")
				if code != 0 || !bytes.Contains([]byte(out.String()), []byte(want)) {
					t.Errorf("exit code %d, want %q in\n%s%s", code, want, &out, &errs)
				}
			}
			if files, faults, err := mirror.Verify(t.Context(), copied); files != 388 || faults != nil || err != nil {
				t.Errorf("%d files, %v, %v", files, faults, err)
			}
		})
	}
}

// age makes all files old enough for their dates to tell versions apart.
func age(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// serveWith starts a server on a free port and returns its site's URL.
func serveWith(t *testing.T, command func(t *testing.T, dir string, port int) *exec.Cmd, dir string) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	server := command(t, dir, port)
	var errs bytes.Buffer
	server.Stderr = &errs
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait() // the error is that it was killed
	})
	url := fmt.Sprintf("http://127.0.0.1:%d/flags", port)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url+"/br/metadata.json", nil)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
			return url
		}
		if ctx.Err() != nil {
			t.Fatalf("nobody answers: %v", err)
		}
		<-time.After(20 * time.Millisecond) // polled: it gives no sign
	}
}

func nginx(t *testing.T, dir string, port int) *exec.Cmd {
	home := t.TempDir()
	config := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log stderr;
events {}
http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f;
uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s; server { listen 127.0.0.1:%[2]d; root %[3]s; } }`, home, port, dir)
	name := filepath.Join(home, "nginx.conf")
	if err := os.WriteFile(name, []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	return exec.Command("nginx", "-c", name, "-e", "stderr")
}

func python(_ *testing.T, dir string, port int) *exec.Cmd {
	return exec.Command("python3", "-m", "http.server", strconv.Itoa(port), "--bind", "127.0.0.1", "--directory", dir)
}
