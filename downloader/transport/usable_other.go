//go:build !unix

package transport

// usable reports whether an idle connection can be used again. Here it takes
// the next request to find out.
func (c *conn) usable() bool { return true }
