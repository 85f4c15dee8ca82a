package record

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"

	"getflags/flags"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// A Writer writes a run's records, and knows which flags still lack one. It
// is nil without --json; its methods do nothing then.
type Writer struct {
	out     *json.Encoder
	dir     string
	site    flags.Site
	missing []flags.Code
	bytes   int64
}

// NewWriter begins a record. An error is one of writing: without its first
// line a record is of no use.
func NewWriter(out io.Writer, dir string, site flags.Site, begin Begin) (*Writer, error) {
	encoder := json.NewEncoder(visible.JSONWriter(out))
	encoder.SetEscapeHTML(false)
	r := &Writer{out: encoder, dir: dir, site: site, missing: slices.Clone(begin.Asked)}
	begin.Version, begin.Site = version, site.URL()
	begin.Asked = append([]flags.Code{}, begin.Asked...) // [], not null
	return r, r.write(map[string]Begin{"begin": begin})
}

// Add writes the line of one flag.
func (r *Writer) Add(status Status, result flags.Result) {
	if r == nil {
		return
	}
	if i, ok := slices.BinarySearch(r.missing, result.Code); ok {
		r.missing = slices.Delete(r.missing, i, i+1)
	}
	line := &Flag{
		Code: result.Code, Country: result.Country, Status: status,
		Bytes: result.Size, SHA256: result.SHA256, URL: result.URL,
		Attempts: result.Attempts, Duration: Seconds(result.Elapsed),
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
func (r *Writer) write(line any) error { return r.out.Encode(line) }

// End writes what is left to say: the flags that were not done, and the
// summary, made when the sum of bytes is known.
func (r *Writer) End(summary func(bytes int64) any) {
	if r == nil {
		return
	}
	for _, c := range r.missing {
		r.write(&Flag{Code: c, Status: NotDone, URL: r.site.ShownImageURL(c)})
	}
	r.write(map[string]any{"summary": summary(r.bytes)})
}
