//go:build !linux

package wholefile

// Holder is the process that has the directory locked, or 0 as here, where the
// system does not tell.
func (d *Dir) Holder() int { return 0 }
