package doctest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// hangs is how long a command may take to print what it has to. It is for one
// that hangs; nothing depends on how long things take.
const hangs = time.Minute

// end follows, with the exit code, what a command has printed.
const end = "\n\x1e"

// A shell runs one command after the other, as somebody would who types them.
type shell struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	output *os.File
	rest   string // output that is read and belongs to no command yet
}

// canBeAlone tells whether the system gives shells a network of their own.
func canBeAlone() bool {
	return exec.Command("unshare", "-rn", "sh", "-c", "ip link set lo up").Run() == nil
}

// startShell starts one in a directory; if alone, in a network of its own.
func startShell(ctx context.Context, dir string, alone bool, env []string) (*shell, error) {
	args := []string{"sh"}
	if alone {
		args = []string{"unshare", "-rn", "sh", "-c", "ip link set lo up; exec sh"}
	}
	output, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	s := &shell{cmd: exec.CommandContext(ctx, args[0], args[1:]...), output: output}
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = dir, env, theirs, theirs
	if s.stdin, err = s.cmd.StdinPipe(); err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		output.Close()
		return nil, fmt.Errorf("no shell: %w", err)
	}
	return s, nil
}

// run returns what a command printed and its exit code. One that goes on in the
// background is waited for until it has printed enough.
func (s *shell) run(command string, enough func(string) bool) (printed string, code int, err error) {
	_, err = fmt.Fprintf(s.stdin, "{ %s\n} </dev/null\nprintf '\\n\\036%%d\\n' $?\n", command)
	if background(command) {
		fmt.Fprintln(s.stdin, `doctest="$doctest $!"`)
	}
	if err != nil {
		return "", 0, fmt.Errorf("the shell has ended: %w", err)
	}
	if err := s.output.SetReadDeadline(time.Now().Add(hangs)); err != nil {
		return "", 0, err
	}
	before, after, err := s.readEnd()
	if err != nil {
		return s.rest, 0, err
	}
	number, after, _ := strings.Cut(after, "\n")
	if code, err = strconv.Atoi(number); err != nil {
		return before, 0, fmt.Errorf("the shell's exit code is %q", number)
	}
	s.rest = before + after
	for background(command) && !enough(s.rest) {
		if err := s.read(); err != nil {
			return s.rest, code, err
		}
	}
	printed, s.rest = s.rest, ""
	return printed, code, nil
}

// readEnd reads up to the end of a command and the whole line after it.
func (s *shell) readEnd() (before, after string, err error) {
	for {
		before, after, found := strings.Cut(s.rest, end)
		if found && strings.Contains(after, "\n") {
			return before, after, nil
		}
		if err := s.read(); err != nil {
			return "", "", err
		}
	}
}

func (s *shell) read() error {
	buffer := make([]byte, 4096)
	n, err := s.output.Read(buffer)
	s.rest += string(buffer[:n])
	return err
}

func background(command string) bool { return strings.HasSuffix(command, "&") }

// close ends what goes on in the background, and the shell.
func (s *shell) close() error {
	defer s.output.Close()
	fmt.Fprintln(s.stdin, "kill $doctest 2>/dev/null; wait; exit 0")
	s.stdin.Close()
	defer time.AfterFunc(hangs, func() { s.cmd.Process.Kill() }).Stop()
	return s.cmd.Wait()
}
