package downloader

import (
	"sync"

	"getflags/downloader/internal/limit"
)

// A team is the workers of one run: as many as slots are open, and others, up to
// as many again, in place of those that wait without needing one. Each takes the next task, and
// where there is none, an errand: a request that a task has beside the one it is
// at. Tasks come first, as who has an errand does it, too, if nobody else has.
type team struct {
	limiter *limit.Limiter
	most    int                   // workers
	next    func() (func(), bool) // the next task; called by one worker at a time
	stopped func() bool           // whether no more tasks are begun

	mu        sync.Mutex
	change    sync.Cond // tells one who waits for something to do, or all
	pulling   bool      // whether a worker is calling next
	exhausted bool      // whether there are no more tasks
	underWay  int       // tasks
	errands   []*errand // that nobody has taken
	workers   int
	idle      int           // of them
	away      int           // of them, waiting without needing a slot
	ended     chan struct{} // closed when the last worker has gone
}

func newTeam(l *limit.Limiter, slots int, next func() (func(), bool), stopped func() bool) *team {
	t := &team{limiter: l, most: 2 * slots, next: next, stopped: stopped, ended: make(chan struct{})}
	t.change.L = &t.mu
	return t
}

// lead has all tasks done.
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

// summon gets one more worker to work, where there is something to do that nobody
// sees to: one that is idle, or a new one. That summons the next. The lock is held.
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

// take waits for something to do; nil says that there will be nothing.
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

// pull takes the next task, if there is one, without holding the lock meanwhile.
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

// finish says that a task is done.
func (t *team) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.underWay--; t.underWay == 0 && t.exhausted {
		t.change.Broadcast()
	}
}

// leave says that a worker goes. The lock is held.
func (t *team) leave() {
	if t.workers--; t.workers == 0 {
		close(t.ended)
	}
}

// stepAside says that who calls it waits without needing a slot, so that another
// may work, and stepBack that it does so no more.
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

// An errand is something that whoever is free does.
type errand struct {
	do    func()
	taken bool
	done  chan struct{} // closed by do
}

// offer has errands done by workers that are free.
func (t *team) offer(e *errand) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errands = append(t.errands, e)
	t.summon()
}

// reclaim takes an errand back, and reports whether nobody had taken it.
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

// workerStack is more than the 16 KiB of stack that a request takes with that
// of package net for a new connection. Stacks below 32 KiB the runtime keeps in
// lists that run through them, and so touches memory that nobody needs.
const workerStack = 20 << 10

// growStack makes room on the stack in one step, where by and by it would be
// copied each time: a function's frame is made room for when it is called, and
// this one's is large, though nothing uses it.
//
//go:noinline
func growStack(n int) byte {
	if n == 0 {
		return 0
	}
	var room [workerStack]byte
	return room[n]
}
