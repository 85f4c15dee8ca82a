package bench

import (
	"context"
	"time"

	"getflags/downloader"
	"getflags/internal/wait"
)

// slowStore is a store on a slow disk: each set of files takes a while more.
type slowStore struct {
	downloader.StagingStore
	ctx   context.Context // an interrupted run need not be slow
	delay time.Duration
}

func (s slowStore) Put(ctx context.Context, files []downloader.File) error {
	s.wait()
	return s.StagingStore.Put(ctx, files)
}

func (s slowStore) PutStaged(ctx context.Context, files []downloader.File, staged func()) error {
	s.wait()
	return s.StagingStore.PutStaged(ctx, files, staged)
}

func (s slowStore) wait() {
	wait.For(s.ctx, s.delay)
}
