package mirror

import (
	"sync"

	"getflags/internal/wholefile"
)

// A ledger is manifest and sums on their way to the disk. Before files are
// replaced, or removed, it takes the room that telling of them needs: if there
// is none, the mirror stays as it is, and is still what its manifest says.
type ledger struct {
	manifest, sums *wholefile.Draft

	mu         sync.Mutex
	begun      bool  // room was taken for what the manifest says now
	inManifest int64 // bytes
	inSums     int64
}

// A size is what entries take in manifest and sums, in bytes.
type size struct{ manifest, sums int64 }

// sizeOf is at least what entries take, as one entry's manifest is more than
// what it adds to another.
func (m *Mirror) sizeOf(all entries) (size, error) {
	manifest, err := all.encode(m.options.Site.URL(), "")
	return size{int64(len(manifest)), int64(len(all.sums()))}, err
}

// reserve makes room for what the manifest says now, and for more entries.
func (m *Mirror) reserve(more entries) error {
	l := &m.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.begun {
		now, err := m.sizeOf(m.old)
		if err != nil {
			return err
		}
		l.inManifest, l.inSums = now.manifest+2*maxField, now.sums // the ETag of the site's sums may come
	}
	l.begun = true
	added, err := m.sizeOf(more)
	if err != nil {
		return err
	}
	l.inManifest, l.inSums = l.inManifest+added.manifest, l.inSums+added.sums
	if err := l.manifest.Reserve(l.inManifest); err != nil {
		return err
	}
	return l.sums.Reserve(l.inSums)
}

// save replaces manifest and sums, where they are to change. Both are written
// before the first has its name, so that they are of one state.
func (l *ledger) save(changes ...change) error {
	defer l.discard()
	for _, c := range changes {
		if err := c.draft.Fill(c.data); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if err := c.draft.Place(); err != nil {
			return err
		}
	}
	return nil
}

// A change is what a draft is to hold.
type change struct {
	draft *wholefile.Draft
	data  []byte
}

func (l *ledger) discard() {
	l.manifest.Discard()
	l.sums.Discard()
	l.begun = false
}
