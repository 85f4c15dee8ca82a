package downloader

import (
	"context"

	"getflags/internal/wholefile"
)

// A keeper puts the files of a run into its store.
type keeper struct {
	*sender
	ctx   context.Context // the run's
	stop  context.CancelCauseFunc
	store Store
}

// put puts a job's files in place and returns the memory that was lent for them.
func (k *keeper) put(j job, p Place) ([]Saved, error) {
	err := k.keep(j, p)
	for _, f := range j.files {
		f.loan.Return()
	}
	if err != nil {
		if wholefile.Full(err) {
			k.stop(&FullError{Err: err})
		}
		return nil, err
	}
	saved := make([]Saved, len(j.files))
	for i, f := range j.files {
		saved[i] = Saved{Name: f.Name, Size: len(f.Data)}
	}
	return saved, nil
}

// keep puts a job's files into the store and tells the observer.
func (k *keeper) keep(j job, p Place) error {
	w := k.observer.write(j.task, size(j.files), p)
	put := func(ctx context.Context) error { return k.store.Put(ctx, j.files) }
	if s, ok := k.store.(StagingStore); ok && w != nil {
		put = func(ctx context.Context) error { return s.PutStaged(ctx, j.files, w.stage) }
	}
	err := k.patiently(put)
	w.end(err)
	return err
}

// patiently calls put, again as long as there is no descriptor for its files. They have
// arrived, so it does so even if the run has ended.
func (k *keeper) patiently(put func(context.Context) error) error {
	ctx := context.WithoutCancel(k.ctx)
	var s shortage
	for {
		err := put(ctx)
		if isShort(err) {
			k.limiter.Withdraw()
		}
		if !isShort(err) || !k.relieve(ctx, &s) {
			return err
		}
	}
}
