package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"getflags/downloader"
)

// A Status tells how the download of a flag ended, as in the book.
type Status int

const (
	OK       Status = iota // image and metadata are in place
	NotFound               // the site answered 404 for either
	Error                  // anything else; the result's Err says what
)

func (s Status) String() string {
	switch s {
	case OK:
		return "OK"
	case NotFound:
		return "not found"
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

// Download fetches the flags of codes with d and yields a result for each,
// in the order of completion, once its files are in place. A code that the
// end of ctx kept from being tried has no result; one that was under way has
// an error that wraps the context's cause.
func Download(ctx context.Context, d *downloader.Downloader, job Job, codes []Code) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		names := newNames(job.Name)
		tasks := func(yield func(downloader.Task) bool) {
			for _, c := range codes {
				if !yield(newTask(job, names, c)) {
					return
				}
			}
		}
		for r := range d.Run(ctx, tasks) {
			if !yield(r.Task.Value.(*country).result(r)) {
				return
			}
		}
	}
}

// country is the work for one code, and what became known on the way.
type country struct {
	job   Job
	names *names
	code  Code
	name  string
	note  string
	// inTurn asks for the metadata only when the image is there.
	inTurn bool

	digest   string
	attempts int
}

func newTask(job Job, names *names, c Code) downloader.Task {
	t := &country{job: job, names: names, code: c}
	return downloader.Task{ID: string(c), Fetch: t.fetch, Value: t}
}

func (t *country) result(done downloader.Result) Result {
	r := Result{Code: t.code, Country: t.name, Err: done.Err, Note: t.note,
		URL: t.job.Site.ShownImageURL(t.code), Attempts: t.attempts, Elapsed: done.Elapsed}
	switch {
	case IsNotFound(done.Err):
		r.Status = NotFound
	case done.Err != nil:
		r.Status = Error
	default:
		r.File, r.Size, r.SHA256 = done.Saved[0].Name, done.Saved[0].Size, t.digest
	}
	return r
}

// fetch gets what the job asks for and names the files.
func (t *country) fetch(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
	image, metadata, err := t.get(ctx, c)
	if err != nil {
		return nil, err
	}
	if t.job.Digest {
		t.digest = fmt.Sprintf("%x", sha256.Sum256(image))
	}
	names := t.names.claim(t.code, t.name, t.job.Site.Extension(image))
	t.note = names.note
	files := []downloader.File{{Name: names.image, Data: image, Reuse: true}}
	if t.job.SaveMetadata && metadata != nil {
		files = append(files, downloader.File{Name: names.metadata, Data: metadata, Reuse: true})
	}
	return files, nil
}

// get gets the image and the metadata. Where a catalogue tells the name, it
// is made into metadata of the same form; nil are those of a country it does
// not tell of.
func (t *country) get(ctx context.Context, c *downloader.Client) (image, metadata []byte, err error) {
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
	if t.name = t.job.Names[t.code]; t.name != "" {
		metadata, err = EncodeMetadata(t.code, t.name)
	}
	return resp.Body, metadata, err
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
func (t *country) both(ctx context.Context, c *downloader.Client) (image, metadata []byte, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	get := func(url string, check downloader.Check) (*downloader.Response, error) {
		resp, err := c.Get(ctx, url, check)
		if IsNotFound(err) {
			cancel(errCalledOff)
		}
		return resp, err
	}
	var second *downloader.Response
	var secondErr error
	wait := c.Go(func() { second, secondErr = get(t.job.Site.MetadataURL(t.code), t.checkMetadata) })
	first, err := get(t.job.Site.ImageURL(t.code), t.checkImage)
	wait()
	t.attempts = max(attempts(first, err), attempts(second, secondErr))
	if err == nil || IsNotFound(secondErr) {
		err = secondErr
	}
	if err != nil {
		return nil, nil, err
	}
	return first.Body, second.Body, nil
}

// inOrder gets the image and then the metadata.
func (t *country) inOrder(ctx context.Context, c *downloader.Client) (image, metadata []byte, err error) {
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
	return first.Body, second.Body, nil
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
