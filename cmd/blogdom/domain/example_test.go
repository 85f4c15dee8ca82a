package domain_test

import (
	"context"
	"fmt"
	"slices"

	"getflags/cmd/blogdom/domain"
	"getflags/cmd/blogdom/internal/dnstest"
)

// Of three domains, one has an address. Without a Server the system's name
// servers would be asked; here it is one of the test's own.
func ExampleProber_ProbeAll() {
	server, err := dnstest.Listen("127.0.0.1", dnstest.Zone{"with.dev": dnstest.Addresses("192.0.2.1")})
	if err != nil {
		panic(err)
	}
	defer server.Close()

	prober := domain.Prober{Server: server.Addr, Concurrency: 100}
	domains := slices.Values([]string{"with.dev", "elif.dev", "not a name"})
	for r := range prober.ProbeAll(context.Background(), domains) {
		switch {
		case r.Err != nil:
			fmt.Println("?", r.Err)
		case r.Found():
			fmt.Println("+", r.Domain, r.Addrs)
		default:
			fmt.Println(" ", r.Domain)
		}
	}
	// Unordered output:
	// + with.dev [192.0.2.1]
	//   elif.dev
	// ? not a name: the character U+0020 is not allowed
}

func ExampleToASCII() {
	fmt.Println(domain.ToASCII("Café.dev"))
	fmt.Println(domain.ToASCII("two words.dev"))
	// Output:
	// xn--caf-dma.dev <nil>
	//  two words.dev: the character U+0020 is not allowed
}
