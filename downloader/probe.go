package downloader

import (
	"io"
	"sync"
	"time"

	"getflags/downloader/internal/transport"
)

// A probe follows a request while it holds its slot; nil if nobody observes. Package http
// may call some of its methods after the request has ended; that has no effect.
type probe struct {
	*watch
	mu sync.Mutex
	e  RequestDone
}

// probe begins to follow a request in a slot.
func (w *watch) probe(slot int) *probe {
	if w == nil {
		return nil
	}
	w.attempts++
	p := &probe{watch: w, e: RequestDone{Attempt: w.attempt(time.Time{}, nil), Slot: slot}}
	p.e.Start, p.e.OpenAtStart = w.requests.add(1)
	return p
}

// end tells of the request. It must be called before the slot is free again.
func (p *probe) end(err error) {
	if p == nil {
		return
	}
	p.mu.Lock()
	e := p.e
	p.mu.Unlock()
	e.Err = err
	e.End, e.OpenAtEnd = p.requests.add(-1)
	p.tell(&e)
}

// note changes the event that end tells.
func (p *probe) note(change func(e *RequestDone)) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.e)
}

func (p *probe) answered(status, came int) {
	p.note(func(e *RequestDone) { e.Status, e.Bytes = status, int64(came) })
}

// counting returns body with a count of what is read of it.
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
	c.probe.note(func(e *RequestDone) { e.Bytes += int64(n) })
	return n, err
}

// trace returns the probe as a trace for the transport, or nil.
func (p *probe) trace() transport.Trace {
	if p == nil {
		return nil
	}
	return p
}

// Connected implements [transport.Trace].
func (p *probe) Connected(reused bool) {
	p.note(func(e *RequestDone) {
		if e.Hops++; reused {
			e.Reused++
		}
		if e.Connected.IsZero() {
			e.Connected = time.Now()
		}
		// Of several hops, the last one's answer counts.
		e.Wrote, e.FirstByte = time.Time{}, time.Time{}
	})
}

// Wrote implements [transport.Trace].
func (p *probe) Wrote() { p.note(func(e *RequestDone) { e.Wrote = time.Now() }) }

// FirstByte implements [transport.Trace].
func (p *probe) FirstByte() { p.note(func(e *RequestDone) { e.FirstByte = time.Now() }) }

// Dialled implements [transport.Trace].
func (p *probe) Dialled(start time.Time, err error) {
	p.mu.Lock()
	a := p.e.Attempt
	p.mu.Unlock()
	a.Start, a.End, a.Err = start, time.Now(), err
	p.tell(&Dialled{a})
}
