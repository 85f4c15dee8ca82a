package transport

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// paced has a transport end the requests whose bodies are too slow.
type paced struct {
	http.RoundTripper
	pace Pace
}

func (p *paced) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := p.RoundTripper.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp.Body = &pacedBody{ReadCloser: resp.Body, pace: p.pace, cancel: cancel}
	return resp, nil
}

// CloseIdleConnections is for [http.Client].
func (p *paced) CloseIdleConnections() {
	(&http.Client{Transport: p.RoundTripper}).CloseIdleConnections()
}

// pacedBody ends the request when its time is up.
type pacedBody struct {
	io.ReadCloser
	pace   Pace
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	soFar   progress
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
		b.alarm = time.AfterFunc(b.pace.Over, b.ring)
	}
}

func (b *pacedBody) end(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pace.add(&b.soFar, n, time.Since(b.reading))
	b.reading = time.Time{}
}

// ring ends the request if all the time was spent and too little has come.
func (b *pacedBody) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	soFar := b.soFar
	if !b.reading.IsZero() {
		soFar.waited += time.Since(b.reading)
	}
	if err := b.pace.check(soFar); err != nil {
		b.cancel(err)
		return
	}
	b.alarm.Reset(b.pace.left(soFar))
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
