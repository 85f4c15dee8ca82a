//go:build !unix

package mirror

// ready is of use on other systems only.
const ready = 0
