package downloader

import (
	"math/bits"
	"sync"
)

// Bodies that are kept for others to use lie in memory of 1 KiB, 2 KiB and so
// on to 1 MiB. Smaller ones are not worth it, and larger ones too rare.
const (
	leastKept = 10 // as powers of two
	mostKept  = 20
)

// bodies is memory for bodies. Most files are written soon after they have come,
// and theirs serves the next: memory that a process has never touched is costly.
type bodies struct {
	kept [mostKept - leastKept + 1]sync.Pool // of *[]byte
}

// get returns an empty slice with room for at least n bytes.
func (b *bodies) get(n int) []byte {
	if n < 1<<leastKept/2 || n > 1<<mostKept {
		return make([]byte, 0, n)
	}
	class := classOf(n)
	if kept, ok := b.kept[class].Get().(*[]byte); ok {
		return (*kept)[:0]
	}
	return make([]byte, 0, 1<<(leastKept+class))
}

// put gives back memory that came from get, grown or not, and is not looked at
// any more.
func (b *bodies) put(data []byte) {
	size := cap(data)
	if size >= 1<<leastKept && size <= 1<<mostKept && size&(size-1) == 0 {
		b.kept[classOf(size)].Put(&data)
	}
}

// classOf is the kind of memory that holds n bytes.
func classOf(n int) int { return max(bits.Len(uint(n-1)), leastKept) - leastKept }

// fit moves a body to memory of its size, if what it has is much more: a short
// body of unknown length, say. It may have to wait for the disk.
func (b *bodies) fit(data []byte) []byte {
	if cap(data) < 1<<leastKept || cap(data) <= 2*len(data)+64 {
		return data
	}
	small := append(b.get(len(data)), data...)
	b.put(data)
	return small
}
