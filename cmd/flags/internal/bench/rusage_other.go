//go:build !unix

package bench

import "os"

func maxResident(*os.ProcessState) int64 { return 0 }

func memoryFloor() int64 { return 0 }

// interrupt kills: there is no gentler way for all programs.
func interrupt(p *os.Process) error { return p.Kill() }
