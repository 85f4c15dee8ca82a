package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"getflags/cmd/blogdom/domain"
)

// source turns words into names: first the words of the command line, then those
// of a file. Without either, it uses Python's keywords. It is used once.
type source struct {
	tld     string
	words   []string
	file    *wordFile // or nil
	longest int       // in letters; 0 for any length
	recent  recent

	// These are valid once all names have been read.
	tooLong, repeated int
	err               error
}

func newSource(o *options, stdin io.Reader) *source {
	s := &source{tld: o.tld, words: o.args, recent: recent{room: 1 << 14}}
	if o.filter {
		s.longest = o.maxLen.N
	}
	if o.wordsFile != "" {
		s.file = &wordFile{name: o.wordsFile, stdin: stdin}
	}
	if s.file == nil && len(s.words) == 0 {
		tooLong := func(word string) bool { return len(word) > o.maxLen.N }
		s.words = slices.DeleteFunc(keywords(), tooLong)
	}
	return s
}

// names yields a name for each word that is neither too long nor a repetition,
// until ctx ends.
func (s *source) names(ctx context.Context) iter.Seq[string] {
	return func(yield func(string) bool) {
		for word := range s.all(ctx) {
			name := under(s.tld, word)
			switch {
			case s.longest > 0 && letters(word) > s.longest:
				s.tooLong++
			case s.recent.had(spelling(name)):
				s.repeated++
			case !yield(name):
				return
			}
		}
	}
}

func (s *source) all(ctx context.Context) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, word := range s.words {
			if !yield(word) {
				return
			}
		}
		if s.file != nil {
			s.err = s.file.each(ctx, yield)
		}
	}
}

// empty says why there was nothing to probe.
func (s *source) empty() error {
	switch {
	case s.tooLong > 0:
		return fmt.Errorf("nothing to probe: all words are longer than --max-len %d", s.longest)
	case s.file != nil:
		return fmt.Errorf("nothing to probe: no words in %s", s.file)
	}
	return fmt.Errorf("nothing to probe: no keyword is that short")
}

// under puts a word under tld, except a word with a dot in it, which is a
// whole name.
func under(tld, word string) string {
	if strings.ContainsAny(word, domain.Dots) {
		return word
	}
	return word + "." + tld
}

// letters counts the letters of a word's first label.
func letters(word string) int {
	if dot := strings.IndexAny(word, domain.Dots); dot >= 0 {
		word = word[:dot]
	}
	return utf8.RuneCountInString(word)
}

// spelling returns the same text for every way to write a name.
func spelling(name string) string {
	if ascii, err := domain.ToASCII(name); err == nil {
		return ascii
	}
	return name
}

// topLevel returns the domain to put words under, without a dot before or after
// it.
func topLevel(text string) (string, error) {
	tld := strings.TrimSuffix(strings.TrimPrefix(text, "."), ".")
	_, err := domain.ToASCII(tld)
	return tld, err
}

// recent remembers at least the last room different names, and at most twice as
// many, so that memory does not grow with the file.
type recent struct {
	room       int
	young, old map[string]bool
}

// had reports whether name was remembered already, and remembers it.
func (r *recent) had(name string) bool {
	if r.young[name] {
		return true
	}
	if r.young == nil || len(r.young) == r.room {
		r.young, r.old = map[string]bool{}, r.young
	}
	r.young[name] = true
	return r.old[name]
}
