package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"getflags/downloader"
	"getflags/flags"
	"getflags/internal/wholefile"
)

// A part is one of a country's files: what the manifest says of it, what lies
// on the disk, and what the site has.
type part struct {
	name  string // "br/metadata.json"; an image's may get its extension late
	url   string // "" if the content is not the site's
	shown string // url without a password
	check downloader.Check

	old      Entry // the manifest's; zero if it has none
	whole    bool  // old is on the disk
	diskTime time.Time
	before   []byte // what is on the disk, where that is of interest, and not too large

	now      Entry // what the site has, once asked
	data     []byte
	attempts int
}

func sum(data []byte) string {
	of := sha256.Sum256(data)
	return hex.EncodeToString(of[:])
}

const (
	roomSize = 64 << 10 // bytes; most files fit
	// maxKept is the most bytes of a file on the disk that are read into
	// memory: as many as a download has by default.
	maxKept = 16 << 20
)

// look looks at what is in the country's directory, by way of room, and takes
// it for the present version if it is the one in the manifest. Most flags are,
// and stay as they are: their images are not kept, as in a run without changes
// new memory would cost the most.
func (p *part) look(ctx context.Context, home *os.Root, room []byte) error {
	name := path.Base(p.name)
	f, info, err := wholefile.Open(home, name)
	var kind *wholefile.KindError
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &kind) {
		return nil // Put will say what stands in the way
	}
	if err != nil {
		return wholefile.Named(p.name, err)
	}
	defer f.Close() // it is only read
	p.diskTime = info.ModTime()
	if err := p.compare(ctx, f, info, room); err != nil {
		return wholefile.Named(p.name, err)
	}
	if p.whole && flags.SameURL(p.old.URL, p.shown) {
		p.now, p.data = p.old, p.before
	}
	return nil
}

// compare finds out whether a file is the one in the manifest. Metadata are
// kept, as they tell the country's name; such as are too large for that are
// fetched again.
func (p *part) compare(ctx context.Context, f *os.File, info fs.FileInfo, room []byte) (err error) {
	maybe := info.Size() == p.old.Size && p.old.Name == p.name
	got := ""
	var limit *wholefile.LimitError
	if path.Base(p.name) == metadataName {
		p.before, err = wholefile.ReadAll(f, info, maxKept)
		got = sum(p.before)
	} else if maybe {
		got, _, err = wholefile.SHA256(ctx, f, room)
	}
	if errors.As(err, &limit) {
		return nil
	}
	p.whole = err == nil && maybe && got == p.old.SHA256
	return err
}

// keepBefore keeps the picture on the disk, so that it can be shown what it
// was. If it cannot be read, or is too large, then it is not shown.
func (p *part) keepBefore(root *os.Root) {
	if root != nil {
		p.before, _ = wholefile.Read(root, p.name, maxKept)
	}
}

// load reads what is on the disk and to be written again.
func (p *part) load(root *os.Root) error {
	data, err := wholefile.Read(root, p.name, maxKept)
	if err == nil && sum(data) != p.now.SHA256 {
		err = errors.New("was changed by somebody else just now")
	}
	p.data = data
	return err
}

// ask asks the site for its version, unless it is the present one, and
// reports whether it was another.
func (p *part) ask(ctx context.Context, c *downloader.Client) (news bool, err error) {
	condition := http.Header{}
	p.now.condition(condition)
	resp, err := p.get(ctx, c, condition)
	if err == nil && resp.NotModified && !p.now.agrees(resp.Header()) {
		resp, err = p.get(ctx, c, nil)
	}
	if err != nil || resp.NotModified {
		return false, err
	}
	before := p.now.SHA256
	p.now, p.data = newEntry(p, resp), resp.Body
	return p.now.SHA256 != before, nil
}

func (p *part) get(ctx context.Context, c *downloader.Client, condition http.Header) (*downloader.Response, error) {
	resp, err := c.Do(ctx, downloader.Request{URL: p.url, Header: condition, Checks: []downloader.Check{p.check}})
	var failed *downloader.RequestError
	switch {
	case err == nil:
		p.attempts = max(p.attempts, resp.Attempts)
	case errors.As(err, &failed):
		p.attempts = max(p.attempts, failed.Attempts)
	}
	return resp, err
}

// condition sets what makes a site answer 304 if its version is this one. The
// ETag alone, where there is one: a site that is sent a date, too, should pass
// over that (RFC 9110, section 13.1.3), but many let it decide, and to a date a
// file that was rolled back to an older one is not modified.
func (e Entry) condition(h http.Header) {
	switch {
	case e.ETag != "":
		h.Set("If-None-Match", e.ETag)
	case e.LastModified != "" && e.settled():
		h.Set("If-Modified-Since", e.LastModified)
	}
}

// agrees reports whether an answer of 304 is about this version, as far as it
// tells. One to a date means no more than that the site's version is not newer;
// but without an ETag it usually has the date of that (section 15.4.5), which
// is another if an older file has come back.
func (e Entry) agrees(h http.Header) bool {
	field, ours := "Last-Modified", e.LastModified
	if e.ETag != "" {
		field, ours = "ETag", e.ETag
	}
	theirs := h.Get(field)
	if theirs == "" {
		return true
	}
	if field == "ETag" {
		return strings.TrimPrefix(theirs, "W/") == strings.TrimPrefix(ours, "W/")
	}
	then, err := http.ParseTime(ours)
	now, err2 := http.ParseTime(theirs)
	return err == nil && err2 == nil && now.Equal(then)
}

// settled reports whether Last-Modified tells versions apart: its resolution
// is a second, so a file fetched right after a change may change again under
// the same date (RFC 9110, section 8.8.2.2).
func (e Entry) settled() bool {
	modified, err := http.ParseTime(e.LastModified)
	return err == nil && e.Fetched.Sub(modified) >= 2*time.Second
}

// maxField is the most bytes of an answer's header field that are kept.
const maxField = 1 << 10

func newEntry(p *part, resp *downloader.Response) Entry {
	e := Entry{Name: p.name, URL: p.shown, Size: int64(len(resp.Body)), SHA256: sum(resp.Body), Fetched: now()}
	if etag := resp.Header().Get("ETag"); len(etag) <= maxField {
		e.ETag = etag
	}
	if date := resp.Header().Get("Last-Modified"); len(date) <= maxField {
		e.LastModified = date
	}
	// Last-Modified is by the site's clock. If that is behind ours, so is the
	// time of the answer.
	if date, err := http.ParseTime(resp.Header().Get("Date")); err == nil && date.Before(e.Fetched) {
		e.Fetched = date.UTC()
	}
	return e
}

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// modified is the time that the file on the disk is to have; zero for any, as
// for one that file systems may not know.
func (e Entry) modified() time.Time {
	t, err := http.ParseTime(e.LastModified)
	if err != nil || t.Before(time.Unix(0, 0)) || t.Year() > 2100 {
		return time.Time{}
	}
	return t
}

// file is what has to be on the disk.
func (p *part) file() downloader.File {
	return downloader.File{Name: p.now.Name, Data: p.data, ModTime: p.now.modified()}
}

// inPlace reports whether it is there already.
func (p *part) inPlace() bool {
	return p.whole && p.now.SHA256 == p.old.SHA256 && p.now.Name == p.name
}

// setExtension gives an image its final name.
func (p *part) setExtension(ext string) {
	dir := path.Dir(p.name)
	p.now.Name = path.Join(dir, dir+ext)
}
