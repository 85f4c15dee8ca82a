package bench

import (
	"errors"

	"getflags/cmd/flags/internal/timeplot"
)

// Plot draws time against m, in ".svg" or ".png", and the ideal beside what was
// measured.
func (r *Report) Plot(extension string) ([]byte, error) {
	if len(r.series) == 0 {
		return nil, errors.New("a plot takes at least two different m, such as -m 1,5,20")
	}
	picture := timeplot.Plot(r.title, r.series)
	if extension == ".png" {
		return picture.PNG()
	}
	return picture.SVG(), nil
}
