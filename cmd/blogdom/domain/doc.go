// Package domain asks the DNS whether domains exist, many at once and each
// answer as it comes. It is what domainlib is to the book's blogdom and
// domaincheck scripts.
//
// Start at [Prober]. Its zero value asks the system's name servers:
//
//	var prober domain.Prober
//	for r := range prober.ProbeAll(ctx, slices.Values(domains)) {
//		fmt.Println(r.Domain, r.Found(), r.Err)
//	}
//
// A domain is found when it has an address, IPv4 or IPv6. A name that does
// not exist and a name without addresses are answers too, and no errors.
package domain
