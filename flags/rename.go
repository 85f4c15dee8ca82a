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

// rename waits until the files of a claim are in place, renames them to the later
// candidate, and reports whether they have that name now.
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
		return false, fmt.Errorf("is the file of %s, and this store cannot rename files: want a downloader.RenamingStore", m.code)
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
		return false, fmt.Errorf("is the file of %s, which cannot be renamed: %w", m.code, wholefile.Cause(err))
	}
	return true, nil
}

// renameBoth renames the metadata, if there is any, and the image.
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
		store.Rename(newMetadata, metadata) // back again; if that fails, the next run renames both
	}
	return err
}

// Where an earlier run's image may be.
const (
	asKept        = iota // where that run put it
	renamedBefore        // already under its new name, from a run in between
	nowhere
)

// whereabouts finds an earlier run's image. Another file under the image's name
// is an error, because it is not ours to replace.
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
	return 0, fmt.Errorf("is the file of %s in the record, but has changed since, so it is left as it is: get both flags in one run", k.Code)
}

// sumOf returns the SHA-256 of a file, in hexadecimal.
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
