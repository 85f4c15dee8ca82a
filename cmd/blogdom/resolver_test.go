package main

import (
	"net/netip"
	"testing"
)

func TestNameServer(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1":          "192.0.2.1:53",
		"192.0.2.1:5353":     "192.0.2.1:5353",
		"2001:db8::1":        "[2001:db8::1]:53",
		"[2001:db8::1]":      "[2001:db8::1]:53",
		"[2001:db8::1]:5353": "[2001:db8::1]:5353",
		"fe80::1%lo":         "[fe80::1%lo]:53",
		"::ffff:192.0.2.1":   "192.0.2.1:53",
	} {
		got, err := nameServer(t.Context(), text)
		if err != nil || got != netip.MustParseAddrPort(want) {
			t.Errorf("nameServer(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ":", ":53", "::1]", "[::1", "[::1]:", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536",
		"192.0.2.1:053", "192.0.2.1:dns", "a:b:c", "999.0.2.1", "-x:53", "a b",
	} {
		if got, err := nameServer(t.Context(), text); err == nil {
			t.Errorf("nameServer(%q) = %v, want an error", text, got)
		}
	}
}
