package main

import (
	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
)

// newApp returns the program: download is what it does without a command.
func newApp() *cli.App {
	d := newDownload()
	return &cli.App{
		Name:      "flags",
		Usage:     "download the flags of the world's countries",
		UsageText: "flags [options] [CC ...]\nflags COMMAND [options]",
		Version:   command.Version,
		Description: `CC is a two-letter country code, or one letter for its whole range: B is BA to
BZ. Without any, the flags of the 20 most populous countries are downloaded.

For LOCAL, DELAY and ERROR the program is its own server, unless another one
that stays, such as 'flags serve', listens on the port: LOCAL answers at once,
DELAY after 0.5 to 5 seconds, ERROR does as DELAY but answers every fourth
request with an error.

With --json each flag is an object on a line of its own, with code, country,
status ("downloaded", "not found", "error", or "not done" where the run ended
before), file, bytes, sha256, url, attempts, duration in seconds, and error;
a last line has the sums under "summary". --retry-failed FILE, with the other
options as they were, does what failed.`,
		Flags:  d.options(),
		Action: d.action,
		// Where a command's option takes a value and another's of the same name
		// does not, as --json, the later one is believed until the command is
		// known; so bench comes first.
		Commands: []*cli.Command{newBench(), newMirror(), newVerify(), newGallery(), newServe(), newList(), newSites()},
	}
}
