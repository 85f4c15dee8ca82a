//go:build unix

package mirror

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"getflags/flags"
)

// within has the test fail, rather than hang, if something waits.
func within(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute): // nothing depends on how long it takes
		t.Fatalf("%s: hangs", what)
	}
}

// A named pipe that stands where a file of the mirror's should be is no file:
// nobody waits for its writer, and whoever needs the file names it.
func TestNamedPipe(t *testing.T) {
	for _, name := range []string{"br", "br/br.gif", "br/metadata.json", ManifestName, SumsName, lockName} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := &versions{}
			update(t, dir, v, Options{}, "BR", "CN")
			v.now.Add(1)
			pipe := filepath.Join(dir, name)
			os.RemoveAll(pipe)
			if err := syscall.Mkfifo(pipe, 0o666); err != nil {
				t.Skip("no named pipes here:", err)
			}
			var told []string
			within(t, "mirror", func() { told = pipeTold(t, dir, v) })
			within(t, "verify", func() {
				_, faults, err := Verify(t.Context(), dir)
				told = append(told, fmt.Sprint(faults, err))
			})
			named := strings.Count(strings.Join(told, "\n"), name+": is a named pipe, not a ")
			if want := map[bool]int{true: 2, false: 0}[name != lockName && name != "br"]; name != "br" && named != want || name == "br" && named == 0 {
				t.Errorf("named %d times, want %d: %q", named, want, told)
			}
			if info, err := os.Lstat(pipe); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
				t.Errorf("the pipe has become %v, %v", info, err)
			}
		})
	}
}

// pipeTold runs a mirror that may fail as a whole, and returns what it said.
func pipeTold(t *testing.T, dir string, v *versions) []string {
	m, err := Open(dir, Options{})
	if err != nil {
		return []string{err.Error()}
	}
	m.Close()
	lines := update(t, dir, v, Options{}, "BR", "CN")
	if got := lines[len(lines)-1]; got != "CN changed" {
		t.Errorf("%q, want CN changed", got)
	}
	return lines
}

// What is replaced keeps its mode, be it in a directory that is swapped or one
// that is not; what is new has what the umask leaves.
func TestModesStay(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	for _, foreign := range []bool{false, true} {
		t.Run(fmt.Sprint("foreign=", foreign), func(t *testing.T) { testModesStay(t, foreign) })
	}
}

func testModesStay(t *testing.T, foreign bool) {
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR")
	check := func(want map[string]fs.FileMode) {
		t.Helper()
		for name, mode := range want {
			info, err := os.Lstat(filepath.Join(dir, name))
			if err != nil || info.Mode()&^fs.ModeType != mode {
				t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, mode)
			}
		}
	}
	check(map[string]fs.FileMode{"br": 0o750, "br/br.gif": 0o640, "br/metadata.json": 0o640, ManifestName: 0o640, SumsName: 0o640})
	if foreign {
		write(t, filepath.Join(dir, "br/@eaDir/x"), "x")
	}
	want := map[string]fs.FileMode{
		"br": 0o700 | fs.ModeSetgid, "br/br.gif": 0o600, "br/metadata.json": 0o664, ManifestName: 0o600, SumsName: 0o660,
	}
	for name, mode := range want {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	v.now.Add(1)
	if lines := update(t, dir, v, Options{}, "BR"); lines[0] != "BR changed" {
		t.Errorf("%v", lines)
	}
	check(want)
	expectWhole(t, dir)
}

// A directory that the user may not write to is refused before anything is
// changed, and it alone: the others are brought up to date, in this run and in
// later ones.
func TestReadOnlyDirectory(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR", "CN")
	for range 2 {
		v.now.Add(1)
		if err := os.Chmod(filepath.Join(dir, "br"), 0o555); err != nil {
			t.Fatal(err)
		}
		lines := update(t, dir, v, Options{}, "BR", "CN")
		if lines[0] != "BR error: br: is read-only" || lines[1] != "CN changed" {
			t.Errorf("%v", lines)
		}
		expectWhole(t, dir)
	}
	os.Chmod(filepath.Join(dir, "br"), 0o755)
	if lines := update(t, dir, v, Options{}, "BR", "CN"); lines[0] != "BR changed" || lines[1] != "CN same" {
		t.Errorf("%v", lines)
	}
	expectWhole(t, dir)
}

// What cannot be removed is a note, and no run ends because of it.
func TestLeftoverIsANote(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir := t.TempDir()
	v := &versions{}
	update(t, dir, v, Options{}, "BR", "CN")
	left := filepath.Join(dir, ".mirror-br-0123456789abcdef.new")
	write(t, filepath.Join(left, "br.gif"), "old")
	os.Chmod(left, 0o555)
	defer os.Chmod(left, 0o755)
	v.now.Add(1)
	if lines := update(t, dir, v, Options{}, "BR", "CN"); lines[0] != "BR changed" || lines[1] != "CN changed" {
		t.Errorf("%v", lines)
	}
	m, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if notes := m.Notes(); len(notes) != 1 || !strings.Contains(notes[0], ".new is left over, as it cannot be removed: permission denied") {
		t.Errorf("%q", notes)
	}
}

// Flags of a read-only directory are pruned as a whole or not at all, and are
// in no other flag's way.
func TestPruneReadOnly(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir := t.TempDir()
	update(t, dir, &versions{}, Options{}, "BR", "CN")
	os.Chmod(filepath.Join(dir, "br"), 0o555)
	defer os.Chmod(filepath.Join(dir, "br"), 0o755)
	m, err := Open(dir, Options{Site: flags.Site{Base: "http://site"}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.gone, m.found = []flags.Code{"BR", "CN"}, true
	codes, err := m.Prune(t.Context(), Limit{N: 2})
	if !slices.Equal(codes, []flags.Code{"CN"}) || err == nil || err.Error() != "BR: br/br.gif: permission denied" {
		t.Errorf("%v, %v", codes, err)
	}
	if err := m.Save(); err != nil {
		t.Error(err)
	}
	expectWhole(t, dir)
}

// A flag's own files may be read-only: who may write in their directory deletes
// them.
func TestPruneReadOnlyFiles(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir, all := t.TempDir(), land(2)
	if _, err := prune(t, dir, holding{codes: all}, Options{}, Limit{}, all); err != nil {
		t.Fatal(err)
	}
	gone := all[0].Lower()
	for _, name := range []string{gone + ".gif", metadataName} {
		if err := os.Chmod(filepath.Join(dir, gone, name), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if deleted, err := prune(t, dir, holding{codes: all[1:]}, Options{}, Limit{N: 1}, all); !slices.Equal(deleted, all[:1]) || err != nil {
		t.Errorf("deleted %v, %v", deleted, err)
	}
	expectFlags(t, dir, all[1:])
}

// asNobody reports whether the test runs with no more rights than others have.
// The superuser, whom modes mean nothing, runs it again as somebody else.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	dir, err := os.MkdirTemp("", "nobody") //nolint:usetesting // others may not enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	const nobody = 65534
	binary := filepath.Join(dir, "test")
	if err := copyProgram(binary); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Skip("nobody can be nobody here:", err)
	}
	run := exec.CommandContext(t.Context(), binary, "-test.run=^"+t.Name()+"$")
	run.Dir, run.Env = dir, append(os.Environ(), "TMPDIR="+dir)
	run.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
	return false
}

func copyProgram(to string) error {
	name, err := os.Executable()
	if err != nil {
		return err
	}
	from, err := os.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, from); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// A file that is much larger than what a site can have sent is neither read
// into memory nor, where its size tells enough, at all.
func TestHugeFile(t *testing.T) {
	const huge = 6 << 30
	for _, name := range []string{"br/br.gif", "br/metadata.json", ManifestName, SumsName} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := &versions{}
			update(t, dir, v, Options{}, "BR")
			if err := os.Truncate(filepath.Join(dir, name), huge); err != nil {
				t.Skip("no sparse files here:", err)
			}
			_, faults, err := Verify(t.Context(), dir)
			if len(faults) == 0 && err == nil {
				t.Error("verify finds nothing")
			}
			if name == ManifestName {
				_, opening := Open(dir, Options{})
				for _, err := range []error{err, opening} {
					if want := "manifest.json: has 6442450944 bytes, more than the 16777216 that are read of it"; err == nil || !strings.HasSuffix(err.Error(), want) {
						t.Errorf("%v, want %s", err, want)
					}
				}
				return
			}
			v.now.Add(1)
			if lines := update(t, dir, v, Options{}, "BR"); lines[0] != "BR changed" {
				t.Errorf("%v", lines)
			}
			expectWhole(t, dir)
		})
	}
}
