package mirror

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"sync"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/redact"
	"getflags/internal/wholefile"
)

// A country is the work for one code, and what became known on the way.
type country struct {
	mirror   *Mirror
	code     flags.Code
	name     string
	look     func() error // finds out what is here already, once
	old      []Entry
	image    *part
	metadata *part // nil where there are none
	status   Status
}

// newCountry says what a country's files are, and what is known of them.
func (m *Mirror) newCountry(ctx context.Context, c flags.Code) *country {
	t := &country{mirror: m, code: c, old: m.had[c], image: m.newImage(c), metadata: m.newMetadata(c)}
	t.look = sync.OnceValue(func() error { return t.lookNow(ctx) })
	for _, e := range t.old {
		switch {
		case path.Base(e.Name) != metadataName:
			t.image.old = e
			if m.options.Site.Extension(nil) == "." { // only the picture tells
				t.image.name = e.Name
			}
		case t.metadata != nil:
			t.metadata.old = e
		}
	}
	return t
}

func (m *Mirror) newImage(c flags.Code) *part {
	site := m.options.Site
	return &part{
		name: c.Lower() + "/" + c.Lower() + site.Extension(nil),
		url:  site.ImageURL(c), shown: site.ShownImageURL(c),
		check: func(r *downloader.Response) error { return site.CheckImage(r.Body) },
	}
}

// newMetadata is the metadata from the site, from the catalogue of names, or
// nil.
func (m *Mirror) newMetadata(c flags.Code) *part {
	p := &part{name: c.Lower() + "/" + metadataName}
	switch {
	case m.options.Names[c] != "":
		p.shown = redact.URL(m.options.Site.Names)
		return p
	case m.options.Names != nil || !m.options.Site.HasMetadata():
		return nil
	}
	p.url = m.options.Site.MetadataURL(c)
	p.shown = redact.URL(p.url)
	p.check = func(r *downloader.Response) error {
		_, err := flags.DecodeMetadataOf(c, r.Body)
		return err
	}
	return p
}

func (t *country) parts() []*part {
	if t.metadata == nil {
		return []*part{t.image}
	}
	return []*part{t.image, t.metadata}
}

// perform is fetch for a task.
func (t *country) perform(ctx context.Context, c *downloader.Client) (*country, []downloader.File, error) {
	files, err := t.fetch(ctx, c)
	return t, files, err
}

// fetch finds out what the site has and returns what has to be written:
// nothing if all is in place.
func (t *country) fetch(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
	if err := t.look(); err != nil {
		return nil, err
	}
	if !t.vouched(ctx) {
		if err := t.askSite(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := t.judge(); err != nil {
		return nil, err
	}
	switch {
	case t.status == Same && !t.mirror.options.DryRun:
		return nil, t.retime()
	case t.status == Same:
		return nil, nil
	}
	t.image.keepBefore(t.mirror.root())
	if t.mirror.options.DryRun {
		return nil, nil
	}
	t.mirror.coming.Store(t.code.Lower(), t)
	return t.files()
}

// files are those that have to be written. What is in place stays; but if
// that is all there is, one is written again, so that what has to go goes.
func (t *country) files() ([]downloader.File, error) {
	var files []downloader.File
	for _, p := range t.parts() {
		if !p.inPlace() {
			files = append(files, p.file())
		}
	}
	if len(files) > 0 {
		return files, t.retime()
	}
	last := t.parts()[len(t.parts())-1]
	if err := last.load(t.mirror.root()); err != nil {
		return nil, wholefile.Named(last.name, err)
	}
	return []downloader.File{last.file()}, t.retime()
}

// lookNow finds out what is here already. The country's directory is opened
// but once: a root finds its way anew for each name.
func (t *country) lookNow(ctx context.Context) error {
	root := t.mirror.root()
	if root == nil {
		return nil // a dry run into a directory that does not exist
	}
	home, _, err := wholefile.OpenBelow(root, t.code.Lower())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wholefile.Named(t.code.Lower(), err)
	}
	defer home.Close()
	room := t.mirror.rooms.Get().(*[roomSize]byte)
	defer t.mirror.rooms.Put(room)
	for _, p := range t.parts() {
		if err := p.look(ctx, home, room[:]); err != nil {
			return err
		}
	}
	return nil
}

// vouched reports whether all that is here is whole, and known to be what the
// site has. A flag that is not here has no need to wait for what the site tells.
func (t *country) vouched(ctx context.Context) bool {
	whole := func(p *part) bool { return p.now.SHA256 != "" }
	if !all(t.parts(), whole) {
		return false
	}
	select {
	case <-t.mirror.told:
	case <-ctx.Done():
	}
	return ctx.Err() == nil && all(t.parts(), func(p *part) bool { return t.mirror.sums.vouch(p.now) })
}

func all(parts []*part, is func(*part) bool) bool {
	return !slices.ContainsFunc(parts, func(p *part) bool { return !is(p) })
}

// askSite brings the parts up to date, as parts of one version.
func (t *country) askSite(ctx context.Context, c *downloader.Client) error {
	if t.metadata == nil || t.metadata.url == "" {
		_, err := t.image.ask(ctx, c)
		if err == nil && t.metadata != nil {
			err = t.fromCatalogue()
		}
		return err
	}
	for _, p := range t.parts() {
		if _, err := p.ask(ctx, c); err != nil {
			return err
		}
	}
	if t.image.now.SHA256 == t.image.old.SHA256 && t.metadata.now.SHA256 == t.metadata.old.SHA256 {
		return nil // two that belonged together already
	}
	return t.settle(ctx, c)
}

// ErrRestless is a flag that changed on the site each time it was asked for.
var ErrRestless = errors.New("changes faster than it can be fetched; try again later")

// settle asks again until image and metadata are known to be of one version.
// The site may have changed between two answers; but if the part that was
// asked for first is found unchanged once the other has come, then the site
// had both when that one came. It costs one short answer without a body. Of
// two parts asked for at the same time neither would be the first, so they
// are asked for in turn; the other flags fill the places meanwhile.
func (t *country) settle(ctx context.Context, c *downloader.Client) error {
	for range 5 {
		for _, p := range t.parts() {
			if news, err := p.ask(ctx, c); err != nil || !news {
				return err
			}
		}
	}
	return ErrRestless
}

// fromCatalogue makes the metadata that the site does not have.
func (t *country) fromCatalogue() error {
	data, err := flags.EncodeMetadata(t.code, t.mirror.options.Names[t.code])
	p := t.metadata
	if p.now.SHA256 != sum(data) {
		p.now = Entry{Name: p.name, URL: p.shown, Size: int64(len(data)), SHA256: sum(data), Fetched: now()}
	}
	p.data = data
	return err
}

// judge names the image and says how the country stands.
func (t *country) judge() error {
	if t.image.data != nil { // or else it is the one that has its name already
		t.image.setExtension(t.mirror.options.Site.Extension(t.image.data))
	}
	if t.metadata != nil {
		m, err := flags.DecodeMetadata(t.metadata.data)
		if err != nil {
			return err
		}
		t.name = m.Country
	}
	t.status = Same
	if len(t.old) > len(t.parts()) {
		t.status = Changed // a file of an earlier run has to go
	}
	for _, p := range t.parts() {
		switch {
		case len(t.old) == 0:
			t.status = New
		case p.now.SHA256 != p.old.SHA256 || p.now.Name != p.old.Name:
			t.status = Changed
		case !p.inPlace() && t.status == Same:
			t.status = Repaired
		}
	}
	return nil
}

// retime gives files that are in place the site's times, where it can.
func (t *country) retime() error {
	for _, p := range t.parts() {
		want := p.now.modified()
		if !p.inPlace() || p.diskTime.Equal(want) {
			continue
		}
		if err := t.mirror.tree.SetTime(p.name, want); err != nil {
			return wholefile.Named(p.name, err)
		}
	}
	return nil
}
