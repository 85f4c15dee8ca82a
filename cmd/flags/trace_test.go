package main

import (
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"getflags/downloader/trace/tracetest"
)

// checkTrace is the script command
//
//	checktrace FILE M KIND=N ...    FILE is a proper trace of at most M requests at once, with N of a kind
func checkTrace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: checktrace FILE M KIND=N ...")
	}
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	counts, err := tracetest.Check([]byte(ts.ReadFile(args[0])), most)
	ts.Check(err)
	for _, arg := range args[2:] {
		kind, want, _ := strings.Cut(arg, "=")
		if got := strconv.Itoa(counts[kind]); got != want {
			ts.Fatalf("%s times %s, want %s", got, kind, want)
		}
	}
}
