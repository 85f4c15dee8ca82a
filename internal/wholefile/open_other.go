//go:build !unix

package wholefile

// withoutWaiting is of use on other systems only.
const withoutWaiting = 0
