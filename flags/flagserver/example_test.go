package flagserver_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"

	"getflags/flags/flagserver"
)

// A flag server on a free port, for the length of one request.
func ExampleServe() {
	handler, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		fmt.Println(err)
		return
	}
	listeners, err := flagserver.Listen("localhost", 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error)
	go func() { done <- flagserver.Serve(ctx, handler, listeners...) }()

	r, err := http.Get("http://" + listeners[0].Addr().String() + "/flags/br/metadata.json")
	if err == nil {
		io.Copy(os.Stdout, r.Body)
		r.Body.Close()
	}
	cancel()
	fmt.Println("\nended with", <-done)
	// Output:
	// {"tld_cc": ".br", "iso_cc": "BR", "country": "Brazil", "gec_cc": "BR"}
	// ended with <nil>
}

// In a test no network is needed: the handler is enough.
func ExampleNew() {
	faulty := flagserver.Behaviour{Faults: flagserver.Faults{{Kind: "418", Probability: .5}}, Seed: 1}
	handler, err := flagserver.New(flagserver.Set(), faulty)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 4 {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/flags/br/br.gif", nil))
		fmt.Println(w.Code)
	}
	// Output:
	// 200
	// 418
	// 200
	// 200
}

// What will happen can be known before it does.
func ExampleBehaviour_Outcome() {
	b := flagserver.Error()
	b.Seed = 42
	for n := range 3 {
		delay, fault := b.Outcome("/flags/ci/metadata.json", n)
		fmt.Printf("%v %q\n", delay, fault)
	}
	// Output:
	// 3.830809897s ""
	// 3.654365764s ""
	// 4.393982037s "418"
}
