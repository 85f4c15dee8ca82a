package downloader

import (
	"context"
	"sync"
	"time"
)

// A StagingStore is a [Store] that can tell when a task's files are written
// but do not have their names yet, as that of [OpenDir] can. It is asked to
// only where [Options].Observe is set.
type StagingStore interface {
	Store
	// PutStaged does as Put, and calls staged, in the same goroutine, when it
	// has written all and begins to rename; not if it came to an end before.
	PutStaged(ctx context.Context, files []File, staged func()) error
}

// waitedForDisk tells of a wait for the budget that has just ended.
func (o *observer) waitedForDisk(j *job, start time.Time, err error) {
	if o == nil {
		return
	}
	o.tell(Event{Kind: KindDiskWait, Task: j.task, Lane: -1, Start: start, End: time.Now(),
		Bytes: size(j.files), Err: err})
}

// queued notes that a job's files wait for the disk from now on.
func (o *observer) queued(j *job) {
	if o == nil {
		return
	}
	e := &Event{Kind: KindQueue, Task: j.task, Bytes: size(j.files)}
	e.Start, e.Before = o.bytes.add(e.Bytes)
	j.queue = e
}

// taken tells how long a job was queued until a writer took it.
func (o *observer) taken(j job, lane int) {
	if o == nil {
		return
	}
	j.queue.Lane = lane
	j.queue.End, j.queue.After = o.bytes.add(0)
	o.tell(*j.queue)
}

// keep puts a job's files into the store, and tells of it.
func (r *run) keep(j job, lane int) (err error) {
	if r.observer == nil {
		return r.patiently(func(ctx context.Context) error { return r.store.Put(ctx, j.files) })
	}
	e := Event{Kind: KindWrite, Task: j.task, Lane: lane, Inline: r.options.Inline, Bytes: j.queue.Bytes}
	e.Start, e.Before = r.observer.bytes.add(0)
	if s, ok := r.store.(StagingStore); ok {
		staged := sync.OnceFunc(func() { r.observer.staged(&e) })
		err = r.patiently(func(ctx context.Context) error { return s.PutStaged(ctx, j.files, staged) })
	} else {
		err = r.patiently(func(ctx context.Context) error { return r.store.Put(ctx, j.files) })
	}
	e.Err = err
	e.End, e.After = r.observer.bytes.add(-e.Bytes)
	r.observer.tell(e)
	return err
}

// staged tells of the writing that e is about, and makes it the renaming.
func (o *observer) staged(e *Event) {
	e.End, e.After = o.bytes.add(0)
	o.tell(*e)
	e.Kind, e.Start, e.Before = KindRename, e.End, e.After
}

func size(files []File) (n int64) {
	for _, f := range files {
		n += int64(len(f.Data))
	}
	return n
}
