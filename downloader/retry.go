package downloader

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Waits between attempts are drawn evenly from nothing to a bound that starts
// at half a second and doubles up to 30 s: "full jitter", which spreads the
// clients that failed together.
const (
	firstWait = time.Second / 2
	maxWait   = 30 * time.Second
)

// fullJitter draws from 0 to twice its interval.
func fullJitter() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     firstWait / 2,
		MaxInterval:         maxWait / 2,
		Multiplier:          2,
		RandomizationFactor: 1,
	}
}

// persist makes attempts until one succeeds, fails for good, or there are
// none left, and returns the last one's error.
func (d *Downloader) persist(ctx context.Context, w *watch, attempt func() (*Response, error)) (*Response, error) {
	start := time.Now()
	resp, err := attempt()
	if err == nil {
		return resp, nil
	}
	left := d.options.RetryMaxTime - time.Since(start)
	if d.options.Retries == 0 || !d.mayRetry(ctx, err) || d.options.RetryMaxTime > 0 && left <= 0 {
		return nil, causeOr(ctx, err)
	}
	last, isFirst := err, true
	var waiting backoff.Notify
	if w != nil {
		waiting = w.failed
	}
	resp, err = backoff.Retry(ctx, func() (*Response, error) {
		if isFirst { // which has been made
			isFirst = false
			return nil, last
		}
		resp, err := attempt()
		last = err
		if err != nil && !d.mayRetry(ctx, err) {
			err = backoff.Permanent(err)
		}
		return resp, err
	},
		backoff.WithBackOff(fullJitter()),
		backoff.WithMaxTries(uint(d.options.Retries)+1),
		backoff.WithMaxElapsedTime(max(0, left)),
		backoff.WithNotify(waiting),
	)
	if err != nil {
		return nil, causeOr(ctx, last)
	}
	return resp, nil
}

// mayRetry reports whether an error is followed by another attempt.
func (d *Downloader) mayRetry(ctx context.Context, err error) bool {
	return ctx.Err() == nil && d.worthRetrying(err)
}

// worthRetrying reports whether another attempt may go better. 404 is an
// answer, and stays one however often it is asked for.
func (d *Downloader) worthRetrying(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return transient(status.Code) || d.options.RetryAll && status.Code != http.StatusNotFound
	}
	return d.options.RetryAll || !final(err)
}

// transient reports whether a status speaks of the moment.
func transient(code int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, code)
}

// final reports whether an error other than a status will be the same next
// time. All that is left, lost connections, timeouts, bodies cut off, is the
// network's.
func final(err error) bool {
	var (
		content     *ContentError
		size        *SizeError
		redirect    *RedirectError
		proxy       *ProxyError
		certificate *tls.CertificateVerificationError
		name        *net.DNSError
	)
	return errors.As(err, &content) || errors.As(err, &size) ||
		errors.As(err, &redirect) || errors.As(err, &proxy) || errors.As(err, &certificate) ||
		errors.As(err, &name) && name.IsNotFound
}
