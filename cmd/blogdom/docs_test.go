package main

import (
	"testing"

	"getflags/cmd/blogdom/internal/dnstest"
	"getflags/cmd/internal/doctest"
)

// TestDocumentation runs the commands of the page on blogdom, with a name server
// for what the page says.
func TestDocumentation(t *testing.T) {
	zone, err := dnstest.ParseZone(`
		def.dev   ADDRESS 192.0.2.1
		try.dev   ADDRESS 192.0.2.2
		with.dev  ADDRESS 192.0.2.3
		none.dev  NODATA
		pass.dev  SERVFAIL
		is.dev    SILENT
		*         NXDOMAIN`)
	if err != nil {
		t.Fatal(err)
	}
	server, err := dnstest.Listen("127.0.0.1", zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	options := doctest.Options{Env: []string{"DNS=" + server.Addr.String()}}
	doctest.Run(t, options, doctest.Page{Path: "../../docs/blogdom.md", Least: 1})
}
