package mirror

import (
	"context"
	"maps"
	"path"
	"slices"

	"getflags/downloader"
	"getflags/flags/gallery"
	"getflags/internal/wholefile"
)

// isPast reports whether a file is of an earlier run, and not of the version
// of its country that is coming.
func (m *Mirror) isPast(name string) bool {
	if m.old[name] == (Entry{}) {
		return false
	}
	coming, ok := m.coming.Load(path.Dir(name))
	return !ok || !slices.ContainsFunc(coming.(*country).parts(), func(p *part) bool { return p.now.Name == name })
}

// Put implements [downloader.Store].
func (m *Mirror) Put(ctx context.Context, files []downloader.File) error {
	return m.PutStaged(ctx, files, func() {})
}

// PutStaged implements [downloader.StagingStore]. It replaces nothing before
// there is room to tell of it.
func (m *Mirror) PutStaged(_ context.Context, files []downloader.File, staged func()) error {
	more := entries{}
	if coming, ok := m.coming.Load(path.Dir(files[0].Name)); ok {
		for _, p := range coming.(*country).parts() {
			more[p.now.Name] = p.now
		}
	}
	if err := m.reserve(more); err != nil {
		return err
	}
	whole := make([]wholefile.File, len(files))
	for i, f := range files {
		whole[i] = wholefile.File{Name: f.Name, Data: f.Data, ModTime: f.ModTime}
	}
	return m.tree.Put(whole, staged)
}

// Save writes manifest and sums, each in one step, where they changed. An error
// while they are written leaves both as they were.
func (m *Mirror) Save() error {
	if m.options.DryRun {
		return nil
	}
	var changes []change
	if tag := m.agreed(); !m.kept || tag != m.sumsTag || !maps.Equal(m.old, m.next) {
		manifest, err := m.next.encode(m.options.Site.URL(), tag)
		if err != nil {
			return err
		}
		changes = append(changes, change{m.ledger.manifest, manifest})
	}
	if sums := m.next.sums(); !wholefile.Holds(m.root(), SumsName, sums) {
		changes = append(changes, change{m.ledger.sums, sums})
	}
	err := m.ledger.save(changes...)
	m.tree.Finish()
	return err
}

// SavePage writes a page about the mirror into its directory, in one step,
// under the name of a gallery. It is not among the files of the manifest.
func (m *Mirror) SavePage(data []byte) error {
	if m.options.DryRun {
		return nil
	}
	return m.tree.Replace(gallery.Name, data)
}
