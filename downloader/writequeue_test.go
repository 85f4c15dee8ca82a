package downloader

import "testing"

// No more writers are woken than there are.
func TestWakeWriters(t *testing.T) {
	for _, tt := range []struct{ writers, active, n, want int }{
		{3, 1, 1, 2}, {3, 1, 5, 3}, {3, 3, 5, 3}, {3, 0, 2, 2},
	} {
		q := newWriteQueue(1, tt.writers, nil)
		q.active = tt.active
		q.wake(tt.n)
		if q.active != tt.want {
			t.Errorf("%d of %d active, %d woken: %d active, want %d", tt.active, tt.writers, tt.n, q.active, tt.want)
		}
	}
}
