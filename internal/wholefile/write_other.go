//go:build !linux

package wholefile

import (
	"errors"
	"os"
)

// write writes a new file of a temporary name.
func (d *Dir) write(temp string, data []byte) error {
	out, err := d.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	return fill(out, data)
}

// renameNew is of use on Linux only.
func (d *Dir) renameNew(from, to string) error { return errors.ErrUnsupported }

// exchange is of use on Linux only.
func (d *Dir) exchange(a, b string) error { return errors.ErrUnsupported }
