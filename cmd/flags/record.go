package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"getflags/flags"
	"getflags/flags/mirror"
	"getflags/internal/redact"
	"getflags/internal/visible"
)

// The statuses of a download's records.
const (
	downloaded = "downloaded"
	notFound   = "not found"
	failed     = "error"
	notDone    = "not done" // the run ended before it
)

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

// line is a line that --json writes: a record or a summary.
type line struct {
	*record
	Summary json.RawMessage `json:"summary"`
}

// recorder writes a run's records, and knows which flags still lack one. It
// is nil without --json; its methods do nothing then.
type recorder struct {
	out     *json.Encoder
	dir     string
	site    flags.Site
	missing []flags.Code
	bytes   int64
	err     error // the first of writing
}

func newRecorder(out io.Writer, dir string, site flags.Site, codes []flags.Code) *recorder {
	encoder := json.NewEncoder(visible.JSONWriter(out))
	encoder.SetEscapeHTML(false)
	return &recorder{out: encoder, dir: dir, site: site, missing: slices.Clone(codes)}
}

func (r *recorder) add(result flags.Result, status string) {
	if r == nil {
		return
	}
	i, _ := slices.BinarySearch(r.missing, result.Code)
	r.missing = slices.Delete(r.missing, i, i+1)
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

func (r *recorder) write(line any) {
	if r.err == nil {
		r.err = r.out.Encode(line)
	}
}

// end writes what is left to say: the flags that were not done, and the
// summary, made when the sum of bytes is known. It returns an error if
// anything could not be written.
func (r *recorder) end(summary func(bytes int64) any) error {
	if r == nil {
		return nil
	}
	for _, c := range r.missing {
		r.write(&record{Code: c, Status: notDone, URL: r.site.ShownImageURL(c)})
	}
	r.write(map[string]any{"summary": summary(r.bytes)})
	if r.err != nil {
		return fmt.Errorf("standard output: %w", r.err)
	}
	return nil
}

// seconds are rounded to microseconds: more digits say nothing.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }

// readFailed returns the codes that a file written with --json names and whose
// last record says that they failed or were not done, and whether the run that
// wrote it came to its end. "-" is standard input.
func readFailed(name string, stdin io.Reader) (codes []flags.Code, ended bool, err error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, false, err
		}
		defer f.Close()
		in = f
	}
	codes, ended, err = failedIn(in)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	return codes, ended, nil
}

func failedIn(in io.Reader) (codes []flags.Code, ended bool, err error) {
	last := map[flags.Code]string{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		l, err := readLine(lines.Bytes())
		if err != nil {
			return nil, false, fmt.Errorf("line %d: %w", n, err)
		}
		ended = l.Summary != nil
		if !ended {
			last[l.Code] = l.Status
		}
	}
	if err := lines.Err(); err != nil {
		return nil, false, fmt.Errorf("line %d: %w", n+1, err)
	}
	if n == 0 {
		return nil, false, errors.New("is empty")
	}
	for c, status := range last {
		if status == failed || status == notDone {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	return codes, ended, nil
}

// statuses are all that --json writes.
func statuses() []string {
	all := []string{downloaded, notDone}
	for s := mirror.Same; s <= mirror.Failed; s++ {
		all = append(all, s.String())
	}
	return all
}

// readLine reads a record or a summary; whatever else it is, is an error.
func readLine(data []byte) (line, error) {
	l := line{record: &record{}}
	if err := json.Unmarshal(data, &l); err != nil {
		return line{}, fmt.Errorf("is not what --json writes: %w", err)
	}
	if l.Summary != nil {
		return l, nil
	}
	if codes, err := flags.ParseCodes(string(l.Code)); err != nil || len(codes) != 1 || codes[0] != l.Code {
		return line{}, errors.New("is not what --json writes: want an object with a code such as BR")
	}
	if !slices.Contains(statuses(), l.Status) {
		return line{}, fmt.Errorf("is not what --json writes: unknown status %q", l.Status)
	}
	return l, nil
}
