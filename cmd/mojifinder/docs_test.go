package main

import (
	"testing"

	"getflags/cmd/internal/doctest"
)

// TestDocumentation runs the commands of the page on mojifinder.
func TestDocumentation(t *testing.T) {
	options := doctest.Options{Alone: true, Ports: []int{8010}}
	doctest.Run(t, options, doctest.Page{Path: "../../docs/mojifinder.md", Least: 3})
}
