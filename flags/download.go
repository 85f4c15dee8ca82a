package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"time"

	"getflags/downloader"
)

// A Status tells how the download of a flag ended, as in the book.
type Status int

const (
	OK       Status = iota // image and metadata are in place
	NotFound               // the site answered 404 for either
	Error                  // anything else; the result's Err says what
	Renamed                // a [Kept] flag whose name went to one that sorts before it
)

func (s Status) String() string {
	switch s {
	case OK:
		return "OK"
	case NotFound:
		return "not found"
	case Renamed:
		return "renamed"
	}
	return "error"
}

// A Job says where flags come from and what is kept of them.
type Job struct {
	Site Site
	// Names, unless nil, tells the countries' names; the site's metadata are
	// left alone then, and a country that Names lacks is saved under its code.
	Names Catalogue
	// Name is the template of the files' names; see [ParseNameTemplate].
	Name NameTemplate
	// NoMetadata leaves the metadata alone: one request per flag, which is
	// saved under its code.
	NoMetadata bool
	// SaveMetadata saves the metadata beside the image: Brazil.gif and
	// Brazil.json. Those of a name from Names hold the code and the name.
	SaveMetadata bool
	// Digest computes the images' SHA-256.
	Digest bool
	// Kept are flags that are in the store from earlier runs. None of them is
	// overwritten by another country's.
	Kept []Kept
	// Arrived, unless nil, is told of each flag in the order of completion,
	// once its files are in place, by [Download]'s loop. The result's File and
	// Note are not final yet.
	Arrived func(Result)
}

// Requests is how many requests each flag takes: one, or two where the site
// is to tell the country's name.
func (j Job) Requests() int {
	if j.NoMetadata || j.Names != nil || !j.Site.HasMetadata() {
		return 1
	}
	return 2
}

// A Result tells how the download of one flag ended.
type Result struct {
	Code    Code
	Status  Status
	Country string // the name the site gives, "" where none arrived
	Err     error  // for NotFound and Error, usually naming a URL
	Note    string // something about the file's name that the user should know

	URL    string // of the image, without a password
	File   string // the image's name in the store; "" where none was saved
	Size   int    // of the image, in bytes
	SHA256 string // of the image, in hexadecimal, if the job asked for it
	// Attempts is how often the request that took the most attempts was sent:
	// 1 if all went well at once, 0 if none was sent.
	Attempts int
	// Elapsed is the time from the flag's turn to its end.
	Elapsed time.Duration
}

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

// fetched is the result of a country's task.
type fetched = downloader.Result[*country]

// A download is one run of [Download].
type download struct {
	job   Job
	codes []Code
	names *names
	ahead map[Code]*country // where the names are known beforehand
	order *order[fetched]   // nil where no result has to wait
}

func newDownload(ctx context.Context, store downloader.Store, job Job, codes []Code) *download {
	run := &download{job: job, codes: withoutRepeats(codes), names: newNames(job, store)}
	run.names.keep(job.keptBeside(run.codes))
	switch {
	case run.names.free:
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

// keptBeside are the flags of earlier runs that this one does not get anew.
func (j Job) keptBeside(codes []Code) []Kept {
	return slices.DeleteFunc(slices.Clone(j.Kept), func(k Kept) bool { return slices.Contains(codes, k.Code) })
}

// nameAhead gives all codes their names.
func (d *download) nameAhead(ctx context.Context) {
	d.ahead = map[Code]*country{}
	for _, c := range slices.Sorted(slices.Values(d.codes)) {
		t := newCountry(d.job, d.names, c)
		t.claim = newClaim(c, t.name)
		_, t.nameErr = d.names.take(ctx, t.claim)
		d.ahead[c] = t
	}
}

func (d *download) tasks(yield func(downloader.Task[*country]) bool) {
	for _, c := range d.codes {
		t := d.ahead[c]
		if t == nil {
			t = newCountry(d.job, d.names, c)
		}
		if !yield(downloader.Task[*country]{ID: string(c), Fetch: t.perform}) {
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
	all := d.names.takeRenamed()
	for _, r := range ready {
		all = append(all, r.Value.result(r))
	}
	return all
}

// country is the work for one code, and what became known on the way.
type country struct {
	job     Job
	names   *names
	code    Code
	name    string
	claim   *claim // to a file name; nil until the country's name is known
	nameErr error  // of getting a file name ahead
	// inTurn asks for the metadata only when the image is there.
	inTurn bool

	digest   string
	attempts int
}

func newCountry(job Job, names *names, c Code) *country {
	t := &country{job: job, names: names, code: c}
	if !job.NoMetadata {
		t.name = job.Names[c]
	}
	return t
}

// arrive notes that the files are in place, or never will be.
func (t *country) arrive(done fetched) {
	if t.claim != nil {
		t.claim.failed = done.Err != nil
		close(t.claim.inPlace)
	}
}

func (t *country) result(done fetched) Result {
	r := Result{Code: t.code, Country: t.name, Err: done.Err,
		URL: t.job.Site.ShownImageURL(t.code), Attempts: t.attempts, Elapsed: done.Elapsed}
	switch {
	case IsNotFound(done.Err):
		r.Status = NotFound
	case done.Err != nil:
		r.Status = Error
	default:
		r.File, r.Size, r.SHA256 = t.names.image(t.claim), done.Saved[0].Size, t.digest
		r.Note = t.names.note(t.claim)
	}
	return r
}

// perform is fetch for a task.
func (t *country) perform(ctx context.Context, c *downloader.Client) (*country, []downloader.File, error) {
	files, err := t.fetch(ctx, c)
	return t, files, err
}

// fetch gets what the job asks for and names the files.
func (t *country) fetch(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
	if t.nameErr != nil {
		return nil, t.nameErr
	}
	image, metadata, err := t.get(ctx, c)
	if err != nil {
		t.reserve(ctx, err)
		return nil, err
	}
	if t.job.Digest {
		t.digest = fmt.Sprintf("%x", sha256.Sum256(image.Body))
	}
	if !t.job.SaveMetadata {
		metadata = nil
	}
	imageName, metadataName, err := t.takeName(ctx, t.job.Site.Extension(image.Body), metadata != nil)
	if err != nil {
		return nil, err
	}
	files := []downloader.File{image.File(imageName)}
	if metadata != nil {
		files = append(files, metadata.File(metadataName))
	}
	return files, nil
}

// takeName is what the files are called, at first.
func (t *country) takeName(ctx context.Context, ext string, hasMetadata bool) (image, metadata string, err error) {
	ahead := t.claim != nil
	if !ahead {
		t.claim = newClaim(t.code, t.name)
	}
	t.claim.ext, t.claim.hasMetadata = ext, hasMetadata
	rank := t.claim.rank
	if !ahead {
		rank, err = t.names.take(ctx, t.claim)
	}
	image, metadata = t.names.files(t.claim, rank)
	return image, metadata, err
}

// reserve keeps the name of a flag that failed, if it is known: the site has
// the flag, and a later run will get it. If that fails too, so be it.
func (t *country) reserve(ctx context.Context, err error) {
	if t.claim == nil && t.name != "" && !IsNotFound(err) && ctx.Err() == nil {
		t.takeName(ctx, "", false)
	}
}

// get gets the image and the metadata. Where a catalogue tells the name, it
// is made into metadata of the same form; nil are those of a country it does
// not tell of.
func (t *country) get(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
	switch {
	case t.job.Requests() == 2 && t.inTurn:
		return t.inOrder(ctx, c)
	case t.job.Requests() == 2:
		return t.both(ctx, c)
	}
	resp, err := c.Get(ctx, t.job.Site.ImageURL(t.code), t.checkImage)
	t.attempts = attempts(resp, err)
	if err != nil {
		return nil, nil, err
	}
	if t.name == "" {
		return resp, nil, nil
	}
	made, err := EncodeMetadata(t.code, t.name) // by the catalogue
	return resp, &downloader.Response{Body: made}, err
}

// attempts is how often a request was sent.
func attempts(resp *downloader.Response, err error) int {
	var failed *downloader.RequestError
	switch {
	case err == nil:
		return resp.Attempts
	case errors.As(err, &failed):
		return failed.Attempts
	}
	return 0
}

// errCalledOff is the cause of the end of a request that nobody needs because
// the other of its flag was not found.
var errCalledOff = errors.New("called off: the other request of this flag was not found")

// both gets image and metadata in parallel. If one is not found the other is
// called off; after any other error it goes on, so that the outcome does not
// depend on which of them answers first: not found above all, then the
// image's error, then that of the metadata.
func (t *country) both(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := func(err error) {
		if IsNotFound(err) {
			cancel(errCalledOff)
		}
	}
	// What comes last waits the least for the writers, and the image is larger.
	replies := c.GetAll(ctx,
		downloader.Request{URL: t.job.Site.MetadataURL(t.code), Checks: []downloader.Check{t.checkMetadata}, Ended: ended},
		downloader.Request{URL: t.job.Site.ImageURL(t.code), Checks: []downloader.Check{t.checkImage}, Ended: ended},
	)
	first, second, secondErr := replies[1].Response, replies[0].Response, replies[0].Err
	err = replies[1].Err
	t.attempts = max(attempts(first, err), attempts(second, secondErr))
	if err == nil || IsNotFound(secondErr) {
		err = secondErr
	}
	if err != nil {
		return nil, nil, err
	}
	return first, second, nil
}

// inOrder gets the image and then the metadata.
func (t *country) inOrder(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
	first, err := c.Get(ctx, t.job.Site.ImageURL(t.code), t.checkImage)
	t.attempts = attempts(first, err)
	if err != nil {
		return nil, nil, err
	}
	second, err := c.Get(ctx, t.job.Site.MetadataURL(t.code), t.checkMetadata)
	t.attempts = max(t.attempts, attempts(second, err))
	if err != nil {
		return nil, nil, err
	}
	return first, second, nil
}

func (t *country) checkImage(r *downloader.Response) error {
	return t.job.Site.CheckImage(r.Body)
}

// checkMetadata takes the name from metadata that are those of this country.
func (t *country) checkMetadata(r *downloader.Response) error {
	m, err := DecodeMetadataOf(t.code, r.Body)
	t.name = m.Country
	return err
}

// IsNotFound reports whether an error is a site's answer that it does not
// have what was asked for.
func IsNotFound(err error) bool {
	var status *downloader.StatusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}
