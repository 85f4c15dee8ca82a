package main

import (
	"testing"

	"getflags/cmd/internal/doctest"
)

// TestDocumentation runs the commands of the page on mojifinder.
func TestDocumentation(t *testing.T) {
	doctest.Run(t, doctest.Options{Alone: true}, doctest.Page{Path: "../../docs/mojifinder.md", Least: 3})
}
