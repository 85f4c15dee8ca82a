//go:build !windows

package wholefile

// Claim is [Dir.Lock] by one alone. Where directories cannot be locked, as on
// Windows, a file in it is, but not here.
func (d *Dir) Claim(file string) error { return d.Lock(Exclusive) }
