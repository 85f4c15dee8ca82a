package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A line is one that --json writes: of a beginning, a flag or a summary.
type line struct {
	Begin *Begin `json:"begin"`
	*Flag
	Summary *struct {
		Asked int `json:"asked"`
	} `json:"summary"`
}

// readLine reads a line that --json wrote; whatever else it is, is an error.
func readLine(data []byte) (line, error) {
	l := line{Flag: &Flag{}}
	if err := json.Unmarshal(data, &l); err != nil {
		return line{}, fmt.Errorf("is not what --json writes: %w", err)
	}
	var err error
	switch {
	case l.Begin != nil:
		err = l.Begin.validate()
	case l.Summary != nil:
	case !isCode(l.Code):
		err = errors.New("is not what --json writes: want an object with a code such as BR")
	case !slices.Contains(statuses(), l.Status):
		err = fmt.Errorf("is not what --json writes: unknown status %q", l.Status)
	}
	return l, err
}
