//go:build !linux

package process

import (
	"os"
	"os/exec"
)

// held makes all ready for a program to run.
func held(cmd *exec.Cmd) (begin func() (*os.Process, error), err error) {
	return func() (*os.Process, error) {
		err := cmd.Start()
		return cmd.Process, err
	}, nil
}
