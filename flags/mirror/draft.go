package mirror

import (
	"errors"
	"io/fs"
	"os"

	"getflags/internal/wholefile"
)

// A draft is the next version of a file at the top of the directory. Room for
// it can be taken before it is known, so that on a full disk it is not the
// manifest, which has to tell of what is there, that finds none.
type draft struct {
	store *store
	name  string
	temp  string
	file  *os.File // nil until it is begun
	size  int64
}

func (s *store) draft(name string) *draft { return &draft{store: s, name: name} }

// begin makes the draft's file, with the mode of the one it is to replace.
func (d *draft) begin() error {
	if d.file != nil {
		return nil
	}
	old, err := d.store.root.Lstat(d.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		old = nil
	case err != nil:
		return err
	default:
		if err := mayReplace(d.store.dir, old); err != nil && !errors.Is(err, errReadOnly) {
			return err
		}
	}
	temp := tempName("")
	file, err := d.store.create(temp, old)
	if err == nil {
		d.temp, d.file = temp, file
	}
	return err
}

// reserve takes room for so many bytes. They are written, as that is what all
// file systems know; on those that never overwrite, such as Btrfs, it is no
// promise.
func (d *draft) reserve(size int64) error {
	if err := d.begin(); err != nil {
		return fileError(d.name, err)
	}
	n, err := d.file.WriteAt(make([]byte, max(0, size-d.size)), d.size)
	d.size += int64(n)
	if err != nil {
		return fileError(d.name, err)
	}
	return nil
}

// fill writes the content, after which nothing but the name is wanting.
func (d *draft) fill(data []byte) error {
	err := d.begin()
	if err == nil {
		_, err = d.file.WriteAt(data, 0)
	}
	if err == nil {
		err = d.file.Truncate(int64(len(data)))
	}
	if err == nil {
		err = d.file.Close()
		d.file = nil
	}
	if err != nil {
		return fileError(d.name, err)
	}
	return nil
}

// place gives the draft its name.
func (d *draft) place() error {
	if err := d.store.root.Rename(d.temp, d.name); err != nil {
		return fileError(d.name, err)
	}
	d.temp = ""
	return nil
}

// discard removes the draft, unless it has its name.
func (d *draft) discard() {
	if d.file != nil {
		d.file.Close() // of no use now
		d.file = nil
	}
	if d.temp != "" {
		d.store.later(d.temp, d.store.root.Remove(d.temp))
		d.temp = ""
	}
	d.size = 0
}

// replace puts a file at the top of the directory, if it is not the same.
func (s *store) replace(name string, data []byte) error {
	if s.holds(name, data) {
		return nil
	}
	d := s.draft(name)
	defer d.discard()
	if err := d.fill(data); err != nil {
		return err
	}
	return d.place()
}

// holds reports whether a file has exactly this content.
func (s *store) holds(name string, data []byte) bool {
	old, err := wholefile.Read(s.root, name, int64(len(data)))
	return err == nil && string(old) == string(data)
}
