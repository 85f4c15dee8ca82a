package downloader

import (
	"math/bits"
	"sync"
)

// Memory is kept for bodies to come, each of leastKept bytes or more, and
// mostKept in all.
const (
	leastKept = 512
	mostKept  = 1 << 20
)

// bodies is memory for bodies. Most files are written soon after they have come,
// and then their memory serves the next: memory that a process has never
// touched is costly.
type bodies struct {
	mu   sync.Mutex
	free [][]byte
	size int // of all that is free, in bytes
}

// get returns an empty slice with room for at least n bytes, but not for many
// times as much.
func (b *bodies) get(n int) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.free) - 1; i >= 0; i-- { // what was used last is in the caches
		if data := b.free[i]; n <= cap(data) && cap(data) <= 4*n {
			b.free[i] = b.free[len(b.free)-1]
			b.free = b.free[:len(b.free)-1]
			b.size -= cap(data)
			return data[:0]
		}
	}
	return make([]byte, 0, roomFor(n))
}

// roomFor is a power of two, so that there are few sizes, and what serves one
// body serves most; but what is too small to be kept is n.
func roomFor(n int) int {
	if n < leastKept || n > mostKept {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// put gives back memory that is not looked at any more.
func (b *bodies) put(data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cap(data) >= leastKept && b.size+cap(data) <= mostKept {
		b.size += cap(data)
		b.free = append(b.free, data)
	}
}

// fit moves a body to memory of its size, if what it has is much more: a short
// body of unknown length, say. It may have to wait for the disk.
func (b *bodies) fit(data []byte) []byte {
	if cap(data) <= 4*len(data)+64 {
		return data
	}
	small := append(b.get(len(data)), data...)
	b.put(data)
	return small
}
