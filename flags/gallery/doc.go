// Package gallery makes a contact sheet of flags: one HTML page that needs
// nothing else, with a picture of each flag, its country and code, a search
// box, and, where flags have changed, what they were before.
//
// Start at [Scan], which finds the flags in a directory, and [Sheet.Encode].
// Names and pictures may come from anywhere: they are escaped, pictures are
// shown as nothing but pictures, and the page's policy (CSP) lets no script
// run but its own.
package gallery
