package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"getflags/internal/bom"
)

// maxLine is longer than any domain name, in bytes.
const maxLine = 1024

// wordFile is a file of words, one a line, or standard input for the name -.
// Space around a word, empty lines, and lines that begin with # are ignored.
type wordFile struct {
	name  string
	stdin io.Reader
}

func (f *wordFile) String() string {
	if f.name == "-" {
		return "standard input"
	}
	return f.name
}

// line is a word, or the error that ended the words.
type line struct {
	word string
	err  error
}

// each yields the words as they are read, until the end, an error, or the end
// of ctx. A terminal or a silent pipe can block a read forever, so a goroutine
// reads. When ctx ends, each returns without waiting for it; the goroutine ends
// with its read, or with the program.
func (f *wordFile) each(ctx context.Context, yield func(string) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan line)
	go f.send(ctx, lines)
	for {
		select {
		case l, more := <-lines:
			if !more || l.err != nil {
				return l.err
			}
			if !yield(l.word) {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// send sends the words of the file to lines, then closes it.
func (f *wordFile) send(ctx context.Context, lines chan<- line) {
	defer close(lines)
	send := func(l line) bool {
		select {
		case lines <- l:
			return true
		case <-ctx.Done():
			return false
		}
	}
	if err := f.scan(func(word string) bool { return send(line{word: word}) }); err != nil {
		send(line{err: err})
	}
}

func (f *wordFile) scan(yield func(string) bool) error {
	if f.name == "-" {
		return scan(f.stdin, yield)
	}
	file, err := os.Open(f.name)
	if err != nil {
		return err
	}
	defer file.Close() // it was only read
	err = scan(file, yield)
	var other *bom.Error
	if errors.As(err, &other) { // other errors name the file
		err = fmt.Errorf("%s: %w", f.name, err)
	}
	return err
}

// scan yields the words of r in bounded memory. It cuts a line longer than
// maxLine and appends an ellipsis. No domain name has one, so the prober refuses
// the word.
func scan(r io.Reader, yield func(string) bool) error {
	b := bufio.NewReaderSize(r, 16*maxLine)
	for first := true; ; first = false {
		text, err := b.ReadSlice('\n')
		if first {
			var other error
			if text, other = bom.Skip(text); other != nil {
				return other
			}
		}
		cut := errors.Is(err, bufio.ErrBufferFull)
		word := clean(text, cut)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = b.ReadSlice('\n')
		}
		if word != "" && !yield(word) || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// clean returns the word on a line, or "" if there is none.
func clean(text []byte, cut bool) string {
	text = bytes.TrimSpace(text)
	switch {
	case bytes.HasPrefix(text, []byte("#")):
		return ""
	case cut, len(text) > maxLine:
		return string(text[:min(len(text), maxLine)]) + "…"
	}
	return string(text)
}
