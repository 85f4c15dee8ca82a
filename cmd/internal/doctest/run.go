package doctest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A Page is a file whose commands are run.
type Page struct {
	Path string
	// Least is how many commands the page has that are run, at least: so nobody
	// takes them away, or keeps them from being run, without saying so here, too.
	Least int
}

// Options say how commands are run. They find programs by PATH.
type Options struct {
	Env   []string // further variables, as NAME=VALUE
	Alone bool     // in a network of their own, where the system allows it
	Ports []int    // of localhost that the commands need
}

// Run runs the commands of each page in a subtest. Pages that are alone run in
// parallel.
func Run(t *testing.T, options Options, pages ...Page) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh:", err)
	}
	if options.Alone = options.Alone && canBeAlone(); !options.Alone {
		skipWhereTaken(t, options.Ports)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page.Path), func(t *testing.T) { page.run(t, options) })
	}
}

// skipWhereTaken skips the test where somebody else has a port that it needs.
func skipWhereTaken(t *testing.T, ports []int) {
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort("localhost", strconv.Itoa(port)))
		if err != nil {
			t.Skip("a port that the commands need:", err)
		}
		l.Close()
	}
}

func (p Page) run(t *testing.T, options Options) {
	if options.Alone {
		t.Parallel()
	}
	text, err := os.ReadFile(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	r := runner{log: t.Logf, dir: t.TempDir()}
	if err := r.page(t.Context(), string(text), options); err != nil {
		t.Fatalf("%s: %v", p.Path, err)
	}
	t.Logf("%s: %d commands run; %d not run here, %d never", p.Path, r.ran, r.skipped, r.never)
	if err := p.enough(r.ran + r.skipped); err != nil {
		t.Error(err)
	}
}

func (p Page) enough(commands int) error {
	if commands < p.Least {
		return fmt.Errorf("%s has %d commands that are run; at least %d were promised", p.Path, commands, p.Least)
	}
	return nil
}

// environment is that of the commands: nobody's settings, and no proxy.
func environment(dir string, more []string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "LC_ALL=C.UTF-8",
		"GORACE=atexit_sleep_ms=0", // else each command takes a second more under -race
	}
	return append(env, more...)
}

// A runner runs the blocks of one page.
type runner struct {
	log                 func(format string, args ...any)
	dir                 string // where they run
	shell               *shell
	ran, skipped, never int // commands
}

func (r *runner) page(ctx context.Context, text string, options Options) error {
	all, err := blocks(text)
	if err != nil {
		return err
	}
	r.shell, err = startShell(ctx, r.dir, options.Alone, environment(r.dir, options.Env))
	if err != nil {
		return err
	}
	for _, b := range all {
		if err = r.block(b); err != nil {
			break // what follows may build on it
		}
	}
	return errors.Join(err, r.shell.close())
}

func (r *runner) block(b block) error {
	if err := b.check(); err != nil {
		return err
	}
	if name, ok := b.says("file="); ok {
		return os.WriteFile(filepath.Join(r.dir, name), []byte(strings.Join(b.lines, "\n")+"\n"), 0o666)
	}
	if b.language() != "console" && b.language() != "sh" {
		return nil
	}
	commands := b.commands()
	if _, ok := b.notRun(); ok {
		r.never += len(commands)
		return nil
	}
	if why := skip(b); why != "" {
		r.log("line %d is not run: %s", b.line, why)
		r.skipped += len(commands)
		return nil
	}
	return r.commands(b, commands)
}

func skip(b block) string {
	if _, long := b.says("long"); long && testing.Short() {
		return "it takes long"
	}
	if program, ok := b.says("needs:"); ok {
		if _, err := exec.LookPath(program); err != nil {
			return err.Error()
		}
	}
	return ""
}

func (r *runner) commands(b block, commands []command) error {
	var loose looseness
	_, loose.figures = b.says("figures")
	_, loose.unordered = b.says("unordered")
	for _, c := range commands {
		matches := func(printed string) bool { return b.language() == "sh" || loose.matches(c.want, printed) }
		printed, code, err := r.shell.run(c.text, matches)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w\n%s", c.line, c.text, err, printed)
		}
		if !matches(printed) {
			return fmt.Errorf("line %d: %s prints\n%s\nand the page says\n%s", c.line, c.text, printed, strings.Join(c.want, "\n"))
		}
		if b.language() == "sh" && code != 0 {
			return fmt.Errorf("line %d: %s: exit code %d\n%s", c.line, c.text, code, printed)
		}
		r.ran++
	}
	return nil
}
