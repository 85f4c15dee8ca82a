// Package wholefile reads, locks and replaces files in directories that others
// write to as well: file managers, other programs, whoever means harm.
//
// A [Store] is a directory that several processes put files into. Each file is
// written under a temporary name and renamed, so that it is there whole or not
// at all.
//
// [Open] and [Read] never wait and never follow a link from the name they are
// given: what is no regular file is a [*KindError], and what is larger than
// the reader has room for a [*LimitError]. [Dir.Lock] keeps two runs from
// working in one directory. [Keep] gives a file the mode of the one that it
// replaces.
//
// File systems differ in what they can do. Each function says what it needs;
// [Refused] tells an error that says "not here" from one that says "not now".
package wholefile
