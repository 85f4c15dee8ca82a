package wholefile

import (
	"errors"
	"io/fs"
	"os"
)

// A Draft is the next version of a file at the top of a [Tree]. Room for it can
// be taken before it is known, so that on a full disk it is not the file which
// has to tell of the others that finds none. Its errors name the file. It is for
// one goroutine at a time.
type Draft struct {
	tree *Tree
	name string
	temp string
	file *os.File // nil until it is begun
	size int64
}

// Draft is a draft of a file. It takes nothing until it is used.
func (t *Tree) Draft(name string) *Draft { return &Draft{tree: t, name: name} }

// begin makes the draft's file, with the mode of the one it is to replace.
func (d *Draft) begin() error {
	if d.file != nil {
		return nil
	}
	old, err := d.replaced()
	if err != nil {
		return err
	}
	temp := d.tree.rules.Temps.New("-")
	file, err := d.tree.create(temp, old)
	if err == nil {
		d.temp, d.file = temp, file
	}
	return err
}

// replaced is the file that has the draft's name, or nil. One that is read-only
// is replaced all the same: to read it is all that anybody is meant to do.
func (d *Draft) replaced() (fs.FileInfo, error) {
	old, err := d.tree.dir.Lstat(d.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = d.tree.dir.mayReplace(old)
	}
	if errors.Is(err, errReadOnly) {
		err = nil
	}
	return old, err
}

// Reserve takes room for so many bytes. They are written, as that is what all
// file systems know; on those that never overwrite, such as Btrfs, it is no
// promise.
func (d *Draft) Reserve(size int64) error {
	err := d.begin()
	if err == nil {
		var n int
		n, err = d.file.WriteAt(make([]byte, max(0, size-d.size)), d.size)
		d.size += int64(n)
	}
	return Named(d.name, err)
}

// Fill writes the content, after which nothing but the name is wanting.
func (d *Draft) Fill(data []byte) error {
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
	return Named(d.name, err)
}

// Place gives the draft its name.
func (d *Draft) Place() error {
	if err := d.tree.dir.Rename(d.temp, d.name); err != nil {
		return Named(d.name, err)
	}
	d.temp = ""
	return nil
}

// Discard removes the draft, unless it has its name.
func (d *Draft) Discard() {
	if d.file != nil {
		d.file.Close() // of no use now
		d.file = nil
	}
	if d.temp != "" {
		d.tree.later(d.temp, d.tree.dir.Remove(d.temp))
		d.temp = ""
	}
	d.size = 0
}

// Replace puts a file at the top of the tree, if it is not the same.
func (t *Tree) Replace(name string, data []byte) error {
	if Holds(t.dir.Root, name, data) {
		return nil
	}
	d := t.Draft(name)
	defer d.Discard()
	if err := d.Fill(data); err != nil {
		return err
	}
	return d.Place()
}
