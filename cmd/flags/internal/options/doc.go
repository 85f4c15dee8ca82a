// Package options declares the options that commands share, each once, and says
// what they mean.
//
// A group, such as [Network], is a struct of values. A command has the groups
// that it takes as fields, gives their Flags to package cli, through [Join], and
// asks them later for what it needs: [Site] for a site, [Codes] for codes,
// [Network] for the settings of an engine. What makes no sense is a usage error
// (see [getflags/cmd/internal/command.UsageError]).
package options
