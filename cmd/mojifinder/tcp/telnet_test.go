package tcp

import (
	"bytes"
	"context"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// Telnet's negotiation is no part of a line, wherever reads cut it.
func TestTelnetCommandsAreSkipped(t *testing.T) {
	for name, tt := range map[string]struct {
		send string
		want []string
		end  error
	}{
		"options first":            {"\xff\xfd\x03\xff\xfb\x18\xff\xfc\x1f\xff\xfe\x20cat\r\n", []string{"cat "}, io.EOF},
		"options in a word":        {"ca\xff\xfb\x01t\n", []string{"cat"}, io.EOF},
		"an option that is IAC":    {"\xff\xfb\xffcat\n", []string{"cat"}, io.EOF},
		"an option like a newline": {"\xff\xfb\ncat\n", []string{"cat"}, io.EOF},
		"subnegotiation":           {"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0cat\n", []string{"cat"}, io.EOF},
		"with IAC as data":         {"\xff\xfa\x1f\xff\xff\xf0\x03\n\xff\xff\xff\xf0cat\n", []string{"cat"}, io.EOF},
		"without an end":           {"cat\n\xff\xfa\x1f\x00\x50cat\n", []string{"cat"}, io.EOF},
		"commands":                 {"\xff\xf1c\xff\xf2a\xff\xf6t\xff\xf9\n", []string{"cat"}, io.EOF},
		"IAC as data":              {"cat\xff\xff\n", []string{"cat\uFFFD"}, io.EOF},
		"IAC at the end":           {"cat\n\xff", []string{"cat"}, io.EOF},
		"CR NUL":                   {"cat\r\x00dog\r\x00", []string{"cat ", "dog "}, io.EOF},
		"CR NUL and CR LF":         {"cat\r\x00\r\ndog\n", []string{"cat ", " ", "dog"}, io.EOF},
		"IAC between CR and NUL":   {"cat\r\xff\xf1\x00dog\r\xff\xfb\x01\n", []string{"cat ", "dog "}, io.EOF},
		"CR alone":                 {"cat\rface\r\r\n", []string{"cat face  "}, io.EOF},
		"NUL alone":                {"cat\n\x00dog\n", []string{"cat"}, errControl},
		"Ctrl-C as a byte":         {"cat\n\x03dog\n", []string{"cat"}, errControl},
		"Ctrl-C":                   {"cat\ndo\xff\xf4\xff\xfd\x06", []string{"cat"}, errControl},
		"break":                    {"\xff\xf3", nil, errControl},
		"abort":                    {"\xff\xee", nil, errControl},
		"Ctrl-D":                   {"cat\n\xff\xecdog\n", []string{"cat"}, errControl},
	} {
		for how, r := range map[string]io.Reader{
			"whole": strings.NewReader(tt.send), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.send)),
		} {
			in, got := newLines(r, 32), []string(nil)
			line, err := in.next()
			for ; err == nil; line, err = in.next() {
				got = append(got, line)
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") || err != tt.end {
				t.Errorf("%s, %s: %q, %v; want %q, %v", name, how, got, err, tt.want, tt.end)
			}
		}
	}
}

// TestRealClients talks through the programs that people have.
func TestRealClients(t *testing.T) {
	for _, c := range []struct {
		program string
		options []string
	}{
		{"telnet", nil},
		{"telnet", []string{"-8"}}, // it negotiates at once
		{"telnet", []string{"-L"}},
		{"nc", nil},
	} {
		t.Run(strings.Join(append([]string{c.program}, c.options...), " "), func(t *testing.T) {
			path, err := exec.LookPath(c.program)
			if err != nil {
				t.Skip("no " + c.program + " here to be asked with")
			}
			local := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- quiet(DefaultLimits()).Serve(ctx, local) }()
			converse(t, path, append(c.options, addressOf(local)...))
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

func addressOf(l net.Listener) []string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	return []string{host, port}
}

// converse asks two queries through a client, each when the one before is
// answered, and ends it.
func converse(t *testing.T, path string, args []string) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // if it keeps silent
	defer cancel()
	client := exec.CommandContext(ctx, path, args...)
	in, err := client.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	var seen bytes.Buffer
	until := func(text string) {
		b := make([]byte, 1)
		for !strings.HasSuffix(seen.String(), text) {
			if _, err := io.ReadFull(out, b); err != nil {
				t.Fatalf("%q did not come: %v\n%s", text, err, &seen)
			}
			seen.Write(b)
		}
	}
	until(prompt)
	for _, query := range []string{"cat face", "grinning cat"} {
		io.WriteString(in, query+"\n")
		until("found") // the end of the line is as the client shows it
		until(prompt)
	}
	if !strings.Contains(seen.String(), "U+1F638\t😸\tGRINNING CAT FACE WITH SMILING EYES") {
		t.Errorf("no cat in %s", &seen)
	}
	in.Close()
	client.Process.Kill()
	client.Wait()
}
