package main

import "strings"

// keywords are those of Python 3, keyword.kwlist, in lower case.
func keywords() []string {
	return strings.Fields(`
		and as assert async await break class continue def del elif else except
		false finally for from global if import in is lambda none nonlocal not
		or pass raise return true try while with yield`)
}
