// Mojifinder finds Unicode characters by the words of their names, at the
// command line, in a browser and over TCP.
package main

import (
	"os"

	"getflags/cmd/internal/command"
)

func main() { os.Exit(command.Main(newApp())) }
