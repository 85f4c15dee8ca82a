package flags

import "slices"

// An order holds values back until all codes before theirs are done, because
// until then one of those can still change the value.
type order[T any] struct {
	codes []Code // sorted
	done  []bool
	next  int // index of the first code that is not done
	held  map[Code]T
}

func newOrder[T any](codes []Code) *order[T] {
	sorted := slices.Compact(slices.Sorted(slices.Values(codes)))
	return &order[T]{codes: sorted, done: make([]bool, len(sorted)), held: map[Code]T{}}
}

// add marks a code as done and returns the values that are ready now.
func (o *order[T]) add(c Code, value T) (ready []T) {
	i, _ := slices.BinarySearch(o.codes, c)
	o.done[i], o.held[c] = true, value
	for ; o.next < len(o.codes) && o.done[o.next]; o.next++ {
		ready = append(ready, o.release(o.codes[o.next]))
	}
	return ready
}

// rest returns the values still held, at the end of the run.
func (o *order[T]) rest() (all []T) {
	for _, c := range o.codes[o.next:] {
		if _, ok := o.held[c]; ok {
			all = append(all, o.release(c))
		}
	}
	return all
}

func (o *order[T]) release(c Code) T {
	defer delete(o.held, c)
	return o.held[c]
}
