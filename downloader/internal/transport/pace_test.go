package transport

import (
	"testing"
	"time"
)

// A body is too slow once all its time is spent and too little has come, not before.
func TestPaceCheck(t *testing.T) {
	for _, tt := range []struct {
		pace  Pace
		soFar progress
		slow  bool
	}{
		{Pace{Limit: 5, Over: time.Second}, progress{4, time.Second}, true},
		{Pace{Limit: 5, Over: time.Second}, progress{4, time.Second - 1}, false},
		{Pace{Over: time.Second}, progress{0, time.Hour}, false},
	} {
		if err := tt.pace.check(tt.soFar); (err != nil) != tt.slow {
			t.Errorf("%+v with %+v: %v, want slow %v", tt.pace, tt.soFar, err, tt.slow)
		}
	}
}
