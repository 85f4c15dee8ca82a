package record

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"getflags/flags"
	"getflags/internal/bom"
)

// A Past is what the records of earlier runs tell, one after the other: the last
// word about each flag counts.
type Past struct {
	command Command // that reads it
	last    map[flags.Code]Flag
	begun   *Begin // of the run that is being read
	unasked int    // flags of the run that is being read, if it has no beginning
	known   bool   // what some run was asked for
}

// Read reads a file that the command wrote with --json. "-" is standard
// input. It may be a pipe, or a terminal, whose other end keeps silent, and
// nothing wakes a read of those. So a goroutine reads: when ctx ends, Read
// returns without it, and it ends with its read, or with the program.
func Read(ctx context.Context, command Command, name string, stdin io.Reader) (*Past, error) {
	done := make(chan struct{})
	var read *Past
	var failed error
	go func() {
		defer close(done)
		read, failed = readAll(command, name, stdin)
	}()
	select {
	case <-done:
		return read, failed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func readAll(command Command, name string, stdin io.Reader) (*Past, error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	p, err := parse(command, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// maxLine is more than any line that --json writes, in bytes.
const maxLine = 64 << 20

// parse reads records. The last line may be cut off, by a kill or a full
// disk; what it was about is then not done.
func parse(command Command, in io.Reader) (*Past, error) {
	p := &Past{command: command, last: map[flags.Code]Flag{}}
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
func (p *Past) take(l line) error {
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
	case p.begun.DryRun && slices.Contains(updates(), l.Status):
		l.Status = NotDone
	}
	p.last[l.Code] = *l.Flag
	return nil
}

// begin notes what a run was asked for. None of it is done until it says so.
func (p *Past) begin(b *Begin) error {
	if p.unasked > 0 {
		return errNoBeginning
	}
	if b.Command != p.command {
		return fmt.Errorf("is the record of a %s: want that of a %s", b.Command, p.command)
	}
	for _, k := range b.Kept {
		p.last[k.Code] = Flag{Code: k.Code, Country: k.Country, Status: Downloaded, File: k.File, SHA256: k.SHA256}
	}
	for _, c := range b.Asked {
		p.last[c] = Flag{Code: c, Status: NotDone}
	}
	p.begun, p.known = b, true
	return nil
}

// Unfinished are the flags that failed or were not done, sorted.
func (p *Past) Unfinished() (codes []flags.Code) {
	for _, c := range slices.Sorted(maps.Keys(p.last)) {
		if status := p.last[c].Status; status == Failed || status == NotDone {
			codes = append(codes, c)
		}
	}
	return codes
}

// Kept are the flags that are done, sorted by code.
func (p *Past) Kept() (all []Kept) {
	for _, c := range slices.Sorted(maps.Keys(p.last)) {
		if r := p.last[c]; r.Status == Downloaded || r.Status == Renamed {
			all = append(all, Kept{r.Code, r.Country, r.File, r.SHA256})
		}
	}
	return all
}

// KeptIn are those of them that are in a directory, by the record.
func KeptIn(dir string, all []Kept) (kept []flags.Kept) {
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
