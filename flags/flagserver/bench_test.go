package flagserver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// targets are the URLs of the whole set, as paths.
func targets(b *testing.B) []string {
	b.Helper()
	var list []string
	for _, code := range countries(b) {
		cc := strings.ToLower(code)
		list = append(list, "/flags/"+cc+"/"+cc+".gif", "/flags/"+cc+"/metadata.json")
	}
	return list
}

func reportRate(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// discardWriter is a ResponseWriter that leaves nothing but the handler's own
// work to be measured.
type discardWriter struct{ header http.Header }

func (w discardWriter) Header() http.Header         { return w.header }
func (w discardWriter) WriteHeader(int)             {}
func (w discardWriter) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkServe measures the handler, without a network.
func BenchmarkServe(b *testing.B) {
	for name, behaviour := range map[string]Behaviour{"local": Local(), "faults": {Faults: Faults{{"418", .25}}}} {
		b.Run(name, func(b *testing.B) {
			h := newHandler(b, Set(), behaviour)
			var requests []*http.Request
			for _, target := range targets(b) {
				requests = append(requests, httptest.NewRequest("GET", target, nil))
			}
			w := discardWriter{http.Header{}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				clear(w.header)
				h.ServeHTTP(w, requests[i%len(requests)])
			}
			reportRate(b)
		})
	}
}

// BenchmarkServeNetwork measures the server and a client of few needs, over
// one connection of the loopback for each CPU.
func BenchmarkServeNetwork(b *testing.B) {
	address := start(b, newHandler(b, Set(), Local()))
	list := targets(b)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		c := dial(b, address)
		for i := 0; pb.Next(); i++ {
			r, err := c.do(b, "GET", list[i%len(list)])
			if err != nil || r.StatusCode != 200 {
				b.Error(r, err)
				return
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				b.Error(err)
			}
		}
	})
	reportRate(b)
}
