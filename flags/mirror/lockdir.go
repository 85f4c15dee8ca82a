//go:build !windows

package mirror

import "getflags/internal/wholefile"

// lockDir locks the directory itself until it is closed.
func (m *Mirror) lockDir() error { return wholefile.Lock(m.dir, wholefile.Exclusive) }
