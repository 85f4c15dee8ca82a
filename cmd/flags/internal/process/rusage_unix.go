//go:build unix

package process

import (
	"os"
	"runtime"
	"syscall"
)

// maxResident is the most memory a process had resident, in bytes.
func maxResident(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(usage.Maxrss) * maxrssUnit()
}

// maxrssUnit is what the system counts Maxrss in.
func maxrssUnit() int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return 1
	}
	return 1024
}

// terminate asks a process to end. SIGINT would not do: what a shell starts in
// the background ignores it.
func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
