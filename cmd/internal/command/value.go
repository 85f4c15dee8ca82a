package command

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Secret is what the value of an option implements if it may be a secret: what
// is refused of it is not echoed.
type Secret interface{ Secret() }

// Int is the value of an option that takes a plain decimal number from Min to
// Max, or of at least Min where Max is 0. Unlike cli's own it refuses 010, 0x10 and 1_000, which some would read
// as other numbers than meant. It implements [cli.Generic].
type Int struct{ N, Min, Max int }

// Set takes the number written in s.
func (v *Int) Set(s string) error {
	n, err := strconv.Atoi(s)
	plain := err == nil && strconv.Itoa(n) == s
	switch {
	case v.Max == 0 && (!plain || n < v.Min):
		return fmt.Errorf("want a whole number of at least %d", v.Min)
	case v.Max != 0 && (!plain || n < v.Min || n > v.Max):
		return fmt.Errorf("want a whole number from %d to %d", v.Min, v.Max)
	}
	v.N = n
	return nil
}

func (v *Int) String() string { return strconv.Itoa(v.N) }

// Seconds is the value of an option that takes a length of time: a Go
// duration such as 1m30s, or a plain number of seconds such as 3.1, at least
// Min. It implements [cli.Generic].
type Seconds struct{ D, Min time.Duration }

// Set takes the duration written in s.
func (v *Seconds) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil {
		d, err = time.ParseDuration(s + "s")
	}
	if err != nil || d < v.Min {
		return fmt.Errorf("want seconds or a duration such as 1m30s, at least %v", v.Min)
	}
	v.D = d
	return nil
}

func (v *Seconds) String() string { return v.D.String() }

// Uint64 is the value of an option that takes a plain decimal number, such as
// the seed of a random sequence. It implements [cli.Generic].
type Uint64 uint64

// Set takes the number written in s.
func (v *Uint64) Set(s string) error {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return fmt.Errorf("want a whole number from 0 to %d", uint64(math.MaxUint64))
	}
	*v = Uint64(n)
	return nil
}

func (v *Uint64) String() string { return strconv.FormatUint(uint64(*v), 10) }

// Share is the value of an option that takes a part of a whole, from 0 to 1.
// It implements [cli.Generic].
type Share float64

// Set takes the number written in s.
func (v *Share) Set(s string) error {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return errors.New("want a share from 0 to 1, such as .25")
	}
	*v = Share(f)
	return nil
}

func (v *Share) String() string { return strconv.FormatFloat(float64(*v), 'g', -1, 64) }

// Bytes is the value of an option that takes a number of bytes, plain or with
// k, M or G behind it for powers of 1024, at least 1. It implements
// [cli.Generic].
type Bytes int64

// Set takes the number written in s.
func (v *Bytes) Set(s string) error {
	number := strings.TrimRight(s, "kMG")
	power, ok := map[string]uint{"": 0, "k": 10, "M": 20, "G": 30}[s[len(number):]]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || strconv.FormatInt(n, 10) != number || n < 1 || n > math.MaxInt64>>power {
		return errors.New("want a number of bytes, such as 500k or 16M")
	}
	*v = Bytes(n << power)
	return nil
}

func (v *Bytes) String() string {
	n, suffix := int64(*v), 0
	for suffix < 3 && n > 0 && n%1024 == 0 {
		n, suffix = n/1024, suffix+1
	}
	return strconv.FormatInt(n, 10) + []string{"", "k", "M", "G"}[suffix]
}
