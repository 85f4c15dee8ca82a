package flags

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync"

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
	// NoMetadata leaves the metadata alone: one request per flag, which is
	// saved under its code.
	NoMetadata bool
	// SaveMetadata saves the metadata beside the image: Brazil.gif and
	// Brazil.json.
	SaveMetadata bool
}

// A Result tells how the download of one flag ended.
type Result struct {
	Code    Code
	Status  Status
	Country string // the name the site gives, "" where none arrived
	Err     error  // for NotFound and Error, usually naming a URL
	Note    string // something about the file's name that the user should know
}

// Download fetches the flags of codes with d and yields a result for each,
// in the order of completion, once its files are in place. A code that the
// end of ctx kept from being tried has no result; one that was under way has
// an error that wraps the context's cause.
func Download(ctx context.Context, d *downloader.Downloader, job Job, codes []Code) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		names := newNames()
		tasks := func(yield func(downloader.Task) bool) {
			for _, c := range codes {
				if !yield(newTask(job, names, c)) {
					return
				}
			}
		}
		for r := range d.Run(ctx, tasks) {
			if !yield(r.Task.Value.(*country).result(r.Err)) {
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
}

func newTask(job Job, names *names, c Code) downloader.Task {
	t := &country{job: job, names: names, code: c}
	return downloader.Task{ID: string(c), Fetch: t.fetch, Value: t}
}

func (t *country) result(err error) Result {
	r := Result{Code: t.code, Country: t.name, Err: err, Note: t.note}
	switch {
	case isNotFound(err):
		r.Status = NotFound
	case err != nil:
		r.Status = Error
	}
	return r
}

// fetch gets what the job asks for and names the files.
func (t *country) fetch(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
	if t.job.NoMetadata {
		image, err := c.Get(ctx, t.job.Site.ImageURL(t.code), t.checkImage)
		if err != nil {
			return nil, err
		}
		return []downloader.File{{Name: string(t.code) + ".gif", Data: image.Body}}, nil
	}
	image, metadata, err := t.both(ctx, c)
	if err != nil {
		return nil, err
	}
	stem, note := t.names.claim(t.code, t.name)
	t.note = note
	files := []downloader.File{{Name: stem + ".gif", Data: image}}
	if t.job.SaveMetadata {
		files = append(files, downloader.File{Name: stem + ".json", Data: metadata})
	}
	return files, nil
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
	get := func(url string, check downloader.Check) ([]byte, error) {
		resp, err := c.Get(ctx, url, check)
		if isNotFound(err) {
			cancel(errCalledOff)
		}
		if err != nil {
			return nil, err
		}
		return resp.Body, nil
	}
	var metadataErr error
	var other sync.WaitGroup
	other.Go(func() { metadata, metadataErr = get(t.job.Site.MetadataURL(t.code), t.checkMetadata) })
	image, err = get(t.job.Site.ImageURL(t.code), t.checkImage)
	other.Wait()
	if err == nil || isNotFound(metadataErr) {
		err = metadataErr
	}
	return image, metadata, err
}

func (t *country) checkImage(r *downloader.Response) error {
	return checkPicture(t.job.Site.ImageURL(t.code), r.Body)
}

// checkMetadata takes the name from metadata that are those of this country.
func (t *country) checkMetadata(r *downloader.Response) error {
	m, err := DecodeMetadata(r.Body)
	if err != nil {
		return err
	}
	if m.ISO != "" && !strings.EqualFold(m.ISO, string(t.code)) {
		return fmt.Errorf("metadata is that of %q", cut(m.ISO, 20))
	}
	t.name = m.Country
	return nil
}

// isNotFound reports whether an error is a site's answer that it does not
// have what was asked for.
func isNotFound(err error) bool {
	var status *downloader.StatusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}
