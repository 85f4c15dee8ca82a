package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/urfave/cli/v2"
)

// full takes a number of bytes, and then says that it is full.
type full struct {
	bytes.Buffer
	left            int
	writing, ending error
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: f.writing}
	}
	f.left -= len(p)
	return f.Buffer.Write(p)
}

func (f *full) Close() error { return f.ending }

// What could not be written to standard output is told once, and counts unless
// there is something worse.
func TestLostOutput(t *testing.T) {
	failed := errors.New("failed")
	const lost = "standard output: no space left on device"
	tests := []struct {
		name  string
		cause error // of standard output
		end   func(printing error) error
		code  int
		line  string
	}{
		{"unchecked", syscall.ENOSPC, func(error) error { return nil }, 1, lost},
		{"checked", syscall.ENOSPC, func(err error) error { return err }, 1, lost},
		{"wrapped", syscall.ENOSPC, func(err error) error { return fmt.Errorf("list: %w", err) }, 1, "list: " + lost},
		{"silent", syscall.ENOSPC, func(error) error { return &Exit{Code: 3} }, 1, lost},
		{"another error", syscall.ENOSPC, func(error) error { return failed }, 1, "failed; " + lost},
		{"usage", syscall.ENOSPC, func(error) error { return Usagef("wrong") }, 2, "wrong; " + lost},
		{"interrupted", syscall.ENOSPC, func(error) error { return &Interrupt{syscall.SIGTERM} }, 143, "interrupted by SIGTERM; " + lost},
		{"unread", syscall.EPIPE, func(error) error { return nil }, 141, ""},
		{"unread and checked", syscall.EPIPE, func(err error) error { return err }, 141, ""},
		{"unread and silent", syscall.EPIPE, func(error) error { return &Exit{Code: 1} }, 141, ""},
		{"unread and interrupted by it", syscall.EPIPE, func(error) error { return &Interrupt{syscall.SIGPIPE} }, 141, ""},
		{"unread and another error", syscall.EPIPE, func(error) error { return failed }, 1, "failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs := &full{left: 10, writing: tt.cause}, &bytes.Buffer{}
			app := &cli.App{Name: "prog", Writer: out, ErrWriter: errs, Action: func(c *cli.Context) error {
				fmt.Fprint(c.App.Writer, "fits")
				_, err := fmt.Fprint(c.App.Writer, "does not fit")
				if err == nil {
					t.Error("no error of writing")
				}
				if unread := c.Context.Err() != nil; unread != (tt.cause == syscall.EPIPE) {
					t.Errorf("the context has ended: %v", unread)
				}
				fmt.Fprint(c.App.Writer, "would")
				return tt.end(err)
			}}
			if code := Run(t.Context(), app, nil); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if got := strings.TrimSuffix(strings.TrimPrefix(errs.String(), "prog: "), "\n"); got != tt.line {
				t.Errorf("says %q, want %q", got, tt.line)
			}
			if got := out.String(); got != "fits" {
				t.Errorf("wrote %q: something follows the gap", got)
			}
		})
	}
}

// Some file systems tell only when a file is closed that they had no space.
func TestLostOnClosing(t *testing.T) {
	o := &output{w: &full{ending: &fs.PathError{Op: "close", Path: "/dev/stdout", Err: syscall.EDQUOT}}}
	o.close()
	if err := o.with(nil); !errors.Is(err, syscall.EDQUOT) {
		t.Errorf("%v, want %v", err, syscall.EDQUOT)
	}
}
