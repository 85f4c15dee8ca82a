// Package domain asks the DNS whether domains exist, many at once and each
// answer as it comes. It is what domainlib is to the book's blogdom and
// domaincheck scripts.
//
// Start at [Prober]. Its zero value asks the system's name servers:
//
//	var prober domain.Prober
//	for r := range prober.ProbeAll(ctx, slices.Values(domains)) {
//		fmt.Println(r.Domain, r.Found(), r.Exists, r.Err)
//	}
//
// A domain is found when it has an address, IPv4 or IPv6. A name that exists
// without one, and a name that does not exist, are answers too, and no errors;
// [Result.Exists] tells them apart. [Prober.Wildcards] tells where every name
// is found, so that it says nothing.
//
// Servers are asked by the package's own client, as package net does not tell
// why a name has no address: with EDNS first, and without it where a server
// does not know that (RFC 6891, section 7); over UDP, and over TCP what is too
// long for that. Which servers, and how patiently, is what package net reads
// from the system's configuration.
package domain
