package downloader

import "sync"

// A crew is goroutines that do what they are given, one thing after another. A
// goroutine has to grow its stack for a request, by copying; that costs more
// than the rest of a small request, unless it is done only once, and before
// there is anything to copy.
type crew struct {
	next chan func()
	all  sync.WaitGroup
}

func newCrew() *crew { return &crew{next: make(chan func())} }

// do has f done, in a goroutine that has nothing else to do or in a new one.
func (c *crew) do(f func()) {
	select {
	case c.next <- f:
	default:
		c.all.Go(func() {
			growStack(0)
			f()
			for f := range c.next {
				f()
			}
		})
	}
}

// end waits until all is done. Nothing is given to the crew any more.
func (c *crew) end() {
	close(c.next)
	c.all.Wait()
}

// requestStack is more than the 16 KiB of stack that a request takes with that
// of package net for a new connection. Stacks below 32 KiB the runtime keeps in
// lists that run through them, and so touches memory that nobody needs.
const requestStack = 20 << 10

// growStack makes room on the stack in one step: a function's frame is made
// room for when it is called, and this one's is large, though nothing uses it.
//
//go:noinline
func growStack(n int) byte {
	if n == 0 {
		return 0
	}
	var room [requestStack]byte
	return room[n]
}
