package flagserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Kind is a kind of fault: an HTTP status from 400 to 599, in decimal, or one
// of the constants.
//
// A status, or [HTML], replaces the answer to any path; 429 and 503 have a
// Retry-After. The other kinds apply to files: if there is no such file, the
// answer is a plain 404 (but see [Reset]). Kinds that spoil a body ignore
// conditions and ranges: GET gets 200, and HEAD gets the header of that answer.
type Kind string

const (
	// Truncate sends the header of the whole file, half of its bytes (rounded
	// down), and closes the connection.
	Truncate Kind = "truncate"

	// Stall sends the header and half of the bytes, and then nothing until the
	// client leaves.
	Stall Kind = "stall"

	// Reset sends the header and half of the bytes, and then resets the
	// connection (TCP RST). If there is no file, or the method is HEAD, it
	// resets the connection without an answer.
	Reset Kind = "reset"

	// HTML answers 200 with a login page, as the networks of hotels and trains
	// do.
	HTML Kind = "html"

	// Garbage answers 200 with the file's type and length, but random bytes:
	// those of ChaCha8 of math/rand/v2, seeded with the SHA-256 of
	// "SEED garbage PATH N"; see [Behaviour.Outcome].
	Garbage Kind = "garbage"

	// Slow sends the file byte by byte; see Behaviour.BytePause.
	Slow Kind = "slow"

	// Huge sends the file over and over, without a Content-Length, until the
	// client leaves. It begins like the correct answer; only its size differs.
	Huge Kind = "huge"

	// RedirectLoop answers 302 with the same URL and the query "redirect-loop",
	// which then redirects to itself without end. Requests inside the loop have
	// no delay and draw no fault, so that a retry from outside is the next draw.
	RedirectLoop Kind = "redirect-loop"
)

// Kinds returns all kinds except the HTTP statuses.
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
