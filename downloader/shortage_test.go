package downloader

import (
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
)

// No descriptor left is told from all else, also where package net kept only the text.
func TestIsShort(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{io.EOF, false},
		{fmt.Errorf("open: %w", syscall.EMFILE), true},
		{&net.OpError{Op: "dial", Err: syscall.ENFILE}, true},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "lookup host: " + syscall.EMFILE.Error()}}, true},
		{&net.DNSError{Err: "no such host"}, false},
		{syscall.ENOSPC, false},
	} {
		if got := isShort(tt.err); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.err, got, tt.want)
		}
	}
}
