// Package gallery makes a contact sheet of flags: one self-contained HTML page
// with a picture of each flag, its country and code, a search box, and the
// earlier pictures of flags that have changed.
//
// Start with [Scan], which finds the flags in a directory, and [Sheet.Encode].
// Names and pictures may come from untrusted sources: names are escaped,
// pictures are shown only as pictures, and the page's policy (CSP) allows no
// script except its own.
package gallery
