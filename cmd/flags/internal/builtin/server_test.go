package builtin

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"getflags/flags"
	"getflags/flags/flagserver"
)

// The run that has the port may end just when another asks who has it.
func TestServerThatEnds(t *testing.T) {
	listeners, err := flagserver.Listen("localhost", 0)
	if err != nil {
		t.Fatal(err)
	}
	site := flags.Site{Label: "LOCAL", Base: fmt.Sprintf("http://localhost:%d/flags", listeners[0].Addr().(*net.TCPAddr).Port)}
	var ending sync.WaitGroup
	for _, l := range listeners {
		ending.Go(func() {
			if conn, err := l.Accept(); err == nil { // whoever asks gets no answer
				conn.Close()
			}
			CloseAll(listeners)
		})
	}
	b, err := Start(t.Context(), site, time.Minute)
	ending.Wait()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Stop()
	if b == nil || b.beside != "" || b.Dial(time.Minute) != nil {
		t.Errorf("%+v: want the server on the site's own port", b)
	}
	conn, err := net.Dial("tcp", site.Host())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}
