package downloader

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// job is a finished task on its way to the disk.
type job struct {
	task  Task
	start time.Time // of the task
	files []File
	cost  int64
	queue *Event    // the wait for a writer; nil where nobody observes
	since time.Time // when it was queued
}

// overhead is what a waiting file costs beside its bytes, so that the budget
// bounds memory for empty files too.
const overhead = 512

// cost is the share of the budget that files take. Their bytes count with all
// the memory that holds them, and twice: Go's collector by default lets the
// heap grow to twice what is in use before it collects, so that 64 MiB of
// files are 128 MiB of memory. At most it is the whole budget, so that a file
// larger than it can pass alone.
func cost(files []File, budget int64) int64 {
	var n int64
	for _, f := range files {
		n += 2*int64(cap(f.Data)) + overhead
	}
	return min(n, budget)
}

// handover is the way from the network to the disk: a queue without a limit
// on the number of jobs, but with one on the bytes that wait in it, kept by a
// weighted semaphore. A job's bytes count until they are written.
//
// A fast disk is best served by one writer: a file system lets only one at a
// time change a directory, and the others would wait for it in the kernel, and
// be woken for each file. A slow disk wants them all. So writers beyond the
// first are woken only when a job has waited for longer than a fast disk takes.
type handover struct {
	budget *semaphore.Weighted
	size   int64 // of the budget, in bytes
	*observer

	mu      sync.Mutex
	filled  sync.Cond
	jobs    []job
	closed  bool
	writers int
	active  int         // writers that do not wait for a job
	alarm   *time.Timer // set while a job waits for an active writer
}

// patience is how long a job waits for an active writer.
const patience = time.Millisecond

func newHandover(size int64, writers int, o *observer) *handover {
	h := &handover{budget: semaphore.NewWeighted(size), size: size, observer: o, writers: writers, active: writers}
	h.filled.L = &h.mu
	return h
}

// give queues a job; it waits only while the budget is spent. When it returns
// an error, that of ctx, the job was not taken.
func (h *handover) give(ctx context.Context, j job) error {
	j.cost = cost(j.files, h.size)
	if err := h.reserve(ctx, &j); err != nil {
		return err
	}
	h.queued(&j)
	h.mu.Lock()
	defer h.mu.Unlock()
	j.since = time.Now()
	h.jobs = append(h.jobs, j)
	if h.active == 0 {
		h.wake(1)
	} else {
		h.setAlarm(patience)
	}
	return nil
}

// wake sets up to n more writers to work. The lock is held.
func (h *handover) wake(n int) {
	for range min(n, h.writers-h.active) {
		h.active++
		h.filled.Signal()
	}
}

// setAlarm sees to it that a job does not wait for long while there are
// writers to wake. The lock is held.
func (h *handover) setAlarm(after time.Duration) {
	if h.alarm == nil && h.active < h.writers {
		h.alarm = time.AfterFunc(after, h.ring)
	}
}

// ring wakes writers if the oldest job has waited for too long.
func (h *handover) ring() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.alarm = nil
	if len(h.jobs) == 0 {
		return
	}
	left := patience - time.Since(h.jobs[0].since)
	if left <= 0 {
		h.wake(len(h.jobs))
		left = patience
	}
	h.setAlarm(left)
}

// reserve waits until the budget has room for a job.
func (h *handover) reserve(ctx context.Context, j *job) error {
	if h.observer != nil && ctx.Err() == nil && h.budget.TryAcquire(j.cost) {
		return nil
	}
	start := h.now()
	err := h.budget.Acquire(ctx, j.cost)
	if err != nil {
		err = context.Cause(ctx)
	}
	h.waitedForDisk(j, start, err)
	return err
}

// take waits for a job. It listens to no context because a job given is a job
// done: the run's owner closes the queue when no more can come, and ok is
// false once it is empty.
func (h *handover) take() (j job, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.jobs) == 0 && !h.closed {
		h.active-- // who wakes it counts it
		h.filled.Wait()
	}
	if len(h.jobs) == 0 {
		return job{}, false
	}
	j = h.jobs[0]
	h.jobs[0] = job{} // let the bytes go as soon as they are written
	h.jobs = h.jobs[1:]
	return j, true
}

// done gives a written job's bytes back to the budget.
func (h *handover) done(j job) { h.budget.Release(j.cost) }

// close says that no more jobs will be given.
func (h *handover) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.alarm != nil {
		h.alarm.Stop()
	}
	h.filled.Broadcast()
}
