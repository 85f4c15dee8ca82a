package transport

import (
	"testing"

	"getflags/downloader/internal/limit"
)

// What is given back serves whoever needs as much, or up to four times less.
func TestBuffers(t *testing.T) {
	var b Buffers
	first := append(b.Get(3000), "first"...)
	b.Put(first)
	for n, reused := range map[int]bool{5000: false, 1023: false, 100: false} {
		if data := b.Get(n); cap(data) < n || len(data) != 0 || (cap(data) == cap(first)) != reused {
			t.Errorf("for %d bytes there are %d, of %d free", n, cap(data), cap(first))
		}
	}
	for _, n := range []int{4096, 2500, 1024} {
		again := b.Get(n)
		if cap(again) != 4096 || len(again) != 0 || b.size != 0 {
			t.Errorf("for %d bytes there are %d, of %d free; %d are left", n, cap(again), cap(first), b.size)
		}
		b.Put(again)
	}
}

func TestRoomFor(t *testing.T) {
	for n, want := range map[int]int{
		0: 0, 511: 511, 512: 512, 513: 1024, 1024: 1024, 4097: 8192, limit.MostKept: limit.MostKept, limit.MostKept + 1: limit.MostKept + 1,
	} {
		if got := roomFor(n); got != want {
			t.Errorf("for %d bytes room for %d, want %d", n, got, want)
		}
	}
}

// No more than so much is kept, and nothing that is too small to be looked for.
func TestMostKept(t *testing.T) {
	var b Buffers
	b.Put(make([]byte, 0, limit.LeastKept-1))
	if b.size != 0 {
		t.Errorf("%d bytes are kept of a few", b.size)
	}
	b.Put(make([]byte, 0, limit.LeastKept))
	b.Put(make([]byte, 0, limit.MostKept-limit.LeastKept))
	if b.size != limit.MostKept || len(b.free) != 2 {
		t.Errorf("%d bytes are kept in %d pieces, want %d in 2", b.size, len(b.free), limit.MostKept)
	}
	b.Put(make([]byte, 0, limit.LeastKept))
	if b.size != limit.MostKept {
		t.Errorf("%d bytes are kept, want %d", b.size, limit.MostKept)
	}
}

// A body moves to smaller memory only if that saves much.
func TestFit(t *testing.T) {
	for length, moves := range map[int]bool{4096: false, 1009: false, 1008: false, 1007: true, 1: true} {
		var b Buffers
		data := b.Get(4096)[:length]
		data[0] = 'x'
		got := b.Fit(data)
		if len(got) != length || got[0] != 'x' || (&got[0] != &data[0]) != moves || moves != (b.size == 4096) {
			t.Errorf("%d bytes of 4096 are in %d; %d are free", length, cap(got), b.size)
		}
	}
}

// A loan comes back once.
func TestLoan(t *testing.T) {
	var b Buffers
	l := b.Lend(b.Get(4096))
	if l.Returned() {
		t.Error("a loan is returned before it is")
	}
	l.Return()
	l.Return()
	if !l.Returned() || b.size != 4096 {
		t.Errorf("returned is %v; %d bytes are free, want 4096", l.Returned(), b.size)
	}
	var none *Loan
	if none.Return(); none.Returned() {
		t.Error("no loan is returned")
	}
}
