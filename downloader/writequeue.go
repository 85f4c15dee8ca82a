package downloader

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"getflags/downloader/internal/limit"
)

// A job is a finished task's files on their way to the disk.
type job struct {
	task  string // its ID
	files []File
	done  func(saved []Saved, err error) // called once, at the end
	cost  int64
	queue *Queued   // the wait for a writer; nil if nobody observes
	since time.Time // when it was queued
}

func size(files []File) (n int64) {
	for _, f := range files {
		n += int64(len(f.Data))
	}
	return n
}

// cost is the part of the budget that files take: twice the memory that holds them,
// because Go's collector by default lets the heap grow to twice what is in use, so that
// 64 MiB of files are 128 MiB of memory. It is at most the whole budget, so that a file
// larger than that can pass alone.
func cost(files []File, budget int64) int64 {
	var n int64
	for _, f := range files {
		n += 2*int64(cap(f.Data)) + limit.Overhead
	}
	return min(n, budget)
}

// A writeQueue takes files from the network to the disk. It limits not the number of
// jobs but the bytes that wait in it, with a weighted semaphore as its budget. A job's
// bytes count until they are written.
//
// A fast disk is best served by one writer: a file system lets only one at a time
// change a directory, so others would wait in the kernel and be woken for each file. A
// slow disk needs them all. So further writers are woken only when a job has waited
// longer than a fast disk takes.
type writeQueue struct {
	budget *semaphore.Weighted
	size   int64 // of the budget, in bytes
	*observer

	mu      sync.Mutex
	filled  sync.Cond
	jobs    []job
	closed  bool
	writers int
	active  int         // writers that are not waiting for a job
	alarm   *time.Timer // set while a job waits for an active writer
}

func newWriteQueue(size int64, writers int, o *observer) *writeQueue {
	q := &writeQueue{budget: semaphore.NewWeighted(size), size: size, observer: o, writers: writers, active: writers}
	q.filled.L = &q.mu
	return q
}

// give queues a job. It waits only while the budget is spent. If it returns an error,
// which is that of ctx, the job was not taken.
func (q *writeQueue) give(ctx context.Context, j job) error {
	j.cost = cost(j.files, q.size)
	if err := q.reserve(ctx, &j); err != nil {
		return err
	}
	j.queue = q.queued(j.task, size(j.files))
	q.mu.Lock()
	defer q.mu.Unlock()
	j.since = time.Now()
	q.jobs = append(q.jobs, j)
	if q.active == 0 {
		q.wake(1)
	} else {
		q.setAlarm(limit.Patience)
	}
	return nil
}

// wake wakes up to n more writers. The lock is held.
func (q *writeQueue) wake(n int) {
	for range min(n, q.writers-q.active) {
		q.active++
		q.filled.Signal()
	}
}

// setAlarm makes sure that a job does not wait for long while there are writers to wake.
// The lock is held.
func (q *writeQueue) setAlarm(after time.Duration) {
	if q.alarm == nil && q.active < q.writers {
		q.alarm = time.AfterFunc(after, q.ring)
	}
}

// ring wakes writers if the oldest job has waited too long.
func (q *writeQueue) ring() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.alarm = nil
	if len(q.jobs) == 0 {
		return
	}
	left := limit.Patience - time.Since(q.jobs[0].since)
	if left <= 0 {
		q.wake(len(q.jobs))
		left = limit.Patience
	}
	q.setAlarm(left)
}

// reserve waits until the budget has room for a job.
func (q *writeQueue) reserve(ctx context.Context, j *job) error {
	if q.observer != nil && ctx.Err() == nil && q.budget.TryAcquire(j.cost) {
		return nil
	}
	start := q.now()
	err := q.budget.Acquire(ctx, j.cost)
	if err != nil {
		err = context.Cause(ctx)
	}
	q.waitedForBudget(j.task, size(j.files), start, err)
	return err
}

// take waits for a job. It does not watch a context, because every job in the queue is
// done: the run closes the queue when no more can come, and ok is false once it is empty.
func (q *writeQueue) take() (j job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.jobs) == 0 && !q.closed {
		q.active-- // wake counts it again
		q.filled.Wait()
	}
	if len(q.jobs) == 0 {
		return job{}, false
	}
	j = q.jobs[0]
	q.jobs[0] = job{} // so that the bytes can be collected once they are written
	q.jobs = q.jobs[1:]
	return j, true
}

// done returns a written job's bytes to the budget.
func (q *writeQueue) done(j job) { q.budget.Release(j.cost) }

// close means that no more jobs will come.
func (q *writeQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.alarm != nil {
		q.alarm.Stop()
	}
	q.filled.Broadcast()
}
