// Command flags downloads the flags of the world's countries, concurrently,
// and brings the servers to download them from. See its README, or --help.
package main

import (
	"os"
	"runtime/debug"

	"getflags/cmd/internal/command"
)

func main() {
	collectSeldom()
	os.Exit(command.Main(newApp()))
}

// collectSeldom makes the garbage collector wait until there is more to
// collect, as the program is short-lived and most of what it makes is garbage
// soon. Memory stays where it would be: when much of it is in use, as with a
// slow disk, the limit has the collector come as often as by default. What the
// user wants of it goes before.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(128 << 20)
	}
}
