//go:build !linux

package downloader

import (
	"errors"
	"os"
)

// create writes a new file at the top of the directory. An error of close is
// an error of the file: some file systems tell only then that the disk is full.
func (d *Dir) create(name string, data []byte) error {
	out, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return errors.Join(err, out.Close())
}

// renameNew is of use on other systems only.
func (d *Dir) renameNew(from, to string) error { return errors.ErrUnsupported }
