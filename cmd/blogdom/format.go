package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"getflags/cmd/blogdom/domain"
	"getflags/internal/visible"
)

// lines is the book's blogdom: a line per name. The summary goes to standard
// error, so that standard output has nothing but names.
type lines struct{ out, errs io.Writer }

func newLines(out, errs io.Writer) printer { return lines{out, errs} }

func (p lines) result(r domain.Result) error {
	name := visible.Text(r.Domain)
	switch {
	case r.Err != nil:
		return printLine(p.out, "? "+r.Err.Error())
	case r.Found():
		return printLine(p.out, "+ "+name)
	case r.Exists:
		return printLine(p.out, "· "+name)
	}
	return printLine(p.out, "  "+name)
}

func (p lines) summary(s summary) error {
	for _, zone := range s.Wildcards {
		note := "note: every name under " + visible.Text(zone) + " exists, by a wildcard or by a resolver that makes answers up"
		if err := printLine(p.errs, note); err != nil {
			return err
		}
	}
	return printLine(p.errs, s.String())
}

// columns is the table of the book's domaincheck.
type columns struct {
	lines
	headed bool
}

func newColumns(out, errs io.Writer) printer { return &columns{lines: lines{out, errs}} }

func (p *columns) result(r domain.Result) error {
	if !p.headed {
		p.headed = true
		if err := printLine(p.out, "FOUND\t\tNOT FOUND\n=====\t\t========="); err != nil {
			return err
		}
	}
	name := visible.Text(r.Domain)
	switch {
	case r.Err != nil:
		return printLine(p.out, "? "+r.Err.Error())
	case r.Found():
		return printLine(p.out, name)
	case r.Exists:
		return printLine(p.out, "· "+name)
	}
	return printLine(p.out, "\t\t"+name)
}

// jsonLines writes an object a line, and a last one with the summary.
type jsonLines struct{ encoder *json.Encoder }

func newJSON(out, _ io.Writer) printer {
	encoder := json.NewEncoder(visible.JSONWriter(out))
	encoder.SetEscapeHTML(false)
	return jsonLines{encoder}
}

// record is a result in JSON.
type record struct {
	Domain    string       `json:"domain"`
	ASCII     string       `json:"ascii,omitempty"` // where it differs
	Found     *bool        `json:"found"`           // null: not known
	Exists    *bool        `json:"exists"`          // with an address or without; null: not known
	Addresses []netip.Addr `json:"addresses,omitempty"`
	Error     string       `json:"error,omitempty"`
	Elapsed   float64      `json:"elapsed"` // in seconds
}

func (p jsonLines) result(r domain.Result) error {
	rec := record{Domain: r.Domain, Addresses: r.Addrs, Elapsed: seconds(r.Elapsed)}
	if r.ASCII != r.Domain {
		rec.ASCII = r.ASCII
	}
	if r.Err == nil {
		found := r.Found()
		rec.Found, rec.Exists = &found, &r.Exists
	}
	var failed *domain.Error
	if errors.As(r.Err, &failed) {
		rec.Error = failed.Reason
	}
	return p.encoder.Encode(rec)
}

func (p jsonLines) summary(s summary) error {
	return p.encoder.Encode(struct {
		Summary summary `json:"summary"`
	}{s})
}

func printLine(w io.Writer, line string) error {
	_, err := fmt.Fprintln(w, line)
	return err
}

// String is the summary as people read it.
func (s summary) String() string {
	text := fmt.Sprintf("%s: %d found", count(s.Names, "name"), s.Found)
	if s.NoAddress > 0 {
		text += fmt.Sprintf(", %d without an address", s.NoAddress)
	}
	text += fmt.Sprintf(", %d not found", s.NotFound)
	if s.Errors > 0 {
		text += ", " + count(s.Errors, "error")
	}
	if s.TooLong > 0 {
		text += fmt.Sprintf("; %d too long", s.TooLong)
	}
	if s.Repeated > 0 {
		text += fmt.Sprintf("; %d repeated", s.Repeated)
	}
	return text + fmt.Sprintf("; elapsed time: %.2fs", s.Elapsed)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
