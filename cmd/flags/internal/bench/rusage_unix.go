//go:build unix

package bench

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

// memoryFloor is the most memory this process had resident so far. Linux lets
// a program begin with its parent's peak, so that no less can be seen of one
// that this process starts.
func memoryFloor() int64 {
	var usage syscall.Rusage
	if runtime.GOOS != "linux" || syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return int64(usage.Maxrss) * maxrssUnit()
}

func interrupt(p *os.Process) error { return p.Signal(os.Interrupt) }
