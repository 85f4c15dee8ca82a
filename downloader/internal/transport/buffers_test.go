package transport

import (
	"testing"

	"getflags/downloader/internal/limit"
)

func TestBuffers(t *testing.T) {
	var b Buffers
	first := append(b.Get(3000), "first"...)
	b.Put(first)
	for n, reused := range map[int]bool{5000: false, 1000: false, 100: false} {
		if data := b.Get(n); cap(data) < n || len(data) != 0 || (cap(data) == cap(first)) != reused {
			t.Errorf("for %d bytes there are %d, of %d free", n, cap(data), cap(first))
		}
	}
	if again := b.Get(2500); cap(again) != cap(first) || b.size != 0 {
		t.Errorf("for 2500 bytes there are %d, of %d free", cap(again), cap(first))
	}
	for range 100 {
		b.Put(make([]byte, 100<<10))
	}
	if b.size > limit.MostKept {
		t.Errorf("%d bytes are kept", b.size)
	}
}
