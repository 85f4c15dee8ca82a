package downloader

import (
	"context"
	"iter"
	"net/url"
	"sync"
	"time"
)

// Run performs tasks with d, puts their files into store, and yields their results in
// the order of completion. As many tasks are under way as slots are open, and up to as
// many again if some wait for a pause or for another attempt. Tasks are pulled only when
// there is room for them, by one goroutine at a time, so there may be any number. A task
// that has not started when ctx ends has no result. A full disk also ends the run, with
// a [*FullError], because everything fetched after that would be thrown away. The
// sequence can be ranged over once.
//
// The end of ctx, or of the loop, does not end a wait of tasks for its next task: a
// sequence that waits must end with ctx itself.
//
// The loop sets the pace: while its body is busy, results wait, then writers, and once
// the write queue is full, workers too.
func Run[T any](ctx context.Context, d *Downloader, store Store, tasks iter.Seq[Task[T]]) iter.Seq[Result[T]] {
	return func(yield func(Result[T]) bool) {
		ctx, stop := context.WithCancelCause(ctx)
		r := newRun(ctx, stop, d.sender, store)
		// There is room, so that workers seldom wait for the loop over the results.
		results := make(chan Result[T], min(d.sender.options.MaxInFlight, 1000)+16)
		go func() {
			defer close(results)
			r.lead(func(yield func(func()) bool) {
				for t := range tasks {
					if !yield(func() { perform(r, t, results) }) {
						return
					}
				}
			})
		}()
		defer func() {
			stop(ErrStopped)
			for range results { // until the run's last goroutine has ended
			}
		}()
		for result := range results {
			if !yield(result) {
				return
			}
		}
	}
}

// perform runs a task until its files are handed over, or to its end if there is nothing
// to write.
func perform[T any](r *run, t Task[T], results chan<- Result[T]) {
	start := time.Now()
	value, files, err := t.Fetch(r.ctx, r.client(t.ID))
	deliver := func(saved []Saved, err error) {
		results <- Result[T]{ID: t.ID, Value: value, Saved: saved, Elapsed: time.Since(start), Err: err}
	}
	if err != nil || len(files) == 0 {
		deliver(nil, err)
		return
	}
	r.handOver(job{task: t.ID, files: files, done: deliver})
}

// A run is one call of Run.
type run struct {
	keeper
	team  *team
	queue *writeQueue
}

func newRun(ctx context.Context, stop context.CancelCauseFunc, s *sender, store Store) *run {
	return &run{keeper: keeper{sender: s, ctx: ctx, stop: stop, store: store},
		queue: newWriteQueue(s.options.Buffer, s.options.Writers, s.observer)}
}

// client makes the requests of a task.
func (r *run) client(task string) *Client { return &Client{sender: r.sender, team: r.team, task: task} }

// lead performs tasks and owns the goroutines for it: it returns when all of them have
// ended. Writers outlive the workers.
func (r *run) lead(tasks iter.Seq[func()]) {
	var writers sync.WaitGroup
	if !r.options.Inline {
		for n := range r.options.Writers {
			writers.Go(func() { r.write(n) })
		}
	}
	next, end := iter.Pull(tasks)
	r.team = newTeam(r.limiter, r.options.MaxInFlight, next, func() bool { return r.ctx.Err() != nil })
	r.team.lead()
	end()
	r.queue.close()
	writers.Wait()
}

// handOver queues a task's files for the writers, or writes them itself if files are
// written in line.
func (r *run) handOver(j job) {
	if r.options.Inline {
		r.writeInline(j)
		return
	}
	if err := r.queue.give(r.ctx, j); err != nil {
		j.done(nil, &FileError{Name: j.files[0].Name, Err: err})
	}
}

// writeInline writes files while it holds a slot.
func (r *run) writeInline(j job) {
	w := &exchange{sender: r.sender, team: r.team, watch: r.client(j.task).watch(&url.URL{})}
	slot, err := r.limiter.AcquireSlot(r.ctx, w)
	if err != nil {
		j.done(nil, &FileError{Name: j.files[0].Name, Err: err})
		return
	}
	r.observer.queued(j.task, size(j.files)) // for no time, as no writer has to take them
	saved, err := r.put(j, Place{Writer: -1, Slot: slot})
	r.limiter.Release(slot)
	j.done(saved, err)
}

// write is a writer: it takes jobs from the queue until no more can come.
func (r *run) write(n int) {
	for {
		j, ok := r.queue.take()
		if !ok {
			return
		}
		r.observer.taken(j.queue, n)
		saved, err := r.put(j, Place{Writer: n, Slot: -1})
		r.queue.done(j)
		j.done(saved, err)
	}
}
