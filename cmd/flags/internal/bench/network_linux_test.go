package bench

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"getflags/cmd/flags/internal/figures"
	"getflags/flags"
	"getflags/flags/flagserver"
)

// BenchmarkNetwork lets flags and curl fetch all flags over a link of 100 Mbit/s
// and 25 ms each way, and over TLS one of 5 ms, too, and prints how many times as
// long as the bound each takes, and how they compare:
//
//	go test -run '^$' -bench Network -benchtime 1x ./cmd/flags/internal/bench
//
// The bound is a round trip for the connections and then one for each
// ceil(requests/m), or one and all the bytes, whichever takes longer; over TLS
// there is a round trip more. A round trip is what it takes to connect, as it
// was measured: the machine's timers make it longer than it should be. FLAGS_SET
// names a directory of other flags than the built-in ones. Making the link
// takes a superuser.
func BenchmarkNetwork(b *testing.B) {
	const bits = 100e6
	l, err := startLink(b.Context(), bits)
	if err != nil {
		b.Skip("no slow link here: ", err)
	}
	path := build(b)
	for _, tt := range []struct {
		name  string
		delay time.Duration // each way
		tls   bool
		trips float64 // before the first request
	}{
		{"HTTP1", 25 * time.Millisecond, false, 1},
		{"HTTP2", 25 * time.Millisecond, true, 2},
		{"HTTP2Near", 5 * time.Millisecond, true, 2},
	} {
		b.Run(tt.name, func(b *testing.B) {
			l.delay.Store(int64(tt.delay))
			site := serveFar(b, tt.tls)
			trip := roundTrip(b, site)
			b.ReportMetric(1000*trip, "ms/trip")
			for b.Loop() {
				r := compete(b, path, site)
				b.Log("\n" + r.report().Text())
				for _, p := range r.Programs {
					waits := (tt.trips + rounds(r.Files, p.MaxRequests)) * trip
					bytes := (tt.trips+1)*trip + 8*onWire(r)/bits
					b.ReportMetric(p.Wall.Median/math.Max(waits, bytes), fmt.Sprintf("%s-m%d/bound", p.Program, p.MaxRequests))
				}
			}
		})
	}
}

// onWire is about how many bytes all answers are: bodies, a head of 250 bytes
// each, and what IP and TCP put before each 1448 bytes.
func onWire(c *Contest) float64 { return (float64(c.Bytes) + 250*float64(c.Files)) * 1500 / 1448 }

// roundTrip is for how many seconds one connects, in the median.
func roundTrip(b *testing.B, site flags.Site) float64 {
	var seconds []float64
	u, err := url.Parse(site.Base)
	for i := 0; i < 21 && err == nil; i++ {
		var c net.Conn
		start := time.Now()
		if c, err = net.Dial("tcp", u.Host); err == nil {
			seconds = append(seconds, time.Since(start).Seconds())
			c.Close()
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	return figures.NewEstimate(seconds).Median
}

// build makes the program.
func build(b *testing.B) (path string) {
	path = filepath.Join(b.TempDir(), "flags")
	make := exec.Command("go", "build", "-o", path, "getflags/cmd/flags")
	make.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := make.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// flagSet is the flags that are served.
func flagSet() fs.FS {
	if dir := os.Getenv("FLAGS_SET"); dir != "" {
		return os.DirFS(dir)
	}
	return flagserver.Set()
}

// serveFar serves the flags at the other end of the link.
func serveFar(b *testing.B, secure bool) flags.Site {
	handler, err := flagserver.New(flagSet(), flagserver.Local())
	if err != nil {
		b.Fatal(err)
	}
	listener, err := listenNear()
	if err != nil {
		b.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}, EnableHTTP2: secure}
	b.Cleanup(server.Close)
	scheme := "http"
	if secure {
		scheme = "https"
		server.TLS = certified(b, far)
		server.StartTLS()
	} else {
		server.Start()
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return flags.Site{Base: fmt.Sprintf("%s://%s/flags", scheme, net.JoinHostPort(far, port))}
}

func compete(b *testing.B, path string, site flags.Site) *Contest {
	codes, err := flags.Select(flags.Selection{All: true})
	if err != nil {
		b.Fatal(err)
	}
	peers, _ := Peers()
	peers = slices.DeleteFunc(peers, func(p Program) bool { return p.Name != "curl" }) // the others take their time
	p := &Programs{Site: site, Codes: codes, Path: path, Timeout: time.Minute, Peers: peers, Requests: []int{5, 16, 100}, Now: time.Now}
	m, err := Measure(b.Context(), Config{
		Subject: p, Warmup: 1, Runs: 9, Seed: 1, Dir: cmp.Or(inShm(), b.TempDir()), Progress: func(Mode, int) {},
	})
	if err != nil {
		b.Fatal(err)
	}
	return p.judge(m)
}

// inShm is a directory in memory, if there is one.
func inShm() string {
	if _, err := os.Stat("/dev/shm"); err != nil {
		return ""
	}
	return "/dev/shm"
}
