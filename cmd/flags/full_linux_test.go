package main

import (
	"net/http/httptest"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"getflags/flags/flagserver"
)

// A full disk: what fitted is whole, what did not is an error that names its
// file, and hardly a request is made that could bring nothing any more.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t)
	site, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		t.Fatal(err)
	}
	// Sixty answers are about thirty flags of a page or two each: more than
	// the 16 pages of the disk. Whoever goes on then is held. So nothing is
	// asked for beyond these and the five that may be open at once, unless
	// the program goes on after it could know better: then the held requests
	// time out, and others follow.
	const answered, m = 60, 5
	held := newHeld(site, answered, m)
	server := httptest.NewServer(held)
	defer server.Close()
	var out, errs transcript
	code := inProcess(t.Context(), &out, &errs, "-a", "-v", "-m", strconv.Itoa(m), "--retries", "0", "--timeout", "60",
		"-s", server.URL+"/flags", "-o", dir)
	if code != 1 {
		t.Errorf("exit code %d, want 1\n%s", code, &errs)
	}
	if n := held.requests(); n > answered+m {
		t.Errorf("%d requests, want at most %d", n, answered+m)
	}
	n := outcomes(t, out.String())
	gifs, _, temps := inDir(t, dir, wholeSet(t))
	if n["OK"] != gifs || gifs == 0 || temps != 0 {
		t.Errorf("%d OK, %d GIFs, %d temporary files", n["OK"], gifs, temps)
	}
	if n["error"]-n["given up"] == 0 {
		t.Errorf("no error of a full disk\n%s", &out)
	}
	undone := regexp.MustCompile(`(?m)^(\d+) not done\.$`).FindStringSubmatch(out.String())
	if undone == nil || undone[1] != strconv.Itoa(194-n["OK"]-n["error"]) {
		t.Errorf("%v, %v, want 194 in all\n%s", n, undone, &out)
	}
}

// smallDisk mounts a file system of 64 KiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("flags", dir, "tmpfs", 0, "size=64k,mode=777"); err != nil {
		t.Skipf("a small tmpfs cannot be mounted here, so no disk can be filled (root can, outside a container): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}
