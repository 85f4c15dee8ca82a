package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// rename gives the files of a claim the names of its later candidate, once they
// are in place, and reports whether they have them now.
func (m move) rename(ctx context.Context, in downloader.Store, t NameTemplate) (renamed bool, err error) {
	select {
	case <-m.inPlace:
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	if m.failed {
		return false, nil
	}
	store, ok := in.(downloader.RenamingStore)
	if !ok {
		return false, fmt.Errorf("is that of %s, whose files this store cannot rename", m.code)
	}
	image, _ := m.files(t, m.from)
	newImage, _ := m.files(t, m.to)
	if m.kept != nil {
		is, err := whereabouts(store, image, newImage, m.kept)
		if err != nil || is != asKept {
			return is == renamedBefore, err
		}
	}
	if err := m.renameBoth(store, t); err != nil {
		return false, fmt.Errorf("is that of %s, whose file cannot be renamed: %w", m.code, wholefile.Cause(err))
	}
	return true, nil
}

// renameBoth renames the metadata, where there are any, and the image.
func (m move) renameBoth(store downloader.RenamingStore, t NameTemplate) error {
	image, metadata := m.files(t, m.from)
	newImage, newMetadata := m.files(t, m.to)
	if m.hasMetadata {
		if err := store.Rename(metadata, newMetadata); err != nil && (m.kept == nil || !errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	err := store.Rename(image, newImage)
	if err != nil && m.hasMetadata {
		store.Rename(newMetadata, metadata) // as it was; if it fails, the next run does both
	}
	return err
}

// Where an earlier run's image may be.
const (
	asKept        = iota // where that run put it
	renamedBefore        // where it is to go, by a run since
	nowhere
)

// whereabouts finds an earlier run's image. What stands in its place, if it is
// not the image, is not ours to replace: that is an error.
func whereabouts(store downloader.RenamingStore, image, newImage string, k *Kept) (int, error) {
	sum, err := sumOf(store, image)
	absent := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !absent:
		return 0, wholefile.Cause(err)
	case err == nil && sum == k.SHA256:
		return asKept, nil
	}
	if sum, err := sumOf(store, newImage); err == nil && sum == k.SHA256 {
		return renamedBefore, nil
	}
	if absent {
		return nowhere, nil
	}
	return 0, fmt.Errorf("is, by the record, that of %s, but has changed since, and is left as it is; get both flags in one run", k.Code)
}

// sumOf is the SHA-256 of a file, in hexadecimal.
func sumOf(store downloader.RenamingStore, name string) (string, error) {
	f, err := store.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
