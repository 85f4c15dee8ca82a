package flagserver

import (
	"crypto/sha256"
	"sync"
)

// maxTallied bounds the memory that requests for names made up can claim, to
// some four megabytes.
const maxTallied = 1 << 16

// A tally counts how often each path was asked for, which is what the fate of
// the next request for it hangs on. The first 65,536 different paths are
// counted. A path that comes after them is taken, each time, as asked for the
// first time: its outcome is then a function of seed and path alone, and still
// does not hang on any other path.
type tally struct {
	mu    sync.Mutex
	asked map[[16]byte]int // by hash, as paths may be long
}

// next returns how often path was asked for before.
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
