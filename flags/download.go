package flags

import (
	"context"
	"iter"
	"slices"

	"getflags/downloader"
)

// Download fetches the flags of codes with d into store. It yields one result
// for each flag, once its files are in place under their final names. A
// repeated code is fetched once. If ctx ends, codes not yet tried have no
// result, and those under way have an error that wraps the context's cause.
//
// If countries share a name, the code that sorts first has it, whichever flag
// arrives first. So if only the site's metadata has the names, each result
// waits for the codes before it, and results come sorted by code. Otherwise
// they come in the order of completion. Job.Arrived never waits.
//
// A flag that is not found, or whose name did not arrive, claims no name until
// a later run gets it: with Job.Kept, the names are then those that a single
// run would have chosen. Renaming files takes a [downloader.RenamingStore]; in
// any other store, a flag is an error if a later code already has its name.
//
// Each flag of Job.Kept that loses its name is a result too.
func Download(ctx context.Context, d *downloader.Downloader, store downloader.Store, job Job, codes []Code) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		run := newDownload(ctx, store, job, codes)
		for r := range downloader.Run(ctx, d, store, run.tasks) {
			r.Value.arrive(r)
			if job.Arrived != nil {
				job.Arrived(r.Value.result(r))
			}
			if !yieldAll(yield, run.ready(r)) {
				return
			}
		}
		yieldAll(yield, run.rest())
	}
}

func yieldAll(yield func(Result) bool, results []Result) bool {
	for _, r := range results {
		if !yield(r) {
			return false
		}
	}
	return true
}

// A download is one run of [Download].
type download struct {
	job   Job
	codes []Code
	namer *namer
	ahead map[Code]*task  // nil unless the names are known before the run
	order *order[fetched] // nil if no result has to wait
}

func newDownload(ctx context.Context, store downloader.Store, job Job, codes []Code) *download {
	run := &download{job: job, codes: withoutRepeats(codes), namer: newNamer(job, store)}
	run.namer.keep(job.keptBeside(run.codes))
	switch {
	case run.namer.free:
	case job.Names != nil:
		run.nameAhead(ctx)
	default:
		run.order = newOrder[fetched](run.codes)
	}
	return run
}

// withoutRepeats returns each code once, in the order given.
func withoutRepeats(codes []Code) []Code {
	seen := map[Code]bool{}
	return slices.DeleteFunc(slices.Clone(codes), func(c Code) bool {
		defer func() { seen[c] = true }()
		return seen[c]
	})
}

// nameAhead claims the names of all codes before the run.
func (d *download) nameAhead(ctx context.Context) {
	d.ahead = map[Code]*task{}
	for _, c := range slices.Sorted(slices.Values(d.codes)) {
		t := newTask(d.job, d.namer, c)
		t.claim = newClaim(c, t.name)
		_, t.nameErr = d.namer.take(ctx, t.claim)
		d.ahead[c] = t
	}
}

func (d *download) tasks(yield func(downloader.Task[*task]) bool) {
	for _, c := range d.codes {
		t := d.ahead[c]
		if t == nil {
			t = newTask(d.job, d.namer, c)
		}
		if !yield(downloader.Task[*task]{ID: string(c), Fetch: t.perform}) {
			return
		}
	}
}

// ready returns the results that can be yielded now that r has arrived.
func (d *download) ready(r fetched) []Result {
	ready := []fetched{r}
	if d.order != nil {
		ready = d.order.add(r.Value.code, r)
	}
	return d.results(ready)
}

// rest returns the results that can be yielded only at the end of the run.
func (d *download) rest() []Result {
	if d.order == nil {
		return d.results(nil)
	}
	return d.results(d.order.rest())
}

func (d *download) results(ready []fetched) []Result {
	all := d.namer.drainRenamed()
	for _, r := range ready {
		all = append(all, r.Value.result(r))
	}
	return all
}
