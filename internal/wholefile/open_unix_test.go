//go:build unix

package wholefile

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whatever is no regular file is named, and nothing is waited for, and no link
// followed.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, make := range map[string]func() error{
		"named pipe":    func() error { return syscall.Mkfifo(at("named pipe"), 0o666) },
		"symbolic link": func() error { return os.Symlink("file", at("symbolic link")) },
		"directory":     func() error { return os.Mkdir(at("directory"), 0o777) },
		"device":        func() error { return syscall.Mknod(at("device"), syscall.S_IFCHR, 0) },
		"socket": func() error {
			l, err := net.Listen("unix", at("socket"))
			if err == nil {
				t.Cleanup(func() { l.Close() })
			}
			return err
		},
		"file": func() error { return os.WriteFile(at("file"), []byte("content"), 0o666) },
	} {
		if err := make(); err != nil {
			t.Logf("no %s here: %v", name, err)
			continue
		}
		data, err := Read(root, name, 7)
		var kind *KindError
		switch {
		case name == "file" && (err != nil || string(data) != "content"):
			t.Errorf("%q, %v", data, err)
		case name != "file" && (!errors.As(err, &kind) || err.Error() != "is a "+name+", not a regular file"):
			t.Errorf("%s: %v", name, err)
		}
	}
	for limit, want := range map[int64]bool{6: false, 7: true, 1 << 40: true} {
		_, err := Read(root, "file", limit)
		var large *LimitError
		if errors.As(err, &large) == want || !want && !strings.HasPrefix(err.Error(), "has 7 bytes, more than the 6 ") {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if _, err := Read(root, "none", 1); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := OpenRoot(at("named pipe")); !errors.Is(err, syscall.ENOTDIR) {
		t.Error(err)
	}
	if _, _, err := OpenBelow(root, "symbolic link"); err == nil || err.Error() != "is a symbolic link, not a directory" {
		t.Error(err)
	}
}
