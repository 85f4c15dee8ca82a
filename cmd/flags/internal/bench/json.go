package bench

import (
	"encoding/json"

	"getflags/internal/visible"
)

// JSON is the report as an object, indented, with a line's end.
func (r *Report) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(r.object, "", "  ")
	return append(visible.JSON(data), '\n'), err
}
