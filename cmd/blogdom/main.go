// Blogdom looks for a domain for a blog about Python: it asks the DNS which
// of the language's short keywords are taken under .dev, many at once.
package main

import (
	"os"

	"getflags/cmd/internal/command"
)

func main() { os.Exit(command.Main(newApp())) }
