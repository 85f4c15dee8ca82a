package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"time"

	"getflags/flags"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// The statuses of a download's records.
const (
	downloaded = "downloaded"
	notFound   = "not found"
	failed     = "error"
	notDone    = "not done" // the run ended before it
	renamed    = "renamed"  // of an earlier run: its file has another name now
)

// recordVersion is the version of the form of what --json writes. A change
// that an older program would misread gets a new one.
const recordVersion = 1

// The commands that write records.
const (
	ofDownload = "download"
	ofMirror   = "mirror"
)

// A beginning is the first line that --json writes, under the name "begin":
// what the run was asked for, before it asks the site for any of it. So a
// record that ends early, as its run was killed, still tells what is missing.
type beginning struct {
	Version int          `json:"version"`
	Command string       `json:"command"`
	Site    string       `json:"site"`              // URL or template, without a password
	DryRun  bool         `json:"dry_run,omitempty"` // of a mirror: it does nothing of what it says
	Asked   []flags.Code `json:"asked"`
	// Kept are, of a retry, the flags that the record it continues tells of.
	Kept []keptRecord `json:"kept,omitempty"`
}

// A keptRecord is what matters of a flag that an earlier run has saved.
type keptRecord struct {
	Code    flags.Code `json:"code"`
	Country string     `json:"country"`
	File    string     `json:"file"`
	SHA256  string     `json:"sha256"`
}

// A record is what --json writes of one flag, a line each. Its fields are
// there in any case, so that programs need not ask.
type record struct {
	Code     flags.Code `json:"code"`
	Country  string     `json:"country"` // "" where no name arrived
	Status   string     `json:"status"`
	File     string     `json:"file"`   // path of the image; "" where none was saved
	Bytes    int        `json:"bytes"`  // of the image
	SHA256   string     `json:"sha256"` // of the image, hexadecimal
	URL      string     `json:"url"`    // of the image
	Attempts int        `json:"attempts"`
	Duration float64    `json:"duration"` // seconds
	Error    string     `json:"error"`
}

// A summary is the last line that --json writes of a download, under the name
// "summary".
type summary struct {
	Site       string  `json:"site"`
	Asked      int     `json:"asked"`
	Downloaded int     `json:"downloaded"`
	NotFound   int     `json:"not_found"`
	Errors     int     `json:"errors"`
	NotDone    int     `json:"not_done"`
	Bytes      int64   `json:"bytes"`    // of all images
	Duration   float64 `json:"duration"` // seconds

	Stats *statistics `json:"stats,omitempty"` // with --stats
}

// recorder writes a run's records, and knows which flags still lack one. It
// is nil without --json; its methods do nothing then.
type recorder struct {
	out     *json.Encoder
	dir     string
	site    flags.Site
	missing []flags.Code
	bytes   int64
}

// newRecorder begins a record. An error is one of writing: without its first
// line a record is of no use.
func newRecorder(out io.Writer, dir string, site flags.Site, begin beginning) (*recorder, error) {
	encoder := json.NewEncoder(visible.JSONWriter(out))
	encoder.SetEscapeHTML(false)
	r := &recorder{out: encoder, dir: dir, site: site, missing: slices.Clone(begin.Asked)}
	begin.Version, begin.Site = recordVersion, site.URL()
	begin.Asked = append([]flags.Code{}, begin.Asked...) // [], not null
	return r, r.write(map[string]beginning{"begin": begin})
}

func (r *recorder) add(result flags.Result, status string) {
	if r == nil {
		return
	}
	if i, ok := slices.BinarySearch(r.missing, result.Code); ok {
		r.missing = slices.Delete(r.missing, i, i+1)
	}
	line := &record{
		Code: result.Code, Country: result.Country, Status: status,
		Bytes: result.Size, SHA256: result.SHA256, URL: result.URL,
		Attempts: result.Attempts, Duration: seconds(result.Elapsed),
	}
	if result.File != "" {
		line.File = filepath.Join(r.dir, filepath.FromSlash(result.File))
	}
	if result.Err != nil {
		line.Error = redact.Text(result.Err.Error())
	}
	r.bytes += int64(result.Size)
	r.write(line)
}

// write writes a line. Its error may be left to package command, which tells in
// the end what was not written.
func (r *recorder) write(line any) error { return r.out.Encode(line) }

// end writes what is left to say: the flags that were not done, and the
// summary, made when the sum of bytes is known.
func (r *recorder) end(summary func(bytes int64) any) {
	if r == nil {
		return
	}
	for _, c := range r.missing {
		r.write(&record{Code: c, Status: notDone, URL: r.site.ShownImageURL(c)})
	}
	r.write(map[string]any{"summary": summary(r.bytes)})
}

// seconds are rounded to microseconds: more digits say nothing.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }
