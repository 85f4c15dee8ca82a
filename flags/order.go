package flags

import "slices"

// An order holds back what is to be told of a code until no code before it can
// change that any more: until all of those are done.
type order[T any] struct {
	codes []Code // sorted
	done  []bool
	next  int // the first that is not done
	held  map[Code]T
}

func newOrder[T any](codes []Code) *order[T] {
	sorted := slices.Compact(slices.Sorted(slices.Values(codes)))
	return &order[T]{codes: sorted, done: make([]bool, len(sorted)), held: map[Code]T{}}
}

// add takes what is to be told of a code that is done, and returns what can
// be told now.
func (o *order[T]) add(c Code, what T) (ready []T) {
	i, _ := slices.BinarySearch(o.codes, c)
	o.done[i], o.held[c] = true, what
	for ; o.next < len(o.codes) && o.done[o.next]; o.next++ {
		ready = append(ready, o.take(o.codes[o.next]))
	}
	return ready
}

// rest is what is still held, when nothing more can come.
func (o *order[T]) rest() (all []T) {
	for _, c := range o.codes[o.next:] {
		if _, ok := o.held[c]; ok {
			all = append(all, o.take(c))
		}
	}
	return all
}

func (o *order[T]) take(c Code) T {
	defer delete(o.held, c)
	return o.held[c]
}
