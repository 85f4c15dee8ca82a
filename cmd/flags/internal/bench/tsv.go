package bench

import (
	"bytes"
	"strings"
)

// TSV is a line per mode, under a line of names, with tabs between the cells.
func (r *Report) TSV() ([]byte, error) {
	var b bytes.Buffer
	for i, rec := range r.records {
		names, cells := rec.columns()
		if i == 0 {
			b.WriteString(strings.Join(names, "\t") + "\n")
		}
		b.WriteString(strings.Join(cells, "\t") + "\n")
	}
	return b.Bytes(), nil
}
