package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// gate is a shell script that prints the number of a process which waits for
// a line on descriptor 3, and then becomes the program that the arguments are.
const gate = `{ read -r _ <&3 && exec "$@" 3<&-; } >/dev/null & echo $!`

// held makes all ready for a program to run, but that it waits to begin.
//
// Linux lets a program begin with the peak of memory that its starter had
// before it: started by the bench, each would seem to take what the bench
// does. A shell stands between, which takes less than any program that one
// might compare: its child is the program, and becomes the bench's own child
// when the shell ends, so that the bench is told what it cost.
func held(cmd *exec.Cmd) (begin func() (*os.Process, error), err error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("adopting programs: %w", err)
	}
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	shell := exec.Command("sh", append([]string{"-c", gate, "sh", cmd.Path}, cmd.Args[1:]...)...)
	shell.Dir, shell.Env, shell.Stderr = cmd.Dir, cmd.Env, cmd.Stderr
	shell.ExtraFiles = []*os.File{in}
	process, err := adopt(shell)
	if err != nil {
		out.Close() // which ends what waits
		return nil, fmt.Errorf("programs are started by a shell: %w", err)
	}
	return func() (*os.Process, error) {
		defer out.Close()
		_, err := io.WriteString(out, "\n")
		return process, err
	}, nil
}

// adopt runs a shell that prints the number of a process it leaves behind.
func adopt(shell *exec.Cmd) (*os.Process, error) {
	printed, err := shell.Output()
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(printed)))
	if err != nil {
		return nil, err
	}
	return os.FindProcess(pid)
}
