//go:build !unix

package process

import "os"

func maxResident(*os.ProcessState) int64 { return 0 }

// terminate kills: there is no gentler way for all programs.
func terminate(p *os.Process) error { return p.Kill() }
