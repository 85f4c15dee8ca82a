//go:build !unix

package downloader

// ready is of use on other systems only.
const ready = 0
