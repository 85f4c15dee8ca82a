package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"getflags/downloader"
	"getflags/internal/wholefile"
)

// A Kept is a flag that an earlier run has saved. Its file's name is its own
// as if it were of this run, too.
type Kept struct {
	Code    Code
	Country string // as the site named it, "" where it did not
	File    string // the image's name in the store
	SHA256  string // of the image, in hexadecimal
}

// keep notes the names of flags that earlier runs have saved.
func (n *names) keep(all []Kept) {
	if n.free {
		return
	}
	for _, k := range all {
		c := newClaim(k.Code, k.Country)
		c.kept, c.ext, c.hasMetadata = &k, path.Ext(k.File), true
		close(c.inPlace)
		for ; len(c.candidate(c.rank)) <= len(k.File); c.rank++ {
			if image, _ := n.files(c, c.rank); image == k.File {
				n.taken[key(c.candidate(c.rank))] = c
				break
			}
		}
	}
}

// rename gives the files of a claim the names of a later candidate.
func (n *names) rename(ctx context.Context, m move) error {
	select {
	case <-m.inPlace:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if m.failed {
		return nil
	}
	image, metadata := n.files(m.claim, m.from)
	newImage, newMetadata := n.files(m.claim, m.to)
	store, ok := n.store.(downloader.RenamingStore)
	if !ok {
		return fmt.Errorf("is that of %s, whose files this store cannot rename", m.code)
	}
	if m.kept != nil {
		switch is, err := whereabouts(store, image, newImage, m.kept); {
		case err != nil:
			return err
		case is == nowhere:
			return nil
		case is == renamedBefore:
			n.tellRenamed(m)
			return nil
		}
	}
	if m.hasMetadata {
		if err := store.Rename(metadata, newMetadata); err != nil && (m.kept == nil || !errors.Is(err, fs.ErrNotExist)) {
			return fmt.Errorf("is that of %s, whose file cannot be renamed: %w", m.code, wholefile.Cause(err))
		}
	}
	if err := store.Rename(image, newImage); err != nil {
		if m.hasMetadata {
			store.Rename(newMetadata, metadata) // as it was; if it fails, the next run does both
		}
		return fmt.Errorf("is that of %s, whose file cannot be renamed: %w", m.code, wholefile.Cause(err))
	}
	n.tellRenamed(m)
	return nil
}

// tellRenamed notes that a flag of an earlier run has another name now.
func (n *names) tellRenamed(m move) {
	if m.kept == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.renamed = append(n.renamed, m.claim)
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

// takeRenamed returns a result for each flag of an earlier run that has got
// another name since this was last asked.
func (n *names) takeRenamed() []Result {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Result
	for _, c := range n.renamed {
		image, _ := n.files(c, c.rank)
		all = append(all, Result{Code: c.code, Status: Renamed, Country: c.country, File: image, SHA256: c.kept.SHA256,
			Note: fmt.Sprintf("country name %q is that of %s too; renamed to %q", cut(c.country, 80), n.first(c), image)})
	}
	n.renamed = nil
	return all
}
