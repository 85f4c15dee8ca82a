// Package charindex finds Unicode characters by the words of their names:
// "cat face" finds 😸 GRINNING CAT FACE WITH SMILING EYES and nine more.
//
// Start at [Search] for one question, which reads all names once and keeps
// nothing, or at [New] for many: it builds an inverted index, from each word
// to the characters bearing it, and [Index.Search] intersects. Both answer
// with a [Set], sorted by code point, and give the same answers.
//
// Names are those of the Unicode Character Database in the version
// [UnicodeVersion], and where the database lists only the ends of a range
// (CJK and Tangut ideographs, Hangul syllables) those that the rules of the
// Unicode Standard, section 4.8, derive. Control characters, surrogates,
// private-use and unassigned code points have no name and are never found.
//
// Nothing here can fail, and everything is safe for concurrent use.
package charindex
