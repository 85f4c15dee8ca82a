package wholefile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// SHA256 is the hexadecimal SHA-256 of what is read from r, and how many bytes
// that were, by way of room: it takes the same memory however much there is.
// It ends with ctx.
func SHA256(ctx context.Context, r io.Reader, room []byte) (sum string, size int64, err error) {
	h := sha256.New()
	for {
		n, err := r.Read(room)
		h.Write(room[:n]) // never fails
		size += int64(n)
		switch {
		case errors.Is(err, io.EOF):
			return hex.EncodeToString(h.Sum(nil)), size, nil
		case err != nil:
			return "", size, err
		case ctx.Err() != nil:
			return "", size, context.Cause(ctx)
		}
	}
}
