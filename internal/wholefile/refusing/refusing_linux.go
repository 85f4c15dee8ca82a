// Package refusing is, for tests, a file system that refuses whatever file
// systems can do without.
package refusing

import (
	"context"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mount mounts one until the test ends, and returns where. Refused are times,
// modes and owners, as with gcsfuse, hard links, all but plain renaming, and
// renaming directories. Where none can be mounted the test is skipped.
func Mount(t *testing.T) string {
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
