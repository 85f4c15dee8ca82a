package wholefile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"getflags/internal/wholefile/testfs"
)

// A tree whose homes are of a layer below, from which none can be renamed.
func TestOverlay(t *testing.T) {
	base := t.TempDir()
	at := func(name string) string { return filepath.Join(base, name) }
	for _, name := range []string{"upper", "work", "dir"} {
		if err := os.Mkdir(at(name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	plant(t, at("lower")).put(t, "one")
	testfs.Mount(t, at("dir"), "overlay", fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", at("lower"), at("upper"), at("work")))
	g := plant(t, at("dir"))
	g.put(t, "two")
	if g.noSwap.Load() {
		t.Error("one home that cannot be exchanged says nothing of others")
	}
	g.put(t, "three")
	if err := g.Remove("br", []string{"br/br.gif", "br/metadata.json"}); err != nil {
		t.Error(err)
	}
	if left := g.names(t, "."); left != nil {
		t.Errorf("left: %v", left)
	}
}

// A file system that refuses what it can has the files all the same, but for the
// times, which are told of.
func TestRefusingFileSystemOfTree(t *testing.T) {
	g := plant(t, testfs.MountRefusing(t))
	for i := range 4 {
		files := edition(fmt.Sprint(i))
		files[0].ModTime = time.Unix(1, 0)
		if err := g.Put(files, func() {}); err != nil {
			t.Error(err)
		}
		g.expectNotes(t, notedTimes(g)...)
		g.expect(t, map[string]string{"br/br.gif": fmt.Sprint("GIF ", i), "br/metadata.json": fmt.Sprint(i)})
		switch {
		case i == 1 && !g.noSwap.Load():
			t.Error("exchanging is tried again and again")
		case i == 2:
			g.noSwap.Store(false)
			write(t, g.at("br/notes"), "mine")
		}
	}
	g.expect(t, map[string]string{"br/notes": "mine"})
}

// notedTimes are the notes so far, if they are about times, and at least one.
func notedTimes(g *grove) []string {
	for _, note := range g.notes {
		if !strings.HasPrefix(note, fmt.Sprintf("%d .mirror-br-", NoTime)) && !strings.HasPrefix(note, fmt.Sprintf("%d br/.mirror-br-", NoTime)) || !strings.HasSuffix(note, ": operation not permitted") {
			return nil
		}
	}
	return g.notes
}

// A file, or a home, that is immutable is refused before anything is replaced;
// the superuser, too, cannot.
func TestImmutable(t *testing.T) {
	for _, name := range []string{"br", "br/metadata.json"} {
		for _, noSwap := range []bool{false, true} {
			g := plant(t, t.TempDir())
			g.noSwap.Store(noSwap)
			g.put(t, "one")
			setImmutable(t, g.at(name))
			err := g.Put(edition("two"), func() { t.Error("staged") })
			if want := name + ": operation not permitted"; err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
			g.expect(t, map[string]string{"br/br.gif": "GIF one", "br/metadata.json": "one"})
		}
	}
}

// immutable is FS_IMMUTABLE_FL (ioctl_iflags(2)).
const immutable = 0x10

func setImmutable(t *testing.T, name string) {
	t.Helper()
	set := func(flags int) error {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags)
	}
	if err := set(immutable); err != nil {
		t.Skip("nothing is immutable here: ", err)
	}
	t.Cleanup(func() { set(0) })
}

// A home with attributes, such as an access control list, keeps them, as it is
// not swapped; those of security modules are no reason.
func TestHomeKeepsAttributes(t *testing.T) {
	var many []string
	for i := range 8 {
		many = append(many, fmt.Sprint("user.", strings.Repeat("x", 200), i))
	}
	for _, tt := range []struct {
		names []string
		stays bool
	}{{nil, false}, {[]string{"user.note"}, true}, {many, true}, {[]string{"security.flags"}, false}} {
		g := plant(t, t.TempDir())
		g.put(t, "one")
		for _, name := range tt.names {
			if err := unix.Setxattr(g.at("br"), name, []byte("x"), 0); err != nil {
				t.Skipf("no attribute %.20s can be set here: %v", name, err)
			}
		}
		inOneStep := g.inOneStep(t, "two")
		if g.noSwap.Load() {
			t.Skip("two directories cannot be exchanged here")
		}
		if inOneStep == tt.stays {
			t.Errorf("%.20q: in one step: %v", tt.names, inOneStep)
		}
	}
}

// A disk that fills leaves the old edition, or the new, and takes the new once
// there is room.
func TestFullDisk(t *testing.T) {
	for _, noSwap := range []bool{false, true} {
		dir := t.TempDir()
		testfs.Mount(t, dir, "tmpfs", "size=64k")
		g := plant(t, dir)
		g.noSwap.Store(noSwap)
		g.put(t, "one")
		files := edition("two")
		files[1].Data = make([]byte, 256<<10)
		err := g.Put(files, func() { t.Error("staged") })
		if err == nil || err.Error() != "br/metadata.json: no space left on device" || !Full(err) {
			t.Errorf("%v", err)
		}
		g.expect(t, map[string]string{"br/br.gif": "GIF one", "br/metadata.json": "one"})
		d := g.Draft("x")
		if err := d.Reserve(256 << 10); !Full(err) {
			t.Errorf("%v", err)
		}
		d.Discard()
		g.put(t, "three")
	}
}
