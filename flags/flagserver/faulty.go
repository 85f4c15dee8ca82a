package flagserver

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	loopQuery = string(RedirectLoop)
	loginPage = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in to the network</title></head>
<body><h1>Welcome aboard</h1><p>Please <a href="/login">sign in</a> to go online.</p></body>
</html>
`
)

// This file ignores write errors: they mean that the client has left, and the
// answer is to fail anyway.

// failWhole answers with a fault that applies to any path, and reports whether
// kind is such a fault.
func (h *Handler) failWhole(a *answer, kind Kind) bool {
	code := kind.status()
	switch {
	case kind == HTML:
		a.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(a, loginPage)
		return true
	case code == 0:
		return false
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		after := cmp.Or(h.behaviour.RetryAfter, time.Second)
		a.Header().Set("Retry-After", strconv.FormatInt(wholeSeconds(after), 10))
	}
	a.fail(code)
	return true
}

// wholeSeconds rounds up, so that no client retries too early.
func wholeSeconds(d time.Duration) int64 {
	return int64((d + time.Second - 1) / time.Second)
}

// spoil answers a request for f with a fault that applies to files.
func (h *Handler) spoil(a *answer, r *http.Request, f *file, fate fate) {
	if fate.kind == RedirectLoop {
		redirect(a, r.URL.EscapedPath()+"?"+loopQuery)
		return
	}
	begin(a, f, fate.kind)
	if a.isHead {
		return
	}
	switch ctx := r.Context(); fate.kind {
	case Truncate:
		sendHalf(a, f)
		abort()
	case Stall:
		sendHalf(a, f)
		<-ctx.Done()
		abort()
	case Garbage:
		noise := rand.NewChaCha8(h.behaviour.hash("garbage", r.URL.Path, fate.n))
		io.CopyN(a, noise, f.size)
	case Slow:
		sendSlowly(ctx, a, f, cmp.Or(h.behaviour.BytePause, 10*time.Millisecond))
	case Huge:
		sendEndlessly(ctx, a, f)
		abort()
	}
}

// redirect answers 302. Unlike http.Redirect, it does not change the URL.
func redirect(a *answer, url string) {
	a.Header().Set("Location", url)
	a.Header().Set("Content-Length", "0")
	a.WriteHeader(http.StatusFound)
}

// begin sends the header of the file. If the content will differ, it leaves out
// the ETag and Last-Modified.
func begin(a *answer, f *file, kind Kind) {
	h := a.Header()
	h["Content-Type"] = f.contentType
	if kind != Huge {
		h.Set("Content-Length", strconv.FormatInt(f.size, 10))
	}
	if kind != Huge && kind != Garbage {
		h["Etag"] = f.etag
		if !f.modified.IsZero() {
			h.Set("Last-Modified", f.modified.UTC().Format(http.TimeFormat))
		}
	}
	a.WriteHeader(http.StatusOK)
}

func sendHalf(a *answer, f *file) {
	io.CopyN(a, f.content, f.size/2)
	flush(a)
}

func flush(a *answer) error { return http.NewResponseController(a).Flush() }

func sendSlowly(ctx context.Context, a *answer, f *file, pause time.Duration) {
	for range f.size {
		if !wait(ctx, pause) {
			abort()
		}
		if _, err := io.CopyN(a, f.content, 1); err != nil || flush(a) != nil {
			abort()
		}
	}
}

// sendEndlessly sends the file again and again, or zeros if the file is empty.
func sendEndlessly(ctx context.Context, a *answer, f *file) {
	if f.size == 0 {
		f.content = bytes.NewReader(make([]byte, 1))
	}
	for ctx.Err() == nil {
		if n, err := io.Copy(a, f.content); err != nil || n == 0 {
			return
		}
		if _, err := f.content.Seek(0, io.SeekStart); err != nil {
			return
		}
	}
}

// reset ends the connection with a TCP RST, after half of f unless f is nil. If
// the connection cannot be reset, as with HTTP/2, reset cuts it.
func reset(a *answer, f *file) {
	if f != nil && !a.isHead {
		begin(a, f, Reset)
		sendHalf(a, f)
	}
	c, _, err := http.NewResponseController(a).Hijack()
	if err != nil {
		abort()
	}
	if lingerer, ok := c.(interface{ SetLinger(seconds int) error }); ok {
		lingerer.SetLinger(0)
	}
	a.release() // before the client can notice the end
	c.Close()
}
