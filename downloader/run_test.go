package downloader

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"getflags/downloader/internal/limit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The cap is reached and never exceeded, and no place under it is ever empty:
// 388 requests take exactly ceil(388/m) answers' time, but for the 2 ms after
// which a connection beyond the first few is dialled.
func TestCap(t *testing.T) {
	const delay = 500 * time.Millisecond
	for _, m := range []int{1, 2, 5, 7, 16, 100, 1000} {
		t.Run(fmt.Sprint(m), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gauge{delay: delay}
				s := &shelf{}
				d := inMemory(t, s, g.ServeHTTP, Options{MaxInFlight: m})
				start := time.Now()
				for r := range d.Run(t.Context(), twice(194)) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
				rounds := (388 + m - 1) / m
				took, ideal := time.Since(start), time.Duration(rounds)*delay
				if took != ideal && (took != ideal+2*time.Millisecond || m < 100) {
					t.Errorf("took %v, want %v", took, ideal)
				}
				if most := g.most.Load(); most != int64(min(m, 388)) {
					t.Errorf("%d requests at once, want %d", most, m)
				}
				if len(s.files) != 194 {
					t.Errorf("%d files, want 194", len(s.files))
				}
			})
		})
	}
}

// With as many writers as a slow disk needs, only the last write is waited
// for; written in line, each round takes an answer and a write. It takes a
// millisecond to find out that the disk is slow.
func TestSlowDisk(t *testing.T) {
	const answer, write = 100 * time.Millisecond, 100 * time.Millisecond
	tests := []struct {
		name    string
		options Options
		want    time.Duration
	}{
		{"handed over", Options{MaxInFlight: 16, Writers: 16}, 25*answer + write + limit.Patience},
		{"in line", Options{MaxInFlight: 16, Inline: true}, 25 * (answer + write)},
		{"too few writers", Options{MaxInFlight: 16, Writers: 8}, answer + 49*write + limit.Patience},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gauge{delay: answer}
				d := inMemory(t, &shelf{delay: write}, g.ServeHTTP, tt.options)
				start := time.Now()
				for r := range d.Run(t.Context(), numbered(388)) {
					if r.Err != nil || r.Elapsed < answer+write || r.Elapsed > tt.want {
						t.Errorf("took %v: %v", r.Elapsed, r.Err)
					}
				}
				if got := time.Since(start); got != tt.want {
					t.Errorf("took %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// In line, a task's last place is held while its files are written, even if
// the cap is 1 and a task makes two requests at once.
func TestInlineHoldsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		d := inMemory(t, &shelf{delay: time.Second}, g.ServeHTTP, Options{MaxInFlight: 1, Inline: true})
		start := time.Now()
		for r := range d.Run(t.Context(), twice(3)) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if got, want := time.Since(start), 9*time.Second; got != want {
			t.Errorf("took %v, want %v: two answers and a write for each task", got, want)
		}
	})
}

// Network workers wait for the disk once the budget is spent, and no sooner.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		// Each file has two bytes, in memory for three; ten of them fit.
		o := Options{MaxInFlight: 1, Writers: 1, Buffer: 10 * (limit.Overhead + 2*3)}
		d := inMemory(t, &shelf{delay: time.Hour}, g.ServeHTTP, o)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		for range d.Run(ctx, numbered(100)) {
		}
		// Ten in the budget; the worker has one more and waits.
		if got := g.requests.Load(); got != 11 {
			t.Errorf("%d requests before the first write ended, want 11", got)
		}
	})
}

// A file larger than the whole budget passes, alone.
func TestFileLargerThanBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		d := inMemory(t, s, (&gauge{}).ServeHTTP, Options{Buffer: 1})
		for r := range d.Run(t.Context(), numbered(3)) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if len(s.files) != 3 {
			t.Errorf("%d files, want 3", len(s.files))
		}
	})
}

func TestResultsInOrderOfCompletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slowFirst := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/0" {
				time.Sleep(time.Second)
			}
		}
		d := inMemory(t, &shelf{}, slowFirst, Options{MaxInFlight: 2})
		var order []string
		for r := range d.Run(t.Context(), numbered(4)) {
			order = append(order, r.ID)
		}
		if len(order) != 4 || order[3] != "0" {
			t.Errorf("order %v, want 0 last", order)
		}
	})
}

// Leaving the loop aborts what is in flight, but what was handed over is
// written.
func TestBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{delay: time.Second}
		s := &shelf{delay: time.Minute}
		d := inMemory(t, s, g.ServeHTTP, Options{MaxInFlight: 3, Writers: 3})
		for range d.Run(t.Context(), numbered(1000)) {
			break
		}
		synctest.Wait()
		if g.now.Load() != 0 {
			t.Errorf("%d requests are still open", g.now.Load())
		}
		// The first file is written after 61 seconds. By then 180 have come,
		// three a second, and three more may be on their way.
		if n := g.requests.Load(); n < 180 || n > 186 || int64(len(s.files)) < n-3 {
			t.Errorf("%d requests and %d files written", n, len(s.files))
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(2500*time.Millisecond, func() { cancel(cause) })
		s := &shelf{}
		d := inMemory(t, s, (&gauge{delay: time.Second}).ServeHTTP, Options{MaxInFlight: 10})
		start := time.Now()
		saved, cancelled := 0, 0
		for r := range d.Run(ctx, numbered(1000)) {
			switch {
			case r.Err == nil:
				saved++
			case errors.Is(r.Err, cause):
				cancelled++
			default:
				t.Error(r.Err)
			}
		}
		if got := time.Since(start); got != 2500*time.Millisecond+limit.Linger {
			t.Errorf("ended after %v, want a moment after 2.5s", got)
		}
		// Ten were in flight, and others may have waited for a place.
		if saved != 20 || cancelled < 10 || cancelled > 20 || len(s.files) != 20 {
			t.Errorf("%d saved, %d cancelled, %d files; want 20, 10 to 20, and 20", saved, cancelled, len(s.files))
		}
	})
}

// A run that is cancelled still writes what was handed over to a slow disk,
// and tells of each file that it is saved.
func TestCancelWritesWhatWasHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{delay: time.Minute}
		d := inMemory(t, s, (&gauge{delay: time.Second}).ServeHTTP, Options{MaxInFlight: 10, Writers: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		start := time.Now()
		saved := 0
		for r := range d.Run(ctx, numbered(1000)) {
			if r.Err == nil {
				saved++
			}
		}
		// Two rounds of ten had come by then, and one writer takes a minute each.
		if got := time.Since(start); saved != 20 || len(s.files) != 20 || got != time.Second+20*time.Minute {
			t.Errorf("%d saved, %d files after %v; want 20, 20, 20m1s", saved, len(s.files), got)
		}
	})
}

// A file that arrived, but that the end of the run kept from being handed
// over, is named in the error.
func TestCancelNamesFileNotHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { cancel(cause) })
		// A budget for one: one file is being written, the other waits.
		d := inMemory(t, &shelf{delay: time.Hour}, (&gauge{}).ServeHTTP, Options{MaxInFlight: 1, Writers: 1, Buffer: 1})
		saved := 0
		for r := range d.Run(ctx, numbered(2)) {
			var file *FileError
			if r.Err != nil && (!errors.As(r.Err, &file) || file.Name != r.ID || !errors.Is(r.Err, cause)) {
				t.Errorf("%s: %v", r.ID, r.Err)
			}
			if r.Err == nil {
				saved++
			}
		}
		if saved != 1 {
			t.Errorf("%d saved, want 1", saved)
		}
	})
}

// A panic in the loop's body must not leave goroutines behind.
func TestPanicInLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := inMemory(t, &shelf{}, (&gauge{delay: time.Second}).ServeHTTP, Options{})
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		for range d.Run(t.Context(), numbered(100)) {
			panic("in the loop")
		}
	})
}

func TestNoTasks(t *testing.T) {
	d := newDriven(&shelf{}, Options{})
	defer d.Close()
	for r := range d.Run(t.Context(), numbered(0)) {
		t.Errorf("a result of nothing: %v", r)
	}
}
