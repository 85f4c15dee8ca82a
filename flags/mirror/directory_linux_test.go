package mirror

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/wholefile/testfs"
)

// A mirror in a container's image: its directories are of a layer below, from
// which none can be renamed. What is changed or damaged is replaced all the
// same.
func TestOverlay(t *testing.T) {
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	for _, name := range []string{"upper", "work", "dir"} {
		if err := os.Mkdir(at(name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	v := &versions{}
	update(t, at("lower"), v, Options{}, "BR", "CN")
	testfs.Mount(t, at("dir"), "overlay", fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", at("lower"), at("upper"), at("work")))
	write(t, at("dir/br/br.gif"), "damaged")
	if lines := update(t, at("dir"), v, Options{}, "BR", "CN"); lines[0] != "BR repaired" || lines[1] != "CN same" {
		t.Errorf("%v", lines)
	}
	expectWhole(t, at("dir"))
	for range 2 {
		v.now.Add(1)
		if lines := update(t, at("dir"), v, Options{}, "BR", "CN"); lines[0] != "BR changed" || lines[1] != "CN changed" {
			t.Errorf("%v", lines)
		}
		expectWhole(t, at("dir"))
	}
}

// A file system that refuses what it can: times, modes, owners, hard links,
// exchanging, and renaming directories. A mirror on it is as good, but for the
// times, and a note.
func TestRefusingFileSystem(t *testing.T) {
	dir := testfs.MountRefusing(t)
	v := &versions{}
	dated := &lastModified{v}
	for i, want := range []string{"new", "same", "changed"} {
		if i == 2 {
			v.now.Add(1)
			write(t, filepath.Join(dir, "br", "notes"), "mine")
		}
		lines, notes := updateAndTell(t, dir, dated, Options{}, "BR", "CN")
		if lines[0] != "BR "+want || lines[1] != "CN "+want {
			t.Errorf("%v, want %s", lines, want)
		}
		if len(notes) != 1 || notes[0] != "files do not get the site's times here: operation not permitted" {
			t.Errorf("%q", notes)
		}
	}
	if got := read(t, filepath.Join(dir, "br", "notes")); got != "mine" {
		t.Errorf("notes: %q", got)
	}
	os.Remove(filepath.Join(dir, "br", "notes"))
	expectWhole(t, dir)
}

// A file, or a directory, that is immutable is refused before anything is
// replaced; the superuser, too, cannot.
func TestImmutable(t *testing.T) {
	for name, want := range map[string]string{
		"br": "br: operation not permitted", "br/metadata.json": "br/metadata.json: operation not permitted",
	} {
		for _, foreign := range []bool{false, true} {
			dir := t.TempDir()
			v := &versions{}
			update(t, dir, v, Options{}, "BR", "CN")
			if foreign {
				write(t, filepath.Join(dir, "br/@eaDir/x"), "x")
			}
			setImmutable(t, filepath.Join(dir, name))
			v.now.Add(1)
			lines := update(t, dir, v, Options{}, "BR", "CN")
			if lines[0] != "BR error: "+want || lines[1] != "CN changed" {
				t.Errorf("%v, want %q", lines, want)
			}
			expectWhole(t, dir)
		}
	}
}

// immutable is FS_IMMUTABLE_FL (ioctl_iflags(2)).
const immutable = 0x10

func setImmutable(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set := func(flags int) error { return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags) }
	if err := set(immutable); err != nil {
		t.Skip("nothing is immutable here: ", err)
	}
	t.Cleanup(func() {
		if f, err := os.Open(name); err == nil {
			unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, 0)
			f.Close()
		}
	})
}

// Whoever has a directory locked is named, if the system tells.
func TestHolder(t *testing.T) {
	dir := t.TempDir()
	m, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if pid := m.dir.Holder(); pid != os.Getpid() {
		t.Skipf("the system does not tell who locks what: %d", pid)
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("(process %d)", os.Getpid())) {
		t.Errorf("%v", err)
	}
}

// A disk that fills leaves what its manifest says: what was done is told, and
// what could not be told was not done. The next run with room does the rest.
func TestFullDisk(t *testing.T) {
	codes := flags.Available()[:20]
	step := 1
	if testing.Short() {
		step = 7
	}
	for pages := 4; pages <= 24; pages += step {
		t.Run(fmt.Sprint(pages), func(t *testing.T) {
			dir := t.TempDir()
			testfs.Mount(t, dir, "tmpfs", fmt.Sprintf("size=%dk", 4*pages))
			v := &versions{}
			for range 3 {
				attempt(t, dir, v, codes)
				if _, err := os.Lstat(filepath.Join(dir, ManifestName)); err == nil {
					expectWhole(t, dir)
				} else if left, _ := filepath.Glob(filepath.Join(dir, "*")); left != nil {
					t.Errorf("without a manifest there is %v", left)
				}
				v.now.Add(1)
			}
			if err := syscall.Mount("flags", dir, "tmpfs", syscall.MS_REMOUNT, "size=1m"); err != nil {
				t.Fatal(err)
			}
			for _, line := range update(t, dir, v, Options{}, codes...) {
				if strings.Contains(line, "error") {
					t.Error(line)
				}
			}
			expectWhole(t, dir)
		})
	}
}

// attempt is update where all may fail.
func attempt(t *testing.T, dir string, h http.Handler, codes []flags.Code) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	m, err := Open(dir, Options{Site: flags.Site{Base: "http://site"}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	d := downloader.New(downloader.Options{Transport: redirecting{server.Listener.Addr().String()}})
	defer d.Close()
	for c := range m.Update(t.Context(), d, codes) {
		if c.Err != nil && !strings.Contains(c.Err.Error(), "no space left on device") {
			t.Error(c.Err)
		}
	}
	m.Save() // may find no room for what needs none: then all is as it was
}
