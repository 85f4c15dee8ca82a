// Command flags downloads the flags of the world's countries, concurrently,
// and brings the servers to download them from. See its README, or --help.
package main

import (
	"os"

	"getflags/cmd/internal/command"
)

func main() { os.Exit(command.Main(newApp())) }
