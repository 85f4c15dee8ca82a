package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"getflags/flags"
	"getflags/flags/mirror"
	"getflags/internal/bom"
)

// line is a line that --json writes: a beginning, a record or a summary.
type line struct {
	Begin *beginning `json:"begin"`
	*record
	Summary *struct {
		Asked int `json:"asked"`
	} `json:"summary"`
}

// past is what the records of earlier runs tell, one after the other: the last
// word about each flag counts.
type past struct {
	command string // that reads it
	last    map[flags.Code]record
	begun   *beginning // of the run that is being read
	unasked int        // flags of the run that is being read, if it has no beginning
	known   bool       // what some run was asked for
}

// readPast reads a file that the command wrote with --json. "-" is standard
// input. It may be a pipe, or a terminal, whose other end keeps silent, and
// nothing wakes a read of those. So a goroutine reads: when ctx ends, readPast
// returns without it, and it ends with its read, or with the program.
func readPast(ctx context.Context, command, name string, stdin io.Reader) (*past, error) {
	done := make(chan struct{})
	var read *past
	var failed error
	go func() {
		defer close(done)
		read, failed = readAllPast(command, name, stdin)
	}()
	select {
	case <-done:
		return read, failed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func readAllPast(command, name string, stdin io.Reader) (*past, error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	p, err := parsePast(command, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// maxLine is more than any line that --json writes, in bytes.
const maxLine = 64 << 20

// parsePast reads records. The last line may be cut off, by a kill or a full
// disk; what it was about is then not done.
func parsePast(command string, in io.Reader) (*past, error) {
	p := &past{command: command, last: map[flags.Code]record{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	lines.Split(scanWithNewline)
	n := 0
	for lines.Scan() {
		n++
		text, err := bom.Skip(lines.Bytes()) // of any file that was appended
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		l, err := readLine(afterCut(text))
		if err != nil && !bytes.HasSuffix(text, []byte("\n")) {
			break
		}
		if err == nil {
			err = p.take(l)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("is not what --json writes: has more than the %d bytes that are read of a line; want an object per flag, each on a line of its own", maxLine)
	}
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	if n == 0 {
		return nil, errors.New("is empty: its run ended before it knew what to do; do that again")
	}
	if p.unasked > 0 || !p.known {
		return nil, errNoBeginning
	}
	return p, nil
}

// errNoBeginning is a record that does not say what is missing in it.
var errNoBeginning = errors.New("does not say what was asked for, and does not tell of all of it: " +
	"it is of an older version, or not whole; run without --retry-failed again")

// scanWithNewline is [bufio.ScanLines] but for the line's end, which shows
// that the line is whole.
func scanWithNewline(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// afterCut is a line without what stands before a beginning: the last line of
// an earlier run, cut off, to which the next was appended. Within a string the
// quotation marks would have backslashes.
func afterCut(text []byte) []byte {
	return text[max(0, bytes.LastIndex(text, []byte(`{"begin":`))):]
}

// take notes a line.
func (p *past) take(l line) error {
	switch {
	case l.Begin != nil:
		return p.begin(l.Begin)
	case l.Summary != nil:
		if p.begun == nil && p.unasked != l.Summary.Asked {
			return errNoBeginning
		}
		p.begun, p.unasked, p.known = nil, 0, true
		return nil
	case p.begun == nil:
		p.unasked++
	case p.begun.DryRun && isUpdate(l.Status):
		l.Status = notDone
	}
	p.last[l.Code] = *l.record
	return nil
}

// begin notes what a run was asked for. None of it is done until it says so.
func (p *past) begin(b *beginning) error {
	if p.unasked > 0 {
		return errNoBeginning
	}
	if b.Command != p.command {
		return fmt.Errorf("is the record of a %s: want that of a %s", b.Command, p.command)
	}
	for _, k := range b.Kept {
		p.last[k.Code] = record{Code: k.Code, Country: k.Country, Status: downloaded, File: k.File, SHA256: k.SHA256}
	}
	for _, c := range b.Asked {
		p.last[c] = record{Code: c, Status: notDone}
	}
	p.begun, p.known = b, true
	return nil
}

// isUpdate reports whether a status is that of a flag that a mirror fetched,
// or, in a dry run, would have.
func isUpdate(status string) bool {
	return slices.Contains([]string{mirror.New.String(), mirror.Changed.String(), mirror.Repaired.String()}, status)
}

// unfinished are the flags that failed or were not done, sorted.
func (p *past) unfinished() (codes []flags.Code) {
	for _, c := range slices.Sorted(maps.Keys(p.last)) {
		if status := p.last[c].Status; status == failed || status == notDone {
			codes = append(codes, c)
		}
	}
	return codes
}

// kept are the flags that are done, sorted by code.
func (p *past) kept() (all []keptRecord) {
	for _, c := range slices.Sorted(maps.Keys(p.last)) {
		if r := p.last[c]; r.Status == downloaded || r.Status == renamed {
			all = append(all, keptRecord{r.Code, r.Country, r.File, r.SHA256})
		}
	}
	return all
}

// keptIn are those of them that are in a directory, by the record.
func keptIn(dir string, all []keptRecord) (kept []flags.Kept) {
	base, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	for _, k := range all {
		file, err := filepath.Abs(k.File)
		if err != nil || k.File == "" {
			continue
		}
		if name, err := filepath.Rel(base, file); err == nil && filepath.IsLocal(name) {
			kept = append(kept, flags.Kept{Code: k.Code, Country: k.Country, File: filepath.ToSlash(name), SHA256: k.SHA256})
		}
	}
	return kept
}

// statuses are all that --json writes.
func statuses() []string {
	all := []string{downloaded, notDone, renamed}
	for s := mirror.Same; s <= mirror.Failed; s++ {
		all = append(all, s.String())
	}
	return all
}

// readLine reads a line that --json wrote; whatever else it is, is an error.
func readLine(data []byte) (line, error) {
	l := line{record: &record{}}
	if err := json.Unmarshal(data, &l); err != nil {
		return line{}, fmt.Errorf("is not what --json writes: %w", err)
	}
	var err error
	switch {
	case l.Begin != nil:
		err = l.Begin.validate()
	case l.Summary != nil:
	case !isCode(l.Code):
		err = errors.New("is not what --json writes: want an object with a code such as BR")
	case !slices.Contains(statuses(), l.Status):
		err = fmt.Errorf("is not what --json writes: unknown status %q", l.Status)
	}
	return l, err
}

func (b *beginning) validate() error {
	switch {
	case b.Version > recordVersion:
		return fmt.Errorf("is of a newer version of this program (its form is %d, and %d the newest known here): use that", b.Version, recordVersion)
	case b.Version < 1:
		return fmt.Errorf("is not what --json writes: no form has version %d", b.Version)
	case slices.ContainsFunc(b.Asked, func(c flags.Code) bool { return !isCode(c) }),
		slices.ContainsFunc(b.Kept, func(k keptRecord) bool { return !isCode(k.Code) }):
		return errors.New("is not what --json writes: want codes such as BR")
	}
	return nil
}

func isCode(c flags.Code) bool {
	codes, err := flags.ParseCodes(string(c))
	return err == nil && len(codes) == 1 && codes[0] == c
}
