package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"getflags/internal/visible"
)

// acting is text that a terminal would obey, or that nobody would see: an escape
// sequence, one of C1, a turn of the direction, a letter of no look, a byte
// that is no UTF-8.
const acting = "\x1b[2J\u009b31m\u202elif\u3164\u200b\xff\u2066"

// hostileSite answers a code by its first letter with acting in another part of
// the reply, and returns its base URL.
func hostileSite(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerActing(t, conn)
		}
	}()
	return "http://" + l.Addr().String() + "/flags"
}

// answerActing answers one request and closes the connection.
func answerActing(t *testing.T, conn net.Conn) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, cc, _ := strings.Cut(r.URL.Path, "/flags/")
	status, header, body := "200 OK", "", "GIF89a"+acting
	switch {
	case strings.HasPrefix(cc, "names"):
		body = fmt.Sprintf(`{"br": "Bra%szil", "bs": "a"}`, "\u202e\u3164\u2800\u061c")
	case strings.HasSuffix(cc, ".json") && cc[0] == 'b':
		body = fmt.Sprintf(`{"tld_cc": ".br", "iso_cc": "BR", "gec_cc": "BR", "country": "Bra%szil\u001b[2J\u009b"}`, "\u202e\u3164\u2800\u061c")
	case cc[0] == 'b':
		body = string(fromSet(t, cc))
	case strings.HasSuffix(cc, ".json") && cc[0] == 'c':
		body = `{"country": "` + acting + `"`
	case cc[0] == 'd':
		status = "418 " + acting
	case cc[0] == 'e':
		status = acting
	case cc[0] == 'f':
		status, header = "302 Found", "Location: http://127.0.0.1:1/\u202e\u3164\u2066\r\n"
	case cc[0] == 'g':
		header = acting + "\r\n"
	case cc[0] == 'i':
		header = "Content-Encoding: " + acting + "\r\nTransfer-Encoding: " + acting + "\r\n"
	case cc[0] == 'j':
		status, header = "302 Found", "Location: "+acting+":x\r\n"
	case cc[0] == 'k':
		body = acting
	case cc[0] == 'l':
		status, header = "503 "+acting, "Retry-After: "+acting+"\r\n"
	}
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s", status, len(body), header, body)
	conn.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, conn)
}

// plainText checks that a text is seen as it is, line by line.
func plainText(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.ReplaceAll(line, "\t", " "); visible.Text(line) != line {
			t.Errorf("%s: %q", what, line)
		}
	}
}

// Whatever part of a reply has in it what a terminal would obey, or what nobody
// would see: no line that is printed, no record, no page and no file name has.
func TestNothingFromOutsideActs(t *testing.T) {
	site := hostileSite(t)
	codes := []string{"BR", "CN", "DE", "EG", "FR", "GB", "ID", "JP", "KR", "LA"}
	for _, args := range [][]string{
		{}, {"-v"}, {"--json"}, {"--stats"}, {"--writers", "0"}, {"--save-metadata", "--gallery"},
		{"--trace", "DIR/trace.html"}, {"--trace", "DIR/trace.json"},
		{"--names", site + "/names"},
		{"mirror"}, {"mirror", "-v"}, {"mirror", "--json"}, {"mirror", "--gallery", "--names", site + "/names"},
	} {
		what, dir := strings.Join(args, " "), t.TempDir()
		for i := range args {
			args[i] = strings.Replace(args[i], "DIR", dir, 1)
		}
		args = append(args, "-s", site, "-o", dir, "--retries", "0")
		_, out, errs := runProgram(t, append(args, codes...)...)
		if !strings.Contains(out+errs, `\u202e`) {
			t.Errorf("%s: nothing of it arrived:\n%s%s", what, out, errs)
		}
		plainText(t, what+": standard output", out)
		plainText(t, what+": standard error", errs)
		plainFiles(t, what, dir)
	}
}

// plainFiles checks the names of files, and the pages and traces among them.
func plainFiles(t *testing.T, what, dir string) {
	t.Helper()
	found := 0
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		found++
		plainText(t, what+": file name", filepath.Base(name))
		if err != nil || !strings.HasSuffix(name, ".html") && filepath.Base(name) != "trace.json" {
			return err
		}
		page, err := os.ReadFile(name)
		plainText(t, what+": "+filepath.Base(name), string(page))
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%s: %d files, %v", what, found, err)
	}
}

// Names that stand in a directory are input, too.
func TestFileNamesDoNotAct(t *testing.T) {
	dir := t.TempDir()
	if code, _, errs := runProgram(t, "mirror", "-o", dir, "-s", hostileSite(t), "--retries", "0", "BR"); code != 0 {
		t.Fatal(errs)
	}
	picture := fromSet(t, "br/br.gif")
	for i, name := range []string{"br/" + acting + ".gif", acting + ".gif", acting + "/x.gif", "br/\n+ BR good\r.gif"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), picture, 0o666); err != nil {
			t.Skip("the file system takes no such name: " + strconv.Itoa(i))
		}
	}
	_, out, errs := runProgram(t, "verify", dir)
	plainText(t, "verify", out+errs)
	if !strings.Contains(out, `\u202e`) || !strings.Contains(out, `\n+ BR`) {
		t.Errorf("verify does not name them: %s", out)
	}
	_, out, errs = runProgram(t, "gallery", dir)
	plainText(t, "gallery", out+errs)
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	plainText(t, "the gallery's page", string(page))
	_, out, errs = runProgram(t, "gallery", filepath.Join(dir, "none"+acting))
	plainText(t, "gallery of a directory", out+errs)
}
