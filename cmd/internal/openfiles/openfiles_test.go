package openfiles

import "testing"

func TestFit(t *testing.T) {
	for _, tt := range []struct{ wanted, each, others, limit, n, told int }{
		{1000, 1, 32, 0, 1000, 0},
		{100, 1, 28, 128, 100, 0},
		{101, 1, 28, 128, 100, 128},
		{1000, 2, 32, 256, 112, 256},
		{5, 2, 32, 32, 1, 32},
		{1, 1, 32, 10, 1, 10},
	} {
		if n, told := fit(tt.wanted, tt.each, tt.others, tt.limit); n != tt.n || told != tt.told {
			t.Errorf("%+v: %d, %d", tt, n, told)
		}
	}
}
