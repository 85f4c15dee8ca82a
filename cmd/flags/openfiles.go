package main

import (
	"fmt"

	"getflags/cmd/internal/openfiles"
)

// fitOpenFiles keeps to as many requests as there may be files open, and returns
// a note if that is less than was asked for. A server inside the process has a
// connection open for each of ours.
func (n *network) fitOpenFiles(inside bool) (note string) {
	each := 1
	if inside {
		each = 2
	}
	// Beside the connections there are the standard streams, directories, lists,
	// and files that are being written.
	fits, limit := openfiles.Fit(n.maxRequests.N, each, 24+2*min(n.writers.N, 16))
	n.maxRequests.N = fits
	if limit == 0 {
		return ""
	}
	return fmt.Sprintf("limit of %d open files: at most %d requests at once; ulimit -n raises it", limit, fits)
}
