package wholefile

import (
	"errors"
	"os"
	"testing"
)

// A file that does not tell its size, as those in /proc, may be larger than allowed.
func TestLimitOfFileWithoutSize(t *testing.T) {
	root, err := os.OpenRoot("/proc/self")
	if err != nil {
		t.Skip("no /proc here: ", err)
	}
	defer root.Close()
	var limit *LimitError
	if data, err := Read(root, "status", 10); !errors.As(err, &limit) {
		t.Errorf("%q, %v; want a LimitError", data, err)
	}
}
