package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/wholefile"
)

// A Status tells how a flag of the mirror stands to that of the site.
type Status int

const (
	Same     Status = iota // up to date
	New                    // added
	Changed                // replaced by the site's new version
	Repaired               // fetched again, as it was damaged or missing here
	Gone                   // the site has it no more; it is still here, see [Mirror.Prune]
	NotFound               // neither the site has it, nor the mirror had it
	Failed                 // an error; what was here still is
)

func (s Status) String() string {
	return [...]string{"same", "new", "changed", "repaired", "gone", "not found", "error"}[s]
}

// A Change tells of one flag.
type Change struct {
	Code    flags.Code
	Country string // "" if its name is not known
	Status  Status
	Err     error  // for Gone, NotFound and Failed
	URL     string // of the image, without a password
	File    string // the image's name below the directory
	Size    int64  // of the image, in bytes
	SHA256  string // of the image, hexadecimal
	Before  []byte // the image that was here, if it is not to stay: of Changed, Repaired and Gone
	// Attempts is how often the request that took the most attempts was sent;
	// 0 if there was nothing to ask for.
	Attempts int
	Elapsed  time.Duration
}

// Options say what is mirrored, and how.
type Options struct {
	Site flags.Site
	// Names, unless nil, tells the countries' names where the site does not;
	// they are kept as metadata.json.
	Names flags.Catalogue
	// DryRun leaves the directory as it is, also if it does not exist.
	DryRun bool
}

// A Mirror is a directory that is being brought up to date. Its methods are
// called one after the other, but for Put, the store's.
type Mirror struct {
	dir     *wholefile.Dir // nil in a dry run where there is none
	tree    *wholefile.Tree
	notes   notes
	options Options
	old     entries                // the manifest's, before
	sumsTag string                 // the same
	kept    bool                   // whether it was of this site
	had     map[flags.Code][]Entry // the same, by country
	next    entries                // and after
	sums    siteSums               // what the site tells of all its files,
	told    chan struct{}          // once this is closed
	whole   bool                   // no error so far
	found   bool                   // the site has a flag
	gone    []flags.Code
	rooms   sync.Pool // of *[roomSize]byte, to read files by way of
	ledger  ledger
	coming  sync.Map // from a country's directory to the *country that is to be in it
	// Forgotten, unless nil, says why the manifest could not be read. What
	// Update is not asked for, the next manifest will not tell of.
	Forgotten error
}

var _ downloader.StagingStore = (*Mirror)(nil)

// Open opens a directory, making it where needed, and puts right what a
// killed run left in it. Its error is a [*LockedError] if another run is at
// work there, and wraps a [*VersionError] if the manifest's form is not known here.
// A manifest that is damaged is none: then everything is to be fetched again,
// and Forgotten is not nil.
func Open(dir string, o Options) (*Mirror, error) {
	m := &Mirror{options: o, whole: true, old: entries{}}
	m.rooms.New = func() any { return new([roomSize]byte) }
	if err := m.open(dir); err != nil {
		m.Close()
		var locked *LockedError
		if errors.As(err, &locked) {
			return nil, err
		}
		return nil, fmt.Errorf("mirror %q: %w", dir, wholefile.Cause(err))
	}
	if m.Forgotten == nil {
		m.had = m.old.byCode()
	}
	m.next = maps.Clone(m.old)
	return m, nil
}

func (m *Mirror) open(dir string) (err error) {
	if m.options.DryRun {
		m.dir, err = wholefile.OpenDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return m.readManifest()
	}
	if m.dir, err = wholefile.MakeDir(dir); err != nil {
		return err
	}
	if err := m.claim(dir); err != nil {
		return err
	}
	if err := errors.Join(m.readManifest(), m.checkSums()); err != nil {
		return err
	}
	m.tree = wholefile.NewTree(m.dir, m.rules())
	m.ledger.manifest, m.ledger.sums = m.tree.Draft(ManifestName), m.tree.Draft(SumsName)
	m.tree.Repair()
	return nil
}

// checkSums finds out before anything is fetched what would be in the way of
// the sums in the end; with the manifest, reading it does.
func (m *Mirror) checkSums() error {
	err := m.dir.WantRegular(SumsName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return wholefile.Named(SumsName, err)
}

func (m *Mirror) readManifest() error {
	data, err := wholefile.Read(m.root(), ManifestName, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wholefile.Named(ManifestName, err)
	}
	manifest, err := DecodeManifest(data)
	var unknown *VersionError
	switch {
	case errors.As(err, &unknown):
		return err
	case err != nil:
		m.Forgotten = err
		m.had, err = m.directories()
		return err
	}
	m.old = manifest.entries()
	if flags.SameURL(manifest.Site, m.options.Site.URL()) {
		m.kept, m.sumsTag = true, manifest.SumsETag
	}
	return nil
}

// directories are the countries that have one, without what is in them.
func (m *Mirror) directories() (map[flags.Code][]Entry, error) {
	all, err := fs.ReadDir(m.root().FS(), ".")
	had := map[flags.Code][]Entry{}
	for _, e := range all {
		if c := codeOf(e.Name()); c != "" && e.IsDir() {
			had[c] = nil
		}
	}
	return had, err
}

// Notes are what the user should know though it is no error, such as what the
// file system does not do; each is told once.
func (m *Mirror) Notes() []string { return m.notes.take() }

// Codes are those of the flags that the manifest tells of or, if it could not
// be read, that have a directory, sorted.
func (m *Mirror) Codes() []flags.Code { return slices.Sorted(maps.Keys(m.had)) }

// Site is what is mirrored, without a password.
func (m *Mirror) Site() string { return m.options.Site.URL() }

// Close gives the directory free.
func (m *Mirror) Close() error {
	if m.tree != nil {
		m.ledger.discard()
	}
	if m.dir == nil {
		return nil
	}
	return m.dir.Close()
}

// Update brings the flags of codes up to date with d, and yields a change for each, in the order of completion, once its files are in
// place. A flag that the end of ctx kept from being tried has none.
//
// A site that tells the sums of all its files, as that of "flags serve" does,
// is asked for these first, and not for what has not changed.
func (m *Mirror) Update(ctx context.Context, d *downloader.Downloader, codes []flags.Code) iter.Seq[Change] {
	m.told = make(chan struct{})
	var ahead sync.WaitGroup
	tasks := func(yield func(downloader.Task[*country]) bool) {
		if !yield(downloader.Task[*country]{ID: "sums", Fetch: m.askSums}) {
			return
		}
		all := make([]*country, len(codes))
		for i, c := range codes {
			all[i] = m.newCountry(ctx, c)
		}
		ahead.Go(func() { m.lookAhead(ctx, all) })
		for _, t := range all {
			if !yield(downloader.Task[*country]{ID: string(t.code), Fetch: t.perform}) {
				return
			}
		}
	}
	return func(yield func(Change) bool) {
		defer ahead.Wait()
		for r := range downloader.Run(ctx, d, m, tasks) {
			if t := r.Value; t != nil && !yield(m.note(t, r)) {
				return
			}
		}
	}
}

// lookAhead looks at countries while the site makes its list, as the few that
// are under way wait for that.
func (m *Mirror) lookAhead(ctx context.Context, all []*country) {
	for _, t := range all {
		if m.sumsTag == "" || m.isTold() || ctx.Err() != nil {
			return
		}
		t.look() // fetch gets the error, too
	}
}

// note writes down what became of a country.
func (m *Mirror) note(t *country, r downloader.Result[*country]) Change {
	c := t.change(r)
	switch c.Status {
	case Gone:
		m.gone = append(m.gone, c.Code)
	case Failed:
		m.whole = false
	case NotFound:
	default:
		m.found = true
		for _, e := range t.old {
			delete(m.next, e.Name)
		}
		for _, p := range t.parts() {
			m.next[p.now.Name] = p.now
		}
	}
	return c
}
