package flagserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Kind names what goes wrong: an HTTP status from 400 to 599, in decimal, or
// one of the constants.
//
// A status is answered instead of the file, as is [HTML], whatever was asked
// for; 429 and 503 come with a Retry-After. The other kinds befall files: where
// there is no such file, the answer is a plain 404 (but see [Reset]). Those
// that spoil a body ignore conditions and ranges: the answer to a GET is 200.
// To HEAD it is the header that GET would get.
type Kind string

const (
	// Truncate sends the header of the whole file, half of its bytes (rounded
	// down), and closes the connection.
	Truncate Kind = "truncate"

	// Stall sends the header and half of the bytes, and then nothing, until
	// the client leaves.
	Stall Kind = "stall"

	// Reset sends the header and half of the bytes, and then resets the
	// connection (TCP RST). If there is no file, or no body as to HEAD, it
	// resets the connection without an answer.
	Reset Kind = "reset"

	// HTML answers 200 with a page, as the networks of hotels and trains do
	// until somebody has signed in.
	HTML Kind = "html"

	// Garbage answers 200 with the file's type and length, and noise: what
	// ChaCha8 of math/rand/v2 makes of the SHA-256 of "SEED garbage PATH N";
	// see [Behaviour.Outcome].
	Garbage Kind = "garbage"

	// Slow sends the file a byte at a time; see Behaviour.BytePause.
	Slow Kind = "slow"

	// Huge sends the file over and over, with no Content-Length, until the
	// client leaves. It begins like the right answer: only the size gives it
	// away.
	Huge Kind = "huge"

	// RedirectLoop answers 302 and sends the client to the same URL with the
	// query "redirect-loop", which is answered by 302 to itself, without end.
	// The requests of that loop are not delayed and draw no fault, so that a
	// retry from outside it is the next draw.
	RedirectLoop Kind = "redirect-loop"
)

// Kinds returns the kinds that have a name, all but the HTTP statuses.
func Kinds() []Kind {
	return []Kind{Truncate, Stall, Reset, HTML, Garbage, Slow, Huge, RedirectLoop}
}

// status returns the HTTP status that k stands for, or 0.
func (k Kind) status() int {
	code, err := strconv.Atoi(string(k))
	if err != nil || strconv.Itoa(code) != string(k) || code < 400 || code > 599 {
		return 0
	}
	return code
}

func (k Kind) validate() error {
	if k.status() == 0 && !slices.Contains(Kinds(), k) {
		return fmt.Errorf("fault %q: want an HTTP status from 400 to 599, or one of %s",
			string(k), strings.Trim(fmt.Sprint(Kinds()), "[]"))
	}
	return nil
}
