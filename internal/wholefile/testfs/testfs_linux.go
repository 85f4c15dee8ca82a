// Package testfs has the file systems that tests of files need: those of the
// kernel, and one that refuses whatever file systems can do without.
package testfs

import (
	"context"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mount mounts a file system of the kernel's on a directory until the test ends. If
// it cannot be mounted the test is skipped.
func Mount(t *testing.T, dir, kind, options string) {
	t.Helper()
	if err := syscall.Mount("flags", dir, kind, 0, options); err != nil {
		t.Skipf("no %s can be mounted here (root can, outside a container): %v", kind, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
}

// MountRefusing mounts a file system that refuses whatever file systems can do
// without, until the test ends, and returns where: times, modes and owners, as with
// gcsfuse, hard links, all but plain renaming, and renaming directories. If it
// cannot be mounted the test is skipped.
func MountRefusing(t *testing.T) string {
	t.Helper()
	below, path := t.TempDir(), t.TempDir()
	root, err := fs.NewLoopbackRoot(below)
	if err != nil {
		t.Fatal(err)
	}
	server, err := fs.Mount(path, &node{root.(*fs.LoopbackNode)}, &fs.Options{MountOptions: fuse.MountOptions{DirectMountStrict: true}})
	if err != nil {
		t.Skip("no file system of ours can be mounted here (root with /dev/fuse can): ", err)
	}
	t.Cleanup(func() {
		if err := server.Unmount(); err != nil {
			t.Error(err)
		}
	})
	return path
}

// node is a file or directory that passes on what is done to it, unless it is
// refused.
type node struct{ *fs.LoopbackNode }

// WrapChild implements [fs.NodeWrapChilder].
func (n *node) WrapChild(_ context.Context, child fs.InodeEmbedder) fs.InodeEmbedder {
	return &node{child.(*fs.LoopbackNode)}
}

// Setattr implements [fs.NodeSetattrer]; only sizes can be set.
func (n *node) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if in.Valid&(fuse.FATTR_MODE|fuse.FATTR_UID|fuse.FATTR_GID|fuse.FATTR_MTIME) != 0 {
		return syscall.EPERM
	}
	return n.LoopbackNode.Setattr(ctx, f, in, out)
}

// Link implements [fs.NodeLinker].
func (n *node) Link(context.Context, fs.InodeEmbedder, string, *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return nil, syscall.EPERM
}

// Rename implements [fs.NodeRenamer].
func (n *node) Rename(ctx context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	if flags != 0 {
		return syscall.EINVAL
	}
	if child := n.GetChild(name); child != nil && child.IsDir() {
		return syscall.EXDEV
	}
	return n.LoopbackNode.Rename(ctx, name, to, newName, flags)
}
