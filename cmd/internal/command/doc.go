// Package command is what the project's command-line programs share: the
// order of arguments, the values options take, and the one place that turns
// an error into a line on standard error and an exit code.
//
// Start at [Main], which a program's main function is:
//
//	func main() { os.Exit(command.Main(newApp())) }
//
// The app itself is a [cli.App] of github.com/urfave/cli/v2. Its actions
// return errors and never exit: a [UsageError] becomes exit code 2, an [Exit]
// its own code, an [Interrupt] 128 plus the signal's number, anything else 1, and
// so does standard output that could not be written.
package command
