package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"getflags/cmd/flags/internal/figures"
)

// CSV is a line per mode, under a line of names. Times are in seconds; what is
// not known is empty.
func (r *Report) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i, rec := range r.records {
		names, cells := rec.columns()
		if i == 0 {
			w.Write(names) // the writer keeps its error
		}
		w.Write(cells)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (r record) columns() (names, cells []string) {
	for _, f := range r {
		n, c := f.columns()
		names, cells = append(names, n...), append(cells, c...)
	}
	return names, cells
}

// columns are one or, of an estimate, three.
func (f field) columns() (names, cells []string) {
	switch v := f.value.(type) {
	case *figures.Estimate:
		return []string{f.name, f.name + "_low", f.name + "_high"}, cellsOf(v)
	case *bool:
		if v == nil {
			return []string{f.name}, []string{""}
		}
		return []string{f.name}, []string{strconv.FormatBool(*v)}
	case float64:
		return []string{f.name}, []string{number(v)}
	}
	return []string{f.name}, []string{fmt.Sprint(f.value)}
}

func cellsOf(e *figures.Estimate) []string {
	switch {
	case e == nil:
		return []string{"", "", ""}
	case !e.Known():
		return []string{number(e.Median), "", ""}
	}
	return []string{number(e.Median), number(e.Low), number(e.High)}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 7, 64) }
