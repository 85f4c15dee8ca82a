package command

import (
	"fmt"
	"strconv"
	"time"
)

// Int is the value of an option that takes a plain decimal number from Min to
// Max. Unlike cli's own it refuses 010, 0x10 and 1_000, which some would read
// as other numbers than meant. It implements [cli.Generic].
type Int struct{ N, Min, Max int }

// Set takes the number written in s.
func (v *Int) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || strconv.Itoa(n) != s || n < v.Min || n > v.Max {
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
