package transport

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"getflags/downloader/internal/limit"
)

// Buffers is a pool of memory for answers: to touch memory that a process has
// never touched costs more than to read a small file into it. It is safe for
// concurrent use, and the zero value is an empty pool.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
	size int // of all that is free, in bytes
}

// Get returns an empty slice with room for at least n bytes, but not for many
// times as much.
func (b *Buffers) Get(n int) []byte {
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
	if n < limit.LeastKept || n > limit.MostKept {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// Put gives back memory that Get returned and nobody looks at any more.
func (b *Buffers) Put(data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cap(data) >= limit.LeastKept && b.size+cap(data) <= limit.MostKept {
		b.size += cap(data)
		b.free = append(b.free, data)
	}
}

// Fit moves data to memory of its size, if what it has is much more. It may have
// to wait for the disk.
func (b *Buffers) Fit(data []byte) []byte {
	if cap(data) <= 4*len(data)+64 {
		return data
	}
	small := append(b.Get(len(data)), data...)
	b.Put(data)
	return small
}

// A Loan is memory of a pool that somebody else uses, until it is returned.
type Loan struct {
	pool     *Buffers
	data     []byte
	returned atomic.Bool
}

// Lend returns a loan of memory that Get returned.
func (b *Buffers) Lend(data []byte) *Loan { return &Loan{pool: b, data: data} }

// Return gives the memory back. A loan is returned only once, however often
// Return is called; nil is no loan.
func (l *Loan) Return() {
	if l != nil && !l.returned.Swap(true) {
		l.pool.Put(l.data)
	}
}

// Returned reports whether the memory may serve another by now.
func (l *Loan) Returned() bool { return l != nil && l.returned.Load() }
