package downloader

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// A SpeedError is a body that came more slowly than [Options].SpeedLimit
// allows. It is a [net.Error] whose Timeout is true.
type SpeedError struct {
	Bytes  int64         // that came
	During time.Duration // that was spent waiting for them
	Limit  int64         // bytes per second
}

func (e *SpeedError) Error() string {
	return fmt.Sprintf("too slow: %.2g bytes per second for %v, less than the %d wanted",
		float64(e.Bytes)/e.During.Seconds(), e.During.Round(time.Second/10), e.Limit)
}

// Timeout is true.
func (e *SpeedError) Timeout() bool { return true }

// Temporary is true: another attempt may find the server faster.
func (e *SpeedError) Temporary() bool { return true }

// paced has a transport end the requests whose bodies are too slow. To bound
// the silence within a body is not enough: one byte after each silence would
// keep a request open for months.
type paced struct {
	http.RoundTripper
	limit int64 // bytes per second
	over  time.Duration
}

func (p *paced) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := p.RoundTripper.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp.Body = &pacedBody{ReadCloser: resp.Body, paced: p, cancel: cancel}
	return resp, nil
}

// CloseIdleConnections is for [http.Client].
func (p *paced) CloseIdleConnections() {
	(&http.Client{Transport: p.RoundTripper}).CloseIdleConnections()
}

// pacedBody counts what comes of a body, and the time that is spent waiting for
// it: not that in which nobody reads. When enough has come it begins anew.
type pacedBody struct {
	io.ReadCloser
	*paced
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	came    int64
	waited  time.Duration
	reading time.Time   // since when a read waits; zero while none does
	alarm   *time.Timer // set from the first read on
}

func (b *pacedBody) Read(p []byte) (int, error) {
	b.begin()
	n, err := b.ReadCloser.Read(p)
	b.end(n)
	return n, err
}

func (b *pacedBody) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = time.Now()
	if b.alarm == nil {
		b.alarm = time.AfterFunc(b.over, b.ring)
	}
}

func (b *pacedBody) end(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waited += time.Since(b.reading)
	b.reading = time.Time{}
	b.came += int64(n)
	if float64(b.came) >= float64(b.limit)*b.over.Seconds() {
		b.came, b.waited = 0, 0
	}
}

// ring ends the request if all the time was spent and too little has come.
func (b *pacedBody) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	waited := b.waited
	if !b.reading.IsZero() {
		waited += time.Since(b.reading)
	}
	if waited < b.over {
		b.alarm.Reset(b.over - waited)
		return
	}
	b.cancel(&SpeedError{Bytes: b.came, During: waited, Limit: b.limit})
}

// Close may be called while a ring is under way, which then ends what has ended.
func (b *pacedBody) Close() error {
	err := b.ReadCloser.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.alarm != nil {
		b.alarm.Stop()
	}
	b.cancel(nil)
	return err
}
