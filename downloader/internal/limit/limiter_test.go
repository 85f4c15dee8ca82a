package limit

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// waits notes what is waited for, how long, and how it ended.
type waits struct {
	mu  sync.Mutex
	all []waited
}

type waited struct {
	Wait
	slot int
	took time.Duration
	err  error
}

func (w *waits) Waits(reason Wait) func(slot int, err error) {
	start := time.Now()
	return func(slot int, err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, waited{reason, slot, time.Since(start), err})
	}
}

var host = &url.URL{Scheme: "http", Host: "host"}

// Who finds a slot free has it at once; who does not waits, is told of it, and
// gets the one that becomes free.
func TestAcquire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := New(2, rate.Inf, true), &waits{}
		for want := range 2 {
			if slot, err := l.Acquire(t.Context(), host, w); slot != want || err != nil {
				t.Errorf("slot %d, %v; want %d", slot, err, want)
			}
		}
		time.AfterFunc(time.Second, func() { l.Release(1) })
		if slot, err := l.Acquire(t.Context(), host, w); slot != 1 || err != nil {
			t.Errorf("slot %d, %v", slot, err)
		}
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(cause) })
		if _, err := l.Acquire(ctx, host, w); err != cause {
			t.Errorf("%v, want %v", err, cause)
		}
		if _, err := l.AcquireSlot(ctx, w); err != cause {
			t.Errorf("at once: %v, want %v", err, cause)
		}
		want := []waited{{ForSlot, 1, time.Second, nil}, {ForSlot, -1, 3 * time.Second, cause}, {ForSlot, -1, 0, cause}}
		if !slices.Equal(w.all, want) {
			t.Errorf("waited %v, want %v", w.all, want)
		}
	})
}

// A pause that begins while a request waits for its slot holds that back, too, and
// meanwhile the slot is another's.
func TestAcquireDuringPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := New(1, rate.Inf, false), &waits{}
		slot, _ := l.Acquire(t.Context(), host, w)
		start, got := time.Now(), make(chan time.Duration)
		go func() {
			slot, err := l.Acquire(t.Context(), host, w)
			if err != nil {
				t.Error(err)
			}
			got <- time.Since(start)
			l.Release(slot)
		}()
		time.Sleep(time.Second)
		l.Pause(host, 5*time.Second)
		l.Release(slot)
		other := &url.URL{Scheme: "http", Host: "other"}
		time.Sleep(time.Second)
		if slot, err := l.Acquire(t.Context(), other, w); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("another host: %v after %v", err, time.Since(start))
		} else {
			l.Release(slot)
		}
		if took := <-got; took != 6*time.Second {
			t.Errorf("the host that paused was asked after %v, want 6s", took)
		}
		if want := []waited{{ForSlot, 0, time.Second, nil}, {ForHost, -1, 5 * time.Second, nil}}; !slices.Equal(w.all, want) {
			t.Errorf("waited %v, want %v", w.all, want)
		}
	})
}

// Requests go out at the rate, however many slots there are, and none is made up
// for that was not used.
func TestAcquireAtRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := New(5, 4, false), &waits{}
		time.Sleep(10 * time.Second)
		start := time.Now()
		for n := range 9 {
			slot, err := l.Acquire(t.Context(), host, w)
			if err != nil {
				t.Fatal(err)
			}
			l.Release(slot)
			if took := time.Since(start).Round(time.Millisecond); took < time.Duration(n)*250*time.Millisecond || took > time.Duration(n)*255*time.Millisecond {
				t.Errorf("request %d after %v", n, took)
			}
		}
		if len(w.all) != 8 {
			t.Errorf("waited %d times for 8 turns", len(w.all))
		}
		for _, got := range w.all {
			if got.Wait != ForRate || got.slot != -1 || got.err != nil {
				t.Errorf("waited %+v", got)
			}
		}
		time.Sleep(200 * time.Millisecond)
		last := time.Now()
		if _, err := l.Acquire(t.Context(), host, w); err != nil || time.Since(last).Round(time.Millisecond) != 50*time.Millisecond {
			t.Errorf("%v after %v, want the 50ms that are left", err, time.Since(last))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := l.Acquire(ctx, host, w); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

// What a host asks for again is no news, unless it is at least half a second more;
// and a shorter pause does not end a longer one.
func TestPauseIsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(1, rate.Inf, false)
		for i, tt := range []struct {
			span time.Duration
			news bool
			left time.Duration
		}{
			{time.Second, true, time.Second}, {time.Second, false, time.Second}, {time.Second / 2, false, time.Second},
			{time.Second + 499*time.Millisecond, false, time.Second + 499*time.Millisecond},
			{2 * time.Second, true, 2 * time.Second}, {2*time.Second + 500*time.Millisecond, true, 2*time.Second + 500*time.Millisecond},
		} {
			if news := l.Pause(host, tt.span); news != tt.news || l.pauses.left(host) != tt.left {
				t.Errorf("%d: news is %v, %v are left; want %v, %v", i, news, l.pauses.left(host), tt.news, tt.left)
			}
		}
		time.Sleep(3 * time.Second)
		if left := l.pauses.left(host); left != 0 {
			t.Errorf("%v are left", left)
		}
	})
}

// free counts the slots that can be had at once.
func free(l *Limiter) (n int) {
	for l.slots.sem.TryAcquire(1) {
		n++
	}
	l.slots.sem.Release(int64(n))
	return n
}

// Where descriptors are short, one slot less than are in use is left, whether the
// others are taken or not, and one at a time comes back when there has been no
// shortage for a while.
func TestWithdraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := New(8, rate.Inf, false), &waits{}
		take := func() { l.Acquire(t.Context(), host, w) }
		for range 5 {
			take()
		}
		l.Regain() // of nothing
		l.Withdraw()
		if n := free(l); n != 0 {
			t.Errorf("%d slots are free, want none", n)
		}
		for range 5 {
			l.Release(0)
		}
		if n := free(l); n != 4 {
			t.Errorf("%d slots are free, want 4 where 5 were too many", n)
		}
		l.Withdraw() // while none is in use: the last slot stays
		if n := free(l); n != 1 {
			t.Errorf("%d slots are free, want 1", n)
		}
		l.Regain()
		time.Sleep(RegainAfter - 1)
		l.Regain()
		if n := free(l); n != 1 {
			t.Errorf("%d slots are free before the time, want 1", n)
		}
		for want := 2; want <= 8; want++ {
			time.Sleep(RegainAfter)
			l.Regain()
			l.Regain()
			if n := free(l); n != want {
				t.Errorf("%d slots are free, want %d", n, want)
			}
		}
		time.Sleep(RegainAfter)
		if l.Regain(); free(l) != 8 {
			t.Errorf("%d slots are free, of 8", free(l))
		}
		for range 6 {
			take()
		}
		l.Withdraw()
		if n := free(l); n != 0 {
			t.Errorf("%d slots are free after another shortage, want none", n)
		}
		for range 6 {
			l.Release(0)
		}
		if n := free(l); n != 5 {
			t.Errorf("%d slots are left of 6 that were too many, want 5", n)
		}
	})
}

// A slot that is withdrawn while it is in use, and regained before it is free, is
// not lost.
func TestRegainWhileInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, w := New(3, rate.Inf, false), &waits{}
		for range 3 {
			l.Acquire(t.Context(), host, w)
		}
		l.Withdraw()
		time.Sleep(RegainAfter)
		l.Regain()
		for range 3 {
			l.Release(0)
		}
		if n := free(l); n != 3 {
			t.Errorf("%d of 3 slots are free", n)
		}
	})
}
