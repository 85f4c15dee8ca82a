package mirror

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"time"

	"getflags/downloader"
)

// A part is one of a country's files: what the manifest says of it, what lies
// on the disk, and what the site has.
type part struct {
	name  string // "br/metadata.json"; an image's may get its extension late
	url   string // "" if the content is not the site's
	shown string // url without a password
	check downloader.Check

	old      Entry  // the manifest's; zero if it has none
	disk     []byte // nil where nothing is on the disk, or it was not kept
	diskSum  string // "" where nothing is on the disk
	diskTime time.Time

	now      Entry // what the site has, once asked
	data     []byte
	attempts int
}

func sum(data []byte) string {
	of := sha256.Sum256(data)
	return hex.EncodeToString(of[:])
}

// look reads what is in the country's directory, by way of room, and takes it
// for the present version if it is the one in the manifest. Most flags are, and
// stay as they are: their images are not kept, as in a run without changes new
// memory would be the dearest thing.
func (p *part) look(home *os.Root, room *bytes.Buffer) error {
	name := path.Base(p.name)
	info, err := home.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil // Put will say what stands in the way
	}
	var data []byte
	if err == nil {
		data, err = readFile(home, name, info.Size(), room)
	}
	if err != nil {
		return fileError(p.name, err)
	}
	p.diskSum, p.diskTime = sum(data), info.ModTime()
	whole := p.old.Name == p.name && p.old.URL == p.shown && p.diskSum == p.old.SHA256 && int64(len(data)) == p.old.Size
	if !whole || name == metadataName {
		p.disk = bytes.Clone(data)
	}
	if whole {
		p.now, p.data = p.old, p.disk
	}
	return nil
}

// load reads what look did not keep.
func (p *part) load(root *os.Root) error {
	if p.disk != nil || p.diskSum == "" {
		return nil
	}
	disk, err := root.ReadFile(p.name)
	if err == nil && sum(disk) != p.diskSum {
		err = errors.New("was changed by somebody else just now")
	}
	if err != nil {
		return err
	}
	p.disk = disk
	if p.now.SHA256 == p.diskSum {
		p.data = disk
	}
	return nil
}

// readFile reads a regular file of that size, or what has become of it, into
// room, where it stays until the next is read.
func readFile(home *os.Root, name string, size int64, room *bytes.Buffer) ([]byte, error) {
	f, err := home.OpenFile(name, os.O_RDONLY|ready, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	room.Reset()
	room.Grow(int(size) + bytes.MinRead) // enough to see its end
	_, err = room.ReadFrom(f)
	return room.Bytes(), err
}

// ask asks the site for its version, unless it is the present one, and
// reports whether it was another.
func (p *part) ask(ctx context.Context, c *downloader.Client) (news bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return false, err
	}
	p.now.condition(req.Header)
	resp, err := c.Do(req, p.check)
	var failed *downloader.RequestError
	if errors.As(err, &failed) {
		p.attempts = max(p.attempts, failed.Attempts)
	}
	if err != nil {
		return false, err
	}
	p.attempts = max(p.attempts, resp.Attempts)
	if resp.NotModified {
		return false, nil
	}
	before := p.now.SHA256
	p.now, p.data = newEntry(p, resp), resp.Body
	return p.now.SHA256 != before, nil
}

// condition sets what makes a site answer 304 if its version is this one.
func (e Entry) condition(h http.Header) {
	if e.ETag != "" {
		h.Set("If-None-Match", e.ETag)
	}
	if e.LastModified != "" && (e.ETag != "" || e.settled()) {
		h.Set("If-Modified-Since", e.LastModified)
	}
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
	if etag := resp.Header.Get("ETag"); len(etag) <= maxField {
		e.ETag = etag
	}
	if date := resp.Header.Get("Last-Modified"); len(date) <= maxField {
		e.LastModified = date
	}
	// Last-Modified is by the site's clock. If that is behind ours, so is the
	// time of the answer.
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil && date.Before(e.Fetched) {
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
func (p *part) inPlace() bool { return p.diskSum == p.now.SHA256 && p.name == p.now.Name }

// setExtension gives an image its final name.
func (p *part) setExtension(ext string) {
	dir := path.Dir(p.name)
	p.now.Name = path.Join(dir, dir+ext)
}
