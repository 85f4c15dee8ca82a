package downloader

import (
	"context"
	"iter"
	"sync"
	"time"
)

// run is one run under way.
type run struct {
	*Downloader
	ctx      context.Context
	stop     context.CancelCauseFunc
	crew     *crew // does what waits for the network
	demand   *demand
	handover *handover
	results  chan Result
}

// start sets a run going; it has ended when results is closed.
func (d *Downloader) start(ctx context.Context, stop context.CancelCauseFunc, tasks iter.Seq[Task]) *run {
	r := &run{
		Downloader: d,
		ctx:        ctx,
		stop:       stop,
		crew:       newCrew(),
		demand:     newDemand(d.options.MaxRequests),
		handover:   newHandover(d.options.Buffer, d.options.Writers, d.observer),
		// Room, so that workers seldom wait for the loop over the results.
		results: make(chan Result, d.workers()),
	}
	go r.supervise(tasks)
	return r
}

// workers is how many tasks may be under way: enough that, while some decode
// and hand over, or wait for another attempt, others make requests.
func (d *Downloader) workers() int { return d.options.MaxRequests + min(d.options.MaxRequests, 16) }

// supervise owns the run's goroutines: writers outlive the network workers,
// and results is closed when both are done.
func (r *run) supervise(tasks iter.Seq[Task]) {
	var writers sync.WaitGroup
	if !r.options.Inline {
		for lane := range r.options.Writers {
			writers.Go(func() { r.write(lane) })
		}
	}
	r.feed(tasks)
	r.handover.close()
	writers.Wait()
	close(r.results)
}

// feed has tasks performed, as many at a time as keep all places taken, and
// returns when all are done.
func (r *run) feed(tasks iter.Seq[Task]) {
	defer r.crew.end()
	var underWay sync.WaitGroup
	defer underWay.Wait()
	room := make(chan struct{}, r.workers())
	for t := range tasks {
		select {
		case room <- struct{}{}:
		case <-r.ctx.Done():
		}
		r.demand.wait(r.ctx)
		if r.ctx.Err() != nil {
			return
		}
		r.demand.begin()
		underWay.Add(1)
		r.crew.do(func() {
			defer underWay.Done()
			r.perform(t)
			<-room
		})
	}
}

// perform runs a task up to the point where its files are the writers' to put
// in place, or to its end where there is nothing to write.
func (r *run) perform(t Task) {
	c := &Client{d: r.Downloader, crew: r.crew, task: t.ID,
		lease: lease{places: r.places, demand: r.demand, keep: r.options.Inline}}
	defer c.lease.end()
	start := time.Now()
	files, err := t.Fetch(r.ctx, c)
	j := job{task: t, start: start, files: files}
	switch {
	case err != nil || len(files) == 0:
		r.results <- j.result(nil, err)
	case r.options.Inline:
		r.handover.queued(&j)
		result := r.put(j, c.lease.lane())
		r.recycle(files)
		r.results <- result
	default:
		if err := r.handover.give(r.ctx, j); err != nil {
			r.results <- j.result(nil, &FileError{Name: files[0].Name, Err: err})
		}
	}
}

// write is a writer: it puts jobs in place until no more can come.
func (r *run) write(lane int) {
	for {
		j, ok := r.handover.take()
		if !ok {
			return
		}
		r.handover.taken(j, lane)
		result := r.put(j, lane)
		r.handover.done(j)
		r.recycle(j.files)
		r.results <- result
	}
}

func (r *run) put(j job, lane int) Result {
	if err := r.keep(j, lane); err != nil {
		if isFull(err) {
			r.stop(&FullError{Err: err})
		}
		return j.result(nil, err)
	}
	saved := make([]Saved, len(j.files))
	for i, f := range j.files {
		saved[i] = Saved{Name: f.Name, Size: len(f.Data)}
	}
	return j.result(saved, nil)
}

// recycle gives back the memory of files that are written or never will be.
func (r *run) recycle(files []File) {
	for _, f := range files {
		f.loan.Return()
	}
}

// result is how a job ended just now.
func (j job) result(saved []Saved, err error) Result {
	return Result{Task: j.task, Saved: saved, Elapsed: time.Since(j.start), Err: err}
}
