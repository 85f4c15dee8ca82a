// Package tcp answers character queries at a prompt, to people with telnet or
// nc. Start at [Server].
//
// The protocol is lines of UTF-8. The server writes the prompt "?> "; the
// client sends a query, ended by a newline, by carriage return and newline, or
// by carriage return and NUL; the server answers with the lines of
// [charindex.Set.Report], each ended by carriage return and newline, and prompts
// again. A blank line is prompted again, and a line without valid UTF-8 finds
// nothing. End of file ends the session, and so does a control character other
// than tab and carriage return, at once, be it a byte or telnet's command for
// one: Ctrl-C in telnet sends that. Telnet's other commands are skipped, and
// the options it offers stay off (RFC 854).
//
// What clients send is hostile. Lines, clients, the time for a query and the
// time to take an answer are all bounded, see [Limits], and an answer is
// written as the client takes it: what waits for a client is a few kilobytes,
// however long its answer.
package tcp
