package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"getflags/downloader"
)

// A task is the work for one code, and what became known on the way.
type task struct {
	job     Job
	namer   *namer
	code    Code
	name    string
	claim   *claim // to a file name; nil until the country's name is known
	nameErr error  // of getting a file name ahead
	// inTurn asks for the metadata only when the image is there.
	inTurn bool

	digest   string
	attempts int
}

func newTask(job Job, n *namer, c Code) *task {
	t := &task{job: job, namer: n, code: c}
	if !job.NoMetadata {
		t.name = job.Names[c]
	}
	return t
}

// fetched is the result of a country's task.
type fetched = downloader.Result[*task]

// arrive notes that the files are in place, or never will be.
func (t *task) arrive(done fetched) {
	if t.claim != nil {
		t.claim.failed = done.Err != nil
		close(t.claim.inPlace)
	}
}

func (t *task) result(done fetched) Result {
	r := Result{Code: t.code, Country: t.name, Err: done.Err,
		URL: t.job.Site.ShownImageURL(t.code), Attempts: t.attempts, Elapsed: done.Elapsed}
	switch {
	case IsNotFound(done.Err):
		r.Status = NotFound
	case done.Err != nil:
		r.Status = Error
	default:
		r.File, r.Size, r.SHA256 = t.namer.image(t.claim), done.Saved[0].Size, t.digest
		r.Note = t.namer.note(t.claim)
	}
	return r
}

// perform is fetch for a task.
func (t *task) perform(ctx context.Context, c *downloader.Client) (*task, []downloader.File, error) {
	files, err := t.fetch(ctx, c)
	return t, files, err
}

// fetch gets what the job asks for and names the files.
func (t *task) fetch(ctx context.Context, c *downloader.Client) ([]downloader.File, error) {
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
func (t *task) takeName(ctx context.Context, ext string, hasMetadata bool) (image, metadata string, err error) {
	ahead := t.claim != nil
	if !ahead {
		t.claim = newClaim(t.code, t.name)
	}
	t.claim.ext, t.claim.hasMetadata = ext, hasMetadata
	rank := t.claim.rank
	if !ahead {
		rank, err = t.namer.take(ctx, t.claim)
	}
	image, metadata = t.claim.files(t.namer.template, rank)
	return image, metadata, err
}

// reserve keeps the name of a flag that failed, if it is known: the site has
// the flag, and a later run will get it. If that fails too, so be it.
func (t *task) reserve(ctx context.Context, err error) {
	if t.claim == nil && t.name != "" && !IsNotFound(err) && ctx.Err() == nil {
		t.takeName(ctx, "", false)
	}
}

// get gets the image and the metadata. Where a catalogue tells the name, it
// is made into metadata of the same form; nil are those of a country it does
// not tell of.
func (t *task) get(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
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
func (t *task) both(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
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
func (t *task) inOrder(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
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

func (t *task) checkImage(r *downloader.Response) error {
	return t.job.Site.CheckImage(r.Body)
}

// checkMetadata takes the name from metadata that are those of this country.
func (t *task) checkMetadata(r *downloader.Response) error {
	m, err := DecodeMetadataOf(t.code, r.Body)
	t.name = m.Country
	return err
}
