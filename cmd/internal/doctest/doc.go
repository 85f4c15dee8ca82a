// Package doctest runs the commands that pages of documentation show and compares
// what they print with what the pages say. It is for tests.
//
// A page is Markdown. Its fenced blocks say with their first word what they are:
//
//	console       lines after "$ " are commands, and what follows them is what they
//	              print, on standard output and standard error together
//	sh            every line is a command, which has to end with exit code 0
//	go            an excerpt of a file that is compiled; see [Excerpts]
//	anything else is not looked at
//
// and with more words how they are run:
//
//	no-run: WHY   not at all, and why
//	long          not under -short
//	needs:PROG    only where PROG is installed
//	figures       every number may be another one; without it, only durations
//	unordered     lines may come in another order
//	file=NAME     a file, which is there for the commands behind it
//
// In what a command prints, "…" stands for any text, and on a line of its own for
// any lines. Runs of spaces are alike.
//
// The commands of a page run in one shell, in a directory of their own. Where the
// system allows it, the shell has a network of its own, too: it has the ports of
// localhost to itself and reaches nobody else.
package doctest
