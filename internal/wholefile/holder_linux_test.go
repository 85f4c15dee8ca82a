package wholefile

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Holder tells who has this directory locked, and of no other lock that there is.
func TestHolder(t *testing.T) {
	open := func() *Dir {
		d, err := OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	other, dir := open(), open()
	if err := other.Lock(Exclusive); err != nil {
		t.Skip("directories cannot be locked here: ", err)
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || !strings.Contains(string(locks), fmt.Sprintf(" WRITE %d ", os.Getpid())) {
		t.Skip("the system does not tell who holds locks: ", err)
	}
	if pid := dir.Holder(); pid != 0 {
		t.Errorf("held by %d, want nobody", pid)
	}
	if err := dir.Lock(Shared); err != nil {
		t.Fatal(err)
	}
	if pid := dir.Holder(); pid != os.Getpid() {
		t.Errorf("held by %d, want %d", pid, os.Getpid())
	}
	dir.Close()
	if pid := dir.Holder(); pid != 0 {
		t.Errorf("held by %d after it is closed, want nobody", pid)
	}
}
