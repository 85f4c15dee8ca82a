package flagserver

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Fault is a kind of failure with its probability, from 0 (never) to 1
// (always).
type Fault struct {
	Kind        Kind
	Probability float64
}

// ParseFault reads KIND=PROBABILITY, such as 418=.25. The probability is a plain
// decimal number.
func ParseFault(s string) (Fault, error) {
	kind, number, found := strings.Cut(s, "=")
	if !found {
		return Fault{}, fmt.Errorf("fault %q: want KIND=PROBABILITY, such as 418=.25", s)
	}
	f := Fault{Kind: Kind(kind)}
	if err := f.Kind.validate(); err != nil {
		return Fault{}, err
	}
	var err error
	f.Probability, err = strconv.ParseFloat(number, 64)
	if !regexp.MustCompile(`^[0-9.]+$`).MatchString(number) || err != nil {
		return Fault{}, fmt.Errorf("fault %s: probability %q: want a number from 0 to 1, such as .25", kind, number)
	}
	return f, f.validate()
}

func (f Fault) validate() error {
	if err := f.Kind.validate(); err != nil {
		return err
	}
	if !(f.Probability >= 0 && f.Probability <= 1) { // also false for NaN
		return fmt.Errorf("fault %s: probability %v: want a number from 0 to 1", f.Kind, f.Probability)
	}
	return nil
}

// String returns f as [ParseFault] reads it.
func (f Fault) String() string {
	return string(f.Kind) + "=" + strconv.FormatFloat(f.Probability, 'f', -1, 64)
}

// Faults is a list of faults; a request meets at most one of them. A pointer to
// it is the value of a repeatable option of package flag or urfave/cli.
type Faults []Fault

// Set adds the fault s; see [ParseFault]. If the probabilities would add up to
// more than 1, it fails and adds nothing.
func (fs *Faults) Set(s string) error {
	f, err := ParseFault(s)
	if err != nil {
		return err
	}
	more := append(slices.Clip(*fs), f)
	if err := more.validate(); err != nil {
		return err
	}
	*fs = more
	return nil
}

// String returns the faults as [ParseFault] reads them, separated by spaces.
func (fs *Faults) String() string {
	var list []string
	for _, f := range *fs {
		list = append(list, f.String())
	}
	return strings.Join(list, " ")
}

// With returns the faults and one more. The probability of f applies to the
// requests that meet none of the others.
func (fs Faults) With(f Fault) Faults {
	left := 1.0
	for _, other := range fs {
		left -= other.Probability
	}
	f.Probability *= max(0, left)
	return append(slices.Clone(fs), f)
}

func (fs Faults) validate() error {
	sum := 0.0
	for _, f := range fs {
		if err := f.validate(); err != nil {
			return err
		}
		sum += f.Probability
	}
	if rounded := math.Round(sum*1e9) / 1e9; rounded > 1 { // ten times .1 is not exactly 1
		return fmt.Errorf("the probabilities of all faults add up to %v: want at most 1", rounded)
	}
	return nil
}

// at returns the fault whose share contains u, a number in [0, 1), or "".
func (fs Faults) at(u float64) Kind {
	below := 0.0
	for _, f := range fs {
		if below += f.Probability; u < below {
			return f.Kind
		}
	}
	return ""
}
