package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

func TestCause(t *testing.T) {
	plain := errors.New("plain")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: ".temp", Err: syscall.EIO}, syscall.EIO.Error()},
		{&os.LinkError{Op: "rename", Old: ".temp", New: "x", Err: syscall.EIO}, syscall.EIO.Error()},
		{fmt.Errorf("wrapped: %w", &fs.PathError{Op: "open", Path: ".temp", Err: plain}), "plain"},
		{fmt.Errorf("wrapped: %w", plain), "wrapped: plain"},
	} {
		if got := Cause(tt.err); got.Error() != tt.want {
			t.Errorf("%v: %v, want %s", tt.err, got, tt.want)
		}
		named := Named("x", tt.err)
		var file *Error
		if !errors.As(named, &file) || file.Name != "x" || named.Error() != "x: "+tt.want || !errors.Is(named, file.Err) {
			t.Errorf("%v", named)
		}
	}
	if Cause(nil) != nil || Named("x", nil) != nil {
		t.Error("no error has become one")
	}
}

func TestFull(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "x", Err: full()[1]}
	if !Full(full) || Full(syscall.EIO) || Full(nil) || Refused(full) || Refused(nil) {
		t.Error("a full disk is not known, or something else is taken for one")
	}
	for _, e := range append(refusals(), syscall.ENOTSUP, syscall.EPERM) {
		if !Refused(&fs.PathError{Op: "chmod", Path: "x", Err: e}) || Full(e) {
			t.Error(e)
		}
	}
}
