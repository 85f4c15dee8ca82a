// Package process runs other programs and tells what they cost. Start at [Run].
package process

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A Cost is what one run of a program took.
type Cost struct {
	Wall, CPU time.Duration
	Memory    int64 // the most that was resident, in bytes; 0 where unknown
}

// Run runs the program at path once, in a directory that is its home, too, and
// tells what that cost by a clock. It finds neither proxies nor settings. The
// error of a program that failed holds what it had to say. When ctx is done
// it is asked to end, and the error is the cause.
func Run(ctx context.Context, now func() time.Time, dir, path string, args []string) (Cost, error) {
	said, err := os.Create(dir + ".said") // a file, as it keeps nobody busy
	if err != nil {
		return Cost{}, err
	}
	defer os.Remove(said.Name())
	defer said.Close()
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environment(dir), said
	begin, err := held(cmd)
	if err != nil {
		return Cost{}, err
	}
	start := now()
	state, err := finished(ctx, begin)
	wall := now().Sub(start)
	switch {
	case ctx.Err() != nil:
		return Cost{}, context.Cause(ctx)
	case err != nil:
		return Cost{}, err
	case !state.Success():
		return Cost{}, errors.Join(errors.New(state.String()), firstWords(said))
	}
	return Cost{wall, state.UserTime() + state.SystemTime(), maxResident(state)}, nil
}

// finished begins a process and waits until it has ended, which it is asked
// to with ctx, and some seconds later made to.
func finished(ctx context.Context, begin func() (*os.Process, error)) (*os.ProcessState, error) {
	process, err := begin()
	if err != nil {
		return nil, err
	}
	const grace = 5 * time.Second
	defer context.AfterFunc(ctx, func() {
		terminate(process)
		time.AfterFunc(grace, func() { process.Kill() }) // if it is still there
	})()
	return process.Wait()
}

// environment is what programs find: neither proxies nor settings, and a home
// where there are none; but whom to trust is what the machine's owner says.
func environment(home string) []string {
	env := []string{"HOME=" + home, "LC_ALL=C"}
	for _, name := range []string{"PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "SSL_CERT_FILE"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// firstWords is the beginning of what a program has said, as an error, or nil.
func firstWords(said *os.File) error {
	const enough = 300
	text, err := io.ReadAll(io.NewSectionReader(said, 0, enough))
	if words := strings.TrimSpace(string(text)); words != "" {
		return errors.New(strings.ReplaceAll(words, "\n", "; "))
	}
	return err
}
