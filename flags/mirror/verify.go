package mirror

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"getflags/flags"
	"getflags/flags/gallery"
	"getflags/internal/wholefile"
)

// A Fault is a file that is not as the manifest says.
type Fault struct {
	Name   string // slash-separated, below the mirror's directory
	Kind   Kind
	Detail string // more about it, or ""
}

func (f Fault) String() string {
	if f.Detail == "" {
		return fmt.Sprintf("%s %s", f.Kind, f.Name)
	}
	return fmt.Sprintf("%s %s: %s", f.Kind, f.Name, f.Detail)
}

// A Kind is what is wrong with a file.
type Kind string

const (
	Missing  Kind = "missing"
	Differs  Kind = "changed"
	Unknown  Kind = "unknown"  // nothing that the manifest tells of
	Unread   Kind = "unread"   // cannot be read
	Leftover Kind = "leftover" // of a killed run; the next one removes it
)

// Verify holds the files of a mirror against its manifest, in parallel, and
// returns how many the manifest has and what is wrong, sorted by name. An
// error is a mirror that cannot be judged: no manifest, or one not understood.
func Verify(ctx context.Context, dir string) (files int, faults []Fault, err error) {
	root, err := wholefile.OpenRoot(dir)
	if err != nil {
		return 0, nil, fmt.Errorf("verify %q: %w", dir, wholefile.Cause(err))
	}
	defer root.Close()
	data, err := wholefile.Read(root, ManifestName, maxManifest)
	if err != nil {
		return 0, nil, fmt.Errorf("verify %q: %s: %w", dir, ManifestName, wholefile.Cause(err))
	}
	manifest, err := DecodeManifest(data)
	if err != nil {
		return 0, nil, fmt.Errorf("verify %q: %w", dir, err)
	}
	all := manifest.entries()
	faults = slices.Concat(verifyFiles(ctx, root, manifest.Files), verifySums(root, all), findUnknown(root, all))
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) })
	return len(manifest.Files), faults, context.Cause(ctx)
}

// pass goes on, but not into a directory.
func pass(e fs.DirEntry) error {
	if e.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// verifyFiles checks the files of a manifest, a few at a time.
func verifyFiles(ctx context.Context, root *os.Root, files []Entry) []Fault {
	var (
		checking sync.WaitGroup
		mu       sync.Mutex
		faults   []Fault
	)
	next := make(chan Entry)
	for range runtime.GOMAXPROCS(0) {
		checking.Go(func() {
			room := make([]byte, roomSize)
			for e := range next {
				found := verifyFile(ctx, root, e, room)
				mu.Lock()
				faults = append(faults, found...)
				mu.Unlock()
			}
		})
	}
	for _, e := range files {
		if ctx.Err() != nil {
			break
		}
		next <- e
	}
	close(next)
	checking.Wait()
	return faults
}

// verifyFile checks a file, which it reads by way of room.
func verifyFile(ctx context.Context, root *os.Root, e Entry, room []byte) []Fault {
	fault := func(k Kind, format string, a ...any) []Fault {
		return []Fault{{e.Name, k, fmt.Sprintf(format, a...)}}
	}
	f, info, err := wholefile.Open(root, e.Name)
	var kind *wholefile.KindError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault(Missing, "")
	case errors.As(err, &kind):
		return fault(Differs, "%v", err)
	case err != nil:
		return fault(Unread, "%v", wholefile.Cause(err))
	}
	defer f.Close() // it is only read
	if info.Size() != e.Size {
		return fault(Differs, "has %d bytes, not %d", info.Size(), e.Size)
	}
	switch got, _, err := wholefile.SHA256(ctx, f, room); {
	case err != nil:
		return fault(Unread, "%v", wholefile.Cause(err))
	case got != e.SHA256:
		return fault(Differs, "has SHA-256 %.12s…, not %.12s…", got, e.SHA256)
	}
	return nil
}

// verifySums checks that what sha256sum is told is what the manifest says.
func verifySums(root *os.Root, all entries) []Fault {
	want := all.sums()
	got, err := wholefile.Read(root, SumsName, int64(len(want)))
	var limit *wholefile.LimitError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Fault{{Name: SumsName, Kind: Missing}}
	case err != nil && !errors.As(err, &limit):
		return []Fault{{SumsName, Unread, wholefile.Cause(err).Error()}}
	case string(got) != string(want):
		return []Fault{{SumsName, Differs, "does not say what the manifest says"}}
	}
	return nil
}

// findUnknown finds what the manifest does not tell of. What systems and file
// managers keep everywhere is no fault.
func findUnknown(root *os.Root, all entries) []Fault {
	var faults []Fault
	known := []string{ManifestName, SumsName, gallery.Name}
	err := fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			faults = append(faults, Fault{name, Unread, wholefile.Cause(err).Error()})
		case temps().Begins(name):
			faults = append(faults, Fault{Name: name, Kind: Leftover})
			return pass(e)
		case flags.IsSystemName(path.Base(name)):
			return pass(e)
		case e.IsDir() || all[name] != Entry{}:
		case !slices.Contains(known, name):
			faults = append(faults, Fault{Name: name, Kind: Unknown})
		case name == gallery.Name && !e.Type().IsRegular():
			faults = append(faults, Fault{name, Unknown, (&wholefile.KindError{Is: e.Type(), Want: "a regular file"}).Error()})
		}
		return nil
	})
	if err != nil {
		faults = append(faults, Fault{".", Unread, wholefile.Cause(err).Error()})
	}
	return faults
}
