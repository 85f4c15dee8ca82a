// Package visible shows text that came from elsewhere — a server, a name
// server, a directory, a file of words — so that a reader sees all of it, and
// neither a terminal nor a page obeys any of it.
//
// [Text] is for people: in it the escape character is the four letters \x1b,
// and a right-to-left override the six letters \u202e. [Replace] is for names
// of files, and [JSON] for records, which stay what they are to a program.
// [Writer] and [JSONWriter] do the same for logs and encoders.
//
// What is not seen by itself: control and format characters (Unicode's Cc and
// Cf, bidirectional controls and tags among them), ends of lines and of
// paragraphs, surrogates, private-use and unassigned code points, bytes that
// are no UTF-8, and letters, marks and symbols that nothing is drawn for, such
// as U+3164 HANGUL FILLER, U+034F COMBINING GRAPHEME JOINER, or U+2800 BRAILLE
// PATTERN BLANK. Some of these are part of how words are spelled, and stay
// where they are: the joiners in Sinhala, Malayalam or Persian words, variation
// selectors behind the ideographs and symbols they are made for, and the joiner
// in an emoji of several. See [Unicode Standard Annex 31], section 2.3, and
// RFC 5892, appendix A.
//
// All functions are safe for concurrent use.
//
// [Unicode Standard Annex 31]: https://www.unicode.org/reports/tr31/
package visible
