package limit

import "testing"

// FuzzNumbers: no number is given twice, and it is the lowest that is free.
func FuzzNumbers(f *testing.F) {
	f.Add(uint16(70), []byte{0, 0, 0, 1, 0, 2, 0})
	f.Fuzz(func(t *testing.T, n uint16, ops []byte) {
		n = n%200 + 1
		s, taken := newNumbers(int(n)), map[int]bool{}
		for _, op := range ops {
			if number := int(op) % int(n); op%3 != 0 && taken[number] {
				s.give(number)
				delete(taken, number)
			} else if len(taken) < int(n) {
				got, want := s.take(), 0
				for taken[want] {
					want++
				}
				if got != want {
					t.Fatalf("number %d, want %d", got, want)
				}
				taken[got] = true
			}
		}
	})
}
