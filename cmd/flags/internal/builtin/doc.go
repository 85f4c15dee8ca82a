// Package builtin runs the servers that the program brings along, and ends
// them.
//
// A run that downloads from LOCAL, DELAY or ERROR has its server inside the
// process: see [Start]. Where another server has the port already, that one is
// used. 'flags serve' runs all three until it is interrupted: see [Open]. A
// bench that measures whole programs has 'flags serve' run in a process of its
// own: see [StartSiteProcess].
package builtin
