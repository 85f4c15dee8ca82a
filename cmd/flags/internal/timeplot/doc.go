// Package timeplot draws how the time of a run depends on m, the requests that
// may be open at once: [Chart] for a terminal, [Plot] as a picture. What is drawn
// last is on top.
package timeplot
