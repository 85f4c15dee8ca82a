package downloader

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"

	"github.com/cenkalti/backoff/v5"

	"getflags/downloader/internal/limit"
)

// fullJitter draws each wait from 0 to twice its interval, which doubles each time: this
// spreads clients that failed together.
func fullJitter() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     limit.FirstWait / 2,
		MaxInterval:         limit.MaxWait / 2,
		Multiplier:          2,
		RandomizationFactor: 1,
	}
}

// mayRetry reports whether another attempt may follow an error.
func (o *Options) mayRetry(ctx context.Context, err error) bool {
	if o.RetryIf != nil {
		return ctx.Err() == nil && o.RetryIf(err)
	}
	return ctx.Err() == nil && o.worthRetrying(err)
}

// worthRetrying reports whether another attempt may succeed. 404 is final, however often
// the file is asked for.
func (o *Options) worthRetrying(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return transient(status.Code) || o.RetryAll && status.Code != http.StatusNotFound
	}
	return o.RetryAll || !final(err)
}

// transient reports whether a status may be different soon.
func transient(code int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, code)
}

// final reports whether an error other than a status will be the same next time. All
// other errors come from the network: lost connections, time-outs, bodies cut off.
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
