package downloader

import (
	"context"
	"io"
	"net/http/httptrace"
	"sync"
	"time"
)

// probe follows a request while it holds its place; nil where nobody
// observes. Package http goes on calling some of it after the request has
// ended; what it says then is no one's concern.
type probe struct {
	*watch
	mu    sync.Mutex
	e     Event
	dials map[string]time.Time // by address
}

// probe begins a request in a place under the cap.
func (w *watch) probe(slot int) *probe {
	if w == nil {
		return nil
	}
	w.attempts++
	e := Event{Kind: KindRequest, Task: w.task, URL: w.url, Lane: slot, Attempt: w.attempts}
	e.Start, e.Before = w.requests.add(1)
	return &probe{watch: w, e: e}
}

// end tells of the request. It is called before the place is free again.
func (p *probe) end(err error) {
	if p == nil {
		return
	}
	p.mu.Lock()
	e := p.e
	p.mu.Unlock()
	e.Err = err
	e.End, e.After = p.requests.add(-1)
	p.tell(e)
}

// note changes the event that end will tell.
func (p *probe) note(change func(e *Event)) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.e)
}

func (p *probe) answered(status int) { p.note(func(e *Event) { e.Status = status }) }

// counting returns a reader of a body that tells the probe how much was read.
func (p *probe) counting(body io.Reader) io.Reader {
	if p == nil {
		return body
	}
	return &counted{Reader: body, probe: p}
}

type counted struct {
	io.Reader
	probe *probe
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.probe.note(func(e *Event) { e.Bytes += int64(n) })
	return n, err
}

// into returns a context in which package http tells the probe what it does.
func (p *probe) into(ctx context.Context) context.Context {
	if p == nil {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              p.gotConn,
		WroteRequest:         func(httptrace.WroteRequestInfo) { p.note(func(e *Event) { e.Wrote = time.Now() }) },
		GotFirstResponseByte: func() { p.note(func(e *Event) { e.FirstByte = time.Now() }) },
		ConnectStart:         func(_, addr string) { p.dialling(addr) },
		ConnectDone:          func(_, addr string, err error) { p.dialled(addr, err) },
	})
}

func (p *probe) gotConn(info httptrace.GotConnInfo) {
	p.note(func(e *Event) {
		if e.Hops++; info.Reused {
			e.Reused++
		}
		if e.Connected.IsZero() {
			e.Connected = time.Now()
		}
		// Of several hops it is the last whose answer counts.
		e.Wrote, e.FirstByte = time.Time{}, time.Time{}
	})
}

func (p *probe) dialling(addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dials == nil {
		p.dials = map[string]time.Time{}
	}
	p.dials[addr] = time.Now()
}

func (p *probe) dialled(addr string, err error) {
	p.mu.Lock()
	start, attempt := p.dials[addr], p.e.Attempt
	p.mu.Unlock()
	p.tell(Event{Kind: KindDial, Task: p.task, URL: p.url, Lane: -1, Start: start, End: time.Now(),
		Attempt: attempt, Err: err})
}
