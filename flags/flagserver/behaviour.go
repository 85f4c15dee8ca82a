package flagserver

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// A Behaviour says how slow and how faulty a server is. The zero value is
// neither.
type Behaviour struct {
	// Each answer is held back for a time between MinDelay and MaxDelay,
	// evenly distributed.
	MinDelay, MaxDelay time.Duration

	// Faults strike with their probabilities, which add up to at most 1.
	Faults Faults

	// RetryAfter is what answers of status 429 and 503 ask for, in whole
	// seconds, rounded up. Zero means one second.
	RetryAfter time.Duration

	// BytePause is how long [Slow] rests before each byte. Zero means 10 ms.
	BytePause time.Duration

	// Seed chooses one run out of many. All seeds are equally good.
	Seed uint64
}

// Local returns the book's LOCAL: no delay, no fault.
func Local() Behaviour { return Behaviour{} }

// Delay returns the book's DELAY: 0.5 to 5 seconds before each answer.
func Delay() Behaviour {
	return Behaviour{MinDelay: 500 * time.Millisecond, MaxDelay: 5 * time.Second}
}

// Error returns the book's ERROR: the delays of [Delay], and then every
// fourth answer, by chance, is 418 I'm a teapot.
func Error() Behaviour {
	b := Delay()
	b.Faults = Faults{{Kind: "418", Probability: .25}}
	return b
}

// Labelled returns the behaviour of the book's server of a label: LOCAL, DELAY
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

// Validate reports what is wrong with b: delays that are negative or the wrong
// way round, a negative RetryAfter or BytePause, faults of no known kind,
// probabilities that are none or add up to more than 1.
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

// Outcome returns what befalls the request for path that comes after n others
// for it: how long its answer is held back, and its fault, "" for none. The
// path is that of the URL, decoded, as in /flags/br/br.gif, without the query.
//
// Both are drawn by a number from 0 to 1: the first 53 bits of the SHA-256 of
// the text "SEED WHAT PATH N", divided by 2⁵³, where WHAT is delay or fault
// and SEED and N are in decimal. In Python:
//
//	text = f"{seed} {what} {path} {n}".encode()
//	u = (int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 11) / 2**53
//
// The delay is MinDelay + u·(MaxDelay−MinDelay). The faults share out the
// numbers from 0 upwards in their order: with 418=.25 and reset=.1, a u below
// .25 means 418 and one from .25 to below .35 means reset.
//
// A [Handler] counts requests, of GET and HEAD alike, for the first 65,536
// different paths it is asked for, so that made-up names cannot fill its memory.
// For any further path n stays 0: its outcome is then the same every time.
func (b Behaviour) Outcome(path string, n int) (time.Duration, Kind) {
	u := b.draw("delay", path, n)
	delay := b.MinDelay + time.Duration(u*float64(b.MaxDelay-b.MinDelay))
	if len(b.Faults) == 0 {
		return delay, ""
	}
	return delay, b.Faults.at(b.draw("fault", path, n))
}

// draw returns a number in [0, 1). 53 bits are what a float64 holds exactly:
// all 64 would round up to 1 now and then.
func (b Behaviour) draw(what, path string, n int) float64 {
	sum := b.hash(what, path, n)
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}

func (b Behaviour) hash(what, path string, n int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d", b.Seed, what, path, n))
}

// chancy reports whether anything at all is left to chance.
func (b Behaviour) chancy() bool {
	return b.MaxDelay > 0 || len(b.Faults) > 0
}
