package transport

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"getflags/downloader/internal/limit"
)

// Buffers is a pool of memory for answers: touching memory for the first time costs more
// than reading a small file into it. It is safe for concurrent use, and the zero value is
// an empty pool.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
	size int // of all that is free, in bytes
}

// Get returns an empty slice with a capacity of at least n bytes, but not many times
// more.
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

// roomFor returns a power of two, so that there are few sizes and memory for one body
// serves most others. For sizes that are not kept it returns n.
func roomFor(n int) int {
	if n < limit.LeastKept || n > limit.MostKept {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// Put gives back memory that Get returned and that is no longer used.
func (b *Buffers) Put(data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cap(data) >= limit.LeastKept && b.size+cap(data) <= limit.MostKept {
		b.size += cap(data)
		b.free = append(b.free, data)
	}
}

// Fit moves data to smaller memory if it uses little of what it has, because it may have
// to wait for the disk.
func (b *Buffers) Fit(data []byte) []byte {
	if cap(data) <= 4*len(data)+64 {
		return data
	}
	small := append(b.Get(len(data)), data...)
	b.Put(data)
	return small
}

// A Loan is memory of a pool that is in use elsewhere until it is returned.
type Loan struct {
	pool     *Buffers
	data     []byte
	returned atomic.Bool
}

// Lend returns a loan of memory that Get returned.
func (b *Buffers) Lend(data []byte) *Loan { return &Loan{pool: b, data: data} }

// Return gives the memory back, once, however often it is called. On a nil Loan it does
// nothing.
func (l *Loan) Return() {
	if l != nil && !l.returned.Swap(true) {
		l.pool.Put(l.data)
	}
}

// Returned reports whether the memory has been given back.
func (l *Loan) Returned() bool { return l != nil && l.returned.Load() }
