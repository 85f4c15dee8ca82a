package transport

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// failing is a body that ends with an error.
type failing struct {
	io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

func (f *failing) Close() error { return nil }

// A connection has proved to be alive when the last of a body came on it, and not
// by the body's end; one on which a body fell silent gets no more requests.
func TestCarried(t *testing.T) {
	for name, tt := range map[string]struct {
		end  error
		gone bool
	}{
		"whole":  {io.EOF, false},
		"cut":    {io.ErrUnexpectedEOF, false},
		"silent": {&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			by := &connection{RoundTripper: &bounded{}, made: true, open: 1}
			h := &hostConnections{all: []*connection{by}, changed: make(chan struct{})}
			b := &carried{ReadCloser: &failing{strings.NewReader("body"), tt.end}, ctx: t.Context(), host: h, by: by, heard: start}
			time.Sleep(time.Second)
			p := make([]byte, 9)
			b.Read(p)
			time.Sleep(time.Second)
			if _, err := b.Read(p); err != tt.end {
				t.Errorf("%s: %v", name, err)
			}
			b.Close()
			b.Close() // counts once
			if by.open != 0 || by.gone != tt.gone || (len(h.all) == 0) != tt.gone {
				t.Errorf("%s: %d requests, gone %v, want %v", name, by.open, by.gone, tt.gone)
			}
			if want := start.Add(time.Second); tt.end == io.EOF && !by.heard.Equal(want) {
				t.Errorf("%s: heard after %v, want 1s", name, by.heard.Sub(start))
			}
		})
	}
}
