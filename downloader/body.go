package downloader

import (
	"errors"
	"fmt"
	"io"

	"getflags/downloader/internal/limit"
	"getflags/downloader/internal/transport"
)

// A reader reads answers into memory of its own pool, and lends it.
type reader struct {
	buffers  transport.Buffers
	maxSize  int64 // bytes of a body
	complete func([]byte) error
	strict   bool // whether an answer is HTTP/1 unless TLS negotiated another protocol
}

// readAll reads a body of the announced length, or to its end if length is -1.
func (r *reader) readAll(body io.Reader, length int64) ([]byte, error) {
	most := r.maxSize
	if length > most {
		return nil, &SizeError{Size: length, Limit: most}
	}
	// An announced length is believed only up to a megabyte. One more byte lets the last
	// read see the end.
	first := 32 << 10
	if length >= 0 {
		first = int(min(length, limit.Believed-1)) + 1
	}
	data := r.buffers.Get(first)
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > most:
			return nil, &SizeError{Size: -1, Limit: most}
		case err == io.EOF:
			return r.buffers.Fit(data), nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, cutOff(len(data), length, err)
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

func cutOff(got int, length int64, err error) error {
	if length < 0 {
		return fmt.Errorf("body cut off after %d bytes: %w", got, err)
	}
	return fmt.Errorf("body cut off after %d of %d bytes: %w", got, length, err)
}
