//go:build !linux

package wholefile

import (
	"errors"
	"os"
)

// write writes a new file of a temporary name. An error of close is an error of
// the file: some file systems tell only then that the disk is full.
func (d *Dir) write(temp string, data []byte) error {
	out, err := d.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return errors.Join(err, out.Close())
}

// renameNew is of use on Linux only.
func (d *Dir) renameNew(from, to string) error { return errors.ErrUnsupported }
