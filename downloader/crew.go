package downloader

import "sync"

// A crew is goroutines that do what they are given, one thing after another. A
// goroutine has to grow its stack for a request, in steps, by copying; that
// costs more than the rest of a small request, unless it is done only once.
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
