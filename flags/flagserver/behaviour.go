package flagserver

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// A Behaviour says how slow and how faulty a server is. The zero value means
// neither.
type Behaviour struct {
	// Each answer is delayed by a time between MinDelay and MaxDelay, evenly
	// distributed.
	MinDelay, MaxDelay time.Duration

	// Faults happen with their probabilities, which add up to at most 1.
	Faults Faults

	// RetryAfter is the wait that answers with status 429 and 503 ask for, in
	// whole seconds, rounded up. Zero means one second.
	RetryAfter time.Duration

	// BytePause is the wait of [Slow] before each byte. Zero means 10 ms.
	BytePause time.Duration

	// Seed chooses the random numbers. All seeds are equally good.
	Seed uint64
}

// Local returns the book's LOCAL: no delay, no fault.
func Local() Behaviour { return Behaviour{} }

// Delay returns the book's DELAY: 0.5 to 5 seconds before each answer.
func Delay() Behaviour {
	return Behaviour{MinDelay: 500 * time.Millisecond, MaxDelay: 5 * time.Second}
}

// Error returns the book's ERROR: the delays of [Delay], and 418 I'm a teapot for
// a random quarter of the requests.
func Error() Behaviour {
	b := Delay()
	b.Faults = Faults{{Kind: "418", Probability: .25}}
	return b
}

// Labelled returns the behaviour of the book's server with a label: LOCAL, DELAY
// or ERROR.
func Labelled(label string) (b Behaviour, ok bool) {
	switch label {
	case "LOCAL":
		return Local(), true
	case "DELAY":
		return Delay(), true
	case "ERROR":
		return Error(), true
	}
	return Behaviour{}, false
}

// Validate returns an error if b has a negative delay, a MaxDelay below MinDelay,
// a negative RetryAfter or BytePause, a fault of an unknown kind, or
// probabilities that are invalid or add up to more than 1.
func (b Behaviour) Validate() error {
	switch {
	case b.MinDelay < 0:
		return fmt.Errorf("minimum delay %v: want 0 or more", b.MinDelay)
	case b.MaxDelay < b.MinDelay:
		return fmt.Errorf("maximum delay %v: want at least the minimum delay, %v", b.MaxDelay, b.MinDelay)
	case b.RetryAfter < 0:
		return fmt.Errorf("retry after %v: want 0 or more", b.RetryAfter)
	case b.BytePause < 0:
		return fmt.Errorf("byte pause %v: want 0 or more", b.BytePause)
	}
	return b.Faults.validate()
}

// Outcome returns the delay and the fault, or "", of a request for path after n
// earlier requests for it. The path is that of the URL, decoded and without the
// query, as in /flags/br/br.gif.
//
// For each of the two, Outcome draws a number u from 0 to 1: the first 53 bits
// of the SHA-256 of the text "SEED WHAT PATH N", divided by 2⁵³. WHAT is delay
// or fault; SEED and N are in decimal. In Python:
//
//	text = f"{seed} {what} {path} {n}".encode()
//	u = (int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 11) / 2**53
//
// The delay is MinDelay + u·(MaxDelay−MinDelay). The faults divide the numbers
// from 0 upwards in their order: with 418=.25 and reset=.1, a u below .25 means
// 418, and a u from .25 to below .35 means reset.
//
// A [Handler] counts GET and HEAD requests for the first 65,536 different paths,
// so that made-up names cannot fill its memory. For any further path n stays 0,
// so its outcome is always the same.
func (b Behaviour) Outcome(path string, n int) (time.Duration, Kind) {
	u := b.draw("delay", path, n)
	delay := b.MinDelay + time.Duration(u*float64(b.MaxDelay-b.MinDelay))
	if len(b.Faults) == 0 {
		return delay, ""
	}
	return delay, b.Faults.at(b.draw("fault", path, n))
}

// draw returns a number in [0, 1). A float64 holds 53 bits exactly; all 64 would
// sometimes round up to 1.
func (b Behaviour) draw(what, path string, n int) float64 {
	sum := b.hash(what, path, n)
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}

func (b Behaviour) hash(what, path string, n int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d", b.Seed, what, path, n))
}

// isRandom reports whether b has delays or faults to draw.
func (b Behaviour) isRandom() bool {
	return b.MaxDelay > 0 || len(b.Faults) > 0
}
