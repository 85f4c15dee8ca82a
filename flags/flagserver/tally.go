package flagserver

import (
	"crypto/sha256"
	"sync"
)

// maxTallied limits the memory that requests for made-up names can occupy, to
// about four megabytes.
const maxTallied = 1 << 16

// A tally counts the requests for each path, on which the outcome of the next one
// depends. It counts the first 65,536 different paths. Each request for a later
// path counts as the first one, so its outcome depends on seed and path alone.
type tally struct {
	mu    sync.Mutex
	asked map[[16]byte]int // by hash, because paths may be long
}

// next returns the number of earlier requests for path, and counts this one.
func (t *tally) next(path string) int {
	sum := sha256.Sum256([]byte(path))
	key := [16]byte(sum[:])
	t.mu.Lock()
	defer t.mu.Unlock()
	n, known := t.asked[key]
	if !known && len(t.asked) >= maxTallied {
		return 0
	}
	if t.asked == nil {
		t.asked = map[[16]byte]int{}
	}
	t.asked[key] = n + 1
	return n
}
