//go:build unix

package wholefile

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

// What is replaced keeps its mode, be it in a home that is swapped or one that
// is not; what is new has what the umask leaves.
func TestModesStayInTree(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for _, noSwap := range []bool{false, true} {
		t.Run(fmt.Sprint("noSwap=", noSwap), func(t *testing.T) {
			g := plant(t, t.TempDir())
			g.noSwap.Store(noSwap)
			g.put(t, "one")
			if err := g.Replace("top", nil); err != nil {
				t.Error(err)
			}
			g.expectModes(t, map[string]fs.FileMode{"br": 0o750, "br/br.gif": 0o640, "br/metadata.json": 0o640, "top": 0o640})
			want := map[string]fs.FileMode{"br": 0o700 | fs.ModeSetgid, "br/br.gif": 0o600, "br/metadata.json": 0o664, "top": 0o606}
			for name, mode := range want {
				if err := os.Chmod(g.at(name), mode); err != nil {
					t.Fatal(err)
				}
			}
			g.put(t, "two")
			if err := g.Replace("top", []byte("x")); err != nil {
				t.Error(err)
			}
			g.expectModes(t, want)
		})
	}
}

func (g *grove) expectModes(t *testing.T, want map[string]fs.FileMode) {
	t.Helper()
	for name, mode := range want {
		info, err := os.Lstat(g.at(name))
		if err != nil || info.Mode()&^fs.ModeType != mode {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, mode)
		}
	}
}

// Whose files, and whose home, they were, they stay.
func TestOwnersStayInTree(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only the superuser gives files away")
	}
	for _, noSwap := range []bool{false, true} {
		g := plant(t, t.TempDir())
		g.noSwap.Store(noSwap)
		g.put(t, "one")
		names := []string{"br", "br/br.gif", "br/metadata.json"}
		for i, name := range names {
			if err := os.Chown(g.at(name), 1000+i, 2000+i); err != nil {
				t.Fatal(err)
			}
		}
		g.put(t, "two")
		for i, name := range names {
			info, err := os.Stat(g.at(name))
			if err != nil {
				t.Fatal(err)
			}
			if stat := info.Sys().(*syscall.Stat_t); stat.Uid != uint32(1000+i) || stat.Gid != uint32(2000+i) {
				t.Errorf("no swap: %v: %s is of %d, %d", noSwap, name, stat.Uid, stat.Gid)
			}
		}
	}
}

// What is somebody's, and no file, stays where it is.
func TestPipeInHome(t *testing.T) {
	g := plant(t, t.TempDir())
	g.put(t, "one")
	if err := syscall.Mkfifo(g.at("br/pipe"), 0o666); err != nil {
		t.Skip("no named pipes here:", err)
	}
	g.put(t, "two")
	if info, err := os.Lstat(g.at("br/pipe")); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("%v, %v", info, err)
	}
	os.Remove(g.at("br/br.gif"))
	syscall.Mkfifo(g.at("br/br.gif"), 0o666)
	if err := g.Put(edition("three"), func() {}); err == nil || err.Error() != "br/br.gif: is a named pipe, not a regular file" {
		t.Errorf("%v", err)
	}
}
