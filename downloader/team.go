package downloader

import (
	"sync"

	"getflags/downloader/internal/limit"
)

// A team is the workers of one run: one for each open slot, and up to as many again to
// replace those that wait without needing a slot. A worker takes the next task or, if
// there is none, an errand: a further request of a task that is under way. Tasks come
// first, because a task does its errands itself if nobody else takes them.
type team struct {
	limiter *limit.Limiter
	most    int                   // workers
	next    func() (func(), bool) // the next task; called by one worker at a time
	stopped func() bool           // whether no more tasks are begun

	mu        sync.Mutex
	change    sync.Cond // wakes workers that wait for something to do
	pulling   bool      // whether a worker is calling next
	exhausted bool      // whether there are no more tasks
	underWay  int       // tasks
	errands   []*errand // that nobody has taken
	workers   int
	idle      int           // of them, those with nothing to do
	away      int           // of them, those that wait without needing a slot
	ended     chan struct{} // closed when the last worker has gone
}

func newTeam(l *limit.Limiter, slots int, next func() (func(), bool), stopped func() bool) *team {
	t := &team{limiter: l, most: 2 * slots, next: next, stopped: stopped, ended: make(chan struct{})}
	t.change.L = &t.mu
	return t
}

// lead adds workers as slots open, and returns when all tasks are done.
func (t *team) lead() {
	for {
		_, more := t.limiter.Open()
		t.mu.Lock()
		t.grow()
		t.mu.Unlock()
		select {
		case <-more:
		case <-t.ended:
			return
		}
	}
}

// summon wakes an idle worker, or adds one, if there is work that no worker is about to
// take. That worker summons the next. The lock is held.
func (t *team) summon() {
	wanted := len(t.errands)
	if !t.exhausted && !t.pulling {
		wanted++
	}
	switch {
	case wanted == 0:
	case wanted <= t.idle:
		t.change.Signal()
	default:
		t.grow()
	}
}

// grow adds a worker, if there is a slot for it. The lock is held.
func (t *team) grow() {
	open, _ := t.limiter.Open()
	if t.workers-t.away < open && t.workers < t.most && (!t.exhausted || len(t.errands) > 0) {
		t.workers++
		go t.work()
	}
}

func (t *team) work() {
	growStack(0)
	for do := t.take(); do != nil; do = t.take() {
		do()
	}
}

// take waits for something to do and returns it, or nil if there will be nothing.
func (t *team) take() (do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.isSurplus() {
		switch {
		case !t.exhausted && !t.pulling:
			if do := t.pull(); do != nil {
				return do
			}
		case len(t.errands) > 0:
			e := t.errands[0]
			t.errands = t.errands[1:]
			e.taken = true
			t.summon()
			return e.do
		case t.exhausted && t.underWay == 0:
			t.leave()
			return nil
		default:
			t.idle++
			t.change.Wait()
			t.idle--
		}
	}
	t.leave()
	return nil
}

// isSurplus reports whether there are more workers than slots.
func (t *team) isSurplus() bool {
	open, _ := t.limiter.Open()
	return t.workers-t.away > open
}

// pull takes the next task, if there is one. It does not hold the lock while it waits.
func (t *team) pull() (do func()) {
	var task func()
	ok := false
	if t.pulling = true; !t.stopped() {
		t.mu.Unlock()
		task, ok = t.next()
		t.mu.Lock()
	}
	t.pulling = false
	if !ok {
		t.exhausted = true
		t.change.Broadcast()
		return nil
	}
	t.underWay++
	t.summon()
	return func() {
		task()
		t.finish()
	}
}

// finish notes that a task is done.
func (t *team) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.underWay--; t.underWay == 0 && t.exhausted {
		t.change.Broadcast()
	}
}

// leave notes that a worker ends. If it was woken for something to do, another is. The
// lock is held.
func (t *team) leave() {
	t.summon()
	if t.workers--; t.workers == 0 {
		close(t.ended)
	}
}

// stepAside is called by a worker that is going to wait without needing a slot, so that
// another can work; stepBack is called when the wait is over.
func (t *team) stepAside() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away++
	t.grow()
}

func (t *team) stepBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.away--
}

// An errand is something that any free worker can do.
type errand struct {
	do    func()
	taken bool
	done  chan struct{} // closed by do
}

// offer lets a free worker do an errand.
func (t *team) offer(e *errand) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errands = append(t.errands, e)
	t.summon()
}

// reclaim takes an errand back and reports whether that was possible: false means that
// another worker has it.
func (t *team) reclaim(e *errand) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.taken {
		return false
	}
	for i := len(t.errands) - 1; i >= 0; i-- { // it is among the last
		if t.errands[i] == e {
			t.errands = append(t.errands[:i], t.errands[i+1:]...)
			break
		}
	}
	return true
}

// workerStack is more than the 16 KiB of stack that a request needs, with package net's
// part for a new connection. The runtime links free stacks below 32 KiB through their
// own memory, and so touches pages that nobody needs.
const workerStack = 20 << 10

// growStack grows the stack in one step instead of several, each of which would copy
// it: this function's frame is large, and room for it is made when it is called.
//
//go:noinline
func growStack(n int) byte {
	if n == 0 {
		return 0
	}
	var room [workerStack]byte
	return room[n]
}
