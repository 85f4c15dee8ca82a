package wholefile

import "golang.org/x/sys/unix"

// A temporary name is ours and has no directory in it: there is nothing for an
// os.Root to guard against. To create a file through it takes twice the system
// calls, and most of a file's cost are these.

// write writes a new file of a temporary name, as fill does.
func (d *Dir) write(temp string, data []byte) error {
	var fd int
	err := uninterrupted(func() (err error) {
		fd, err = unix.Openat(int(d.self.Fd()), temp, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o666)
		return err
	})
	if err != nil {
		return err
	}
	err = writeAll(fd, data)
	if closed := unix.Close(fd); err == nil && closed != unix.EINTR { // then it is closed too
		err = closed
	}
	return err
}

func writeAll(fd int, data []byte) error {
	for len(data) > 0 {
		err := uninterrupted(func() error {
			n, err := unix.Write(fd, data)
			data = data[max(n, 0):]
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// renameNew renames what is in the directory itself, but replaces nothing.
func (d *Dir) renameNew(from, to string) error { return d.rename(from, to, unix.RENAME_NOREPLACE) }

// exchange lets two names in the directory change places in one step. Not every
// file system can.
func (d *Dir) exchange(a, b string) error { return d.rename(a, b, unix.RENAME_EXCHANGE) }

func (d *Dir) rename(from, to string, how uint) error {
	self := int(d.self.Fd())
	return uninterrupted(func() error { return unix.Renameat2(self, from, self, to, how) })
}

// uninterrupted makes a system call again as long as a signal interrupts it.
func uninterrupted(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
