package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"getflags/downloader"
)

// A task is the work for one code, with its findings so far.
type task struct {
	job     Job
	namer   *namer
	code    Code
	name    string
	claim   *claim // to a file name; nil until the country's name is known
	nameErr error  // of claiming a file name before the run
	// inTurn requests the metadata only after the image has arrived.
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

// arrive records that the files are in place, or never will be.
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

// perform is fetch in the form of [downloader.Task]: the value is the task.
func (t *task) perform(ctx context.Context, c *downloader.Client) (*task, []downloader.File, error) {
	files, err := t.fetch(ctx, c)
	return t, files, err
}

// fetch gets the image and the metadata of the job, and names the files.
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
	imageName, metadataName, err := t.claimName(ctx, t.job.Site.Extension(image.Body), metadata != nil)
	if err != nil {
		return nil, err
	}
	files := []downloader.File{image.File(imageName)}
	if metadata != nil {
		files = append(files, metadata.File(metadataName))
	}
	return files, nil
}

// claimName returns the first names of the files; a rename may follow.
func (t *task) claimName(ctx context.Context, ext string, hasMetadata bool) (image, metadata string, err error) {
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

// reserve claims the name of a failed flag, if the name is known, because a later
// run may get the flag. An error here does not matter: the task failed anyway.
func (t *task) reserve(ctx context.Context, err error) {
	if t.claim == nil && t.name != "" && !IsNotFound(err) && ctx.Err() == nil {
		t.claimName(ctx, "", false)
	}
}

// get gets the image and the metadata. With a catalogue, it makes the metadata
// from the name, or returns nil metadata if the catalogue lacks the country.
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
	made, err := EncodeMetadata(t.code, t.name)
	return resp, &downloader.Response{Body: made}, err
}

// attempts returns how often a request was sent.
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

// errSiblingNotFound cancels a request whose answer is useless because the other
// request of its flag was not found.
var errSiblingNotFound = errors.New("cancelled: the other request of this flag was not found")

// both gets image and metadata in parallel. If one is not found, it cancels the
// other. After any other error the other goes on, so that the result does not
// depend on which answer is first: not found comes before the image's error,
// and that before the metadata's.
func (t *task) both(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := func(err error) {
		if IsNotFound(err) {
			cancel(errSiblingNotFound)
		}
	}
	// The image is last, because the last body waits least for the writers and
	// the image is larger.
	replies := c.GetAll(ctx,
		downloader.Request{URL: t.job.Site.MetadataURL(t.code), Checks: []downloader.Check{t.checkMetadata}, Ended: ended},
		downloader.Request{URL: t.job.Site.ImageURL(t.code), Checks: []downloader.Check{t.checkImage}, Ended: ended},
	)
	image, metadata = replies[1].Response, replies[0].Response
	err, metadataErr := replies[1].Err, replies[0].Err
	t.attempts = max(attempts(image, err), attempts(metadata, metadataErr))
	if err == nil || IsNotFound(metadataErr) {
		err = metadataErr
	}
	if err != nil {
		return nil, nil, err
	}
	return image, metadata, nil
}

// inOrder gets the image and then the metadata.
func (t *task) inOrder(ctx context.Context, c *downloader.Client) (image, metadata *downloader.Response, err error) {
	image, err = c.Get(ctx, t.job.Site.ImageURL(t.code), t.checkImage)
	t.attempts = attempts(image, err)
	if err != nil {
		return nil, nil, err
	}
	metadata, err = c.Get(ctx, t.job.Site.MetadataURL(t.code), t.checkMetadata)
	t.attempts = max(t.attempts, attempts(metadata, err))
	if err != nil {
		return nil, nil, err
	}
	return image, metadata, nil
}

func (t *task) checkImage(r *downloader.Response) error {
	return t.job.Site.CheckImage(r.Body)
}

// checkMetadata refuses another country's metadata and records the name.
func (t *task) checkMetadata(r *downloader.Response) error {
	m, err := DecodeMetadataOf(t.code, r.Body)
	t.name = m.Country
	return err
}
