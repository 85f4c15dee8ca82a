package flags

import (
	"context"
	"iter"
	"slices"

	"getflags/downloader"
)

// Download fetches the flags of codes with d into store and yields a result for
// each, once its files are in place under their final names. A code that is there
// twice is fetched once. A code that the end of ctx kept from being tried has
// no result; one that was under way has an error that wraps the context's
// cause.
//
// Of countries with one name the code that sorts first has it, whichever comes
// first; see [Job]. So where only the site's metadata tell the names, a result
// waits for those of the codes before it, and results come sorted by code; else
// in the order of completion. Job.Arrived need not wait. A flag that is not
// found or whose name did not arrive has no claim to one, until a later run
// gets it: with Job.Kept, that ends as one run would have. The store has to be a [downloader.RenamingStore] to rename files; with another, a
// flag whose name a later code has already is an error.
//
// Each flag of Job.Kept that gives its name away is a result too.
func Download(ctx context.Context, d *downloader.Downloader, store downloader.Store, job Job, codes []Code) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		run := newDownload(ctx, store, job, codes)
		for r := range downloader.Run(ctx, d, store, run.tasks) {
			r.Value.arrive(r)
			if job.Arrived != nil {
				job.Arrived(r.Value.result(r))
			}
			if !tell(yield, run.ready(r)) {
				return
			}
		}
		tell(yield, run.rest())
	}
}

func tell(yield func(Result) bool, results []Result) bool {
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
	ahead map[Code]*task  // where the names are known beforehand
	order *order[fetched] // nil where no result has to wait
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

// withoutRepeats are codes, each once, in their order.
func withoutRepeats(codes []Code) []Code {
	seen := map[Code]bool{}
	return slices.DeleteFunc(slices.Clone(codes), func(c Code) bool {
		defer func() { seen[c] = true }()
		return seen[c]
	})
}

// nameAhead gives all codes their names.
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

// ready are the results that can be told when r has come.
func (d *download) ready(r fetched) []Result {
	ready := []fetched{r}
	if d.order != nil {
		ready = d.order.add(r.Value.code, r)
	}
	return d.results(ready)
}

// rest are those that can be told at the end of the run.
func (d *download) rest() []Result {
	if d.order == nil {
		return d.results(nil)
	}
	return d.results(d.order.rest())
}

func (d *download) results(ready []fetched) []Result {
	all := d.namer.takeRenamed()
	for _, r := range ready {
		all = append(all, r.Value.result(r))
	}
	return all
}
