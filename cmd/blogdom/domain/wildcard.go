package domain

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
)

// Wildcards returns those of zones, such as "ws", in which every name exists:
// those with a wildcard (RFC 4592), or all if a resolver invents answers. It
// probes a random name in each. It leaves out a zone whose probe fails, and keeps
// the order of zones.
func (p Prober) Wildcards(ctx context.Context, zones []string) []string {
	zoneOf := map[string]string{}
	for _, zone := range zones {
		zoneOf[strings.ToLower(rand.Text())+"."+zone] = zone
	}
	wild := map[string]bool{}
	for r := range p.ProbeAll(ctx, maps.Keys(zoneOf)) {
		wild[zoneOf[r.Domain]] = r.Exists && r.Err == nil
	}
	return slices.DeleteFunc(slices.Clone(zones), func(zone string) bool { return !wild[zone] })
}
