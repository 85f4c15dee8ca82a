package tcp_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"

	"getflags/cmd/mojifinder/charindex"
	"getflags/cmd/mojifinder/tcp"
)

func ExampleServer() {
	server := &tcp.Server{
		Index:  charindex.New(),
		Log:    slog.New(slog.DiscardHandler),
		Limits: tcp.DefaultLimits(),
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error)
	go func() { done <- server.Serve(ctx, l) }()

	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(conn, "chess king turned\r\n\x04") // Ctrl-D ends the session
	said, err := io.ReadAll(conn)
	fmt.Println(strings.ReplaceAll(string(said), "\r\n", "\n"), err)
	conn.Close()
	stop()
	fmt.Println(<-done)
	// Output:
	// ?> U+1FA1E	🨞	WHITE CHESS TURNED KING
	// U+1FA24	🨤	BLACK CHESS TURNED KING
	// U+1FA2A	🨪	NEUTRAL CHESS TURNED KING
	// ────────────────────────────────────────────────────────────────── 3 found
	// ?>  <nil>
	// <nil>
}
