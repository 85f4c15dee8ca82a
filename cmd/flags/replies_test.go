package main

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"getflags/flags/flagserver"
	"getflags/internal/replytest"
)

// A speaker is a server that answers requests with bytes, whatever they are.
type speaker struct {
	net.Listener
	// reply is what is said in answer to a path, and whether the connection
	// stays.
	reply   func(c net.Conn, path string) (stays bool)
	serving sync.WaitGroup
}

// newSpeaker returns a server, and the URL of its flags.
func newSpeaker(t *testing.T, reply func(c net.Conn, path string) bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &speaker{Listener: l, reply: reply}
	s.serving.Go(s.accept)
	t.Cleanup(func() {
		l.Close()
		s.serving.Wait()
	})
	return "http://" + l.Addr().String() + "/flags"
}

func (s *speaker) accept() {
	for {
		c, err := s.Accept()
		if err != nil {
			return
		}
		s.serving.Go(func() {
			defer c.Close()
			requests := bufio.NewReader(c)
			for {
				req, err := http.ReadRequest(requests)
				if err != nil || !s.reply(c, req.URL.Path) {
					return
				}
			}
		})
	}
}

// part is what the built-in set has under a site's path, such as
// /flags/br/br.gif.
func part(path string) ([]byte, error) {
	set := flagserver.Set()
	f, err := set.Open(strings.TrimPrefix(path, "/flags/"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(f)
	return b.Bytes(), err
}

const nothingThere = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

// say writes a site's part in some form, or says that it is not there.
func say(c net.Conn, path string, form func(body []byte) []byte) bool {
	body, err := part(path)
	if err != nil {
		_, err := c.Write([]byte(nothingThere))
		return err == nil
	}
	_, err = c.Write(form(body))
	return err == nil
}

// saved are the files of a download or a mirror that hold a set's pictures, and
// which of them are others' or nobody's.
func saved(t *testing.T, dir string) (files map[string][]byte) {
	t.Helper()
	files = map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".gif" {
			return err
		}
		data, err := os.ReadFile(name)
		files[strings.ToLower(strings.TrimSuffix(filepath.Base(name), ".gif"))] = data
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

// brokenReplies is a server that answers each path with one broken reply, and
// knows what may be taken for its body.
type brokenReplies struct {
	seed uint64
	mu   sync.Mutex
	said map[string][]byte // by path
}

func (b *brokenReplies) reply(c net.Conn, path string) bool {
	body, err := part(path)
	if err != nil {
		c.Write([]byte(nothingThere))
		return false
	}
	b.mu.Lock()
	text, ok := b.said[path]
	if !ok {
		r := rand.New(rand.NewPCG(b.seed, uint64(len(b.said))))
		forms := replytest.Forms()
		text = replytest.Mutate(r, forms[r.IntN(len(forms))].Reply(body))
		b.said[path] = text
	}
	b.mu.Unlock()
	c.Write(text)
	return false
}

// Broken replies leave no wrong flag, neither of a download nor of a mirror: what
// is saved is the body that the rules find in the reply, or nothing.
func TestBrokenReplies(t *testing.T) {
	rounds := 2
	switch {
	case os.Getenv("FLAGS_LONG") != "":
		rounds = 24 // of 388 replies each, 9,312
	case !testing.Short():
		rounds = 6
	}
	wrong, whole := 0, 0
	for seed := range uint64(rounds) {
		b := &brokenReplies{seed: seed, said: map[string][]byte{}}
		url, dir := newSpeaker(t, b.reply), t.TempDir()
		args := []string{"-a", "-q", "-m", "20", "--retries", "0", "--no-metadata", "-s", url, "-o", dir}
		if seed%2 == 1 {
			args = []string{"mirror", "-q", "-m", "20", "--retries", "0", "-s", url + "/{cc}/{cc}.gif", "-o", dir}
		}
		runProgram(t, args...)
		for cc, got := range saved(t, dir) {
			want, err := replytest.Judge(b.said["/flags/"+cc+"/"+cc+".gif"])
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("seed %d: %s is saved with %d bytes, want %d, %v", seed, cc, len(got), len(want), err)
				wrong++
			}
			whole++
		}
	}
	t.Logf("%d flags came through, %d of them wrong", whole, wrong)
	if whole == 0 {
		t.Error("no flag came through: that is no test")
	}
}

// A server that says each answer twice shifts nothing. The second comes with the
// end of the first, so that it is there, whoever is quick or slow, when the next
// request is sent; but behind what is read of so large a flag, so that it takes a
// look to find it.
func TestAnswersSaidTwice(t *testing.T) {
	sized := replytest.Forms()[0]
	large := func(body []byte) []byte { return slices.Concat(body, make([]byte, 50<<10-len(body))) }
	twice := func(c net.Conn, path string) bool {
		return say(c, path, func(body []byte) []byte {
			return slices.Concat(sized.Reply(large(body)), sized.Reply(body))
		})
	}
	for _, command := range []string{"", "mirror"} {
		url, dir := newSpeaker(t, twice), t.TempDir()
		args := []string{"-al", "40", "-q", "-m", "1", "--retries", "0", "--no-metadata", "-s", url, "-o", dir}
		if command == "mirror" {
			args = []string{"mirror", "-l", "40", "-q", "-m", "1", "--retries", "0", "-s", url + "/{cc}/{cc}.gif", "-o", dir}
		}
		code, _, stderr := runProgram(t, args...)
		files := saved(t, dir)
		for cc, got := range files {
			if want, err := part("/flags/" + cc + "/" + cc + ".gif"); err != nil || !bytes.Equal(got, large(want)) {
				t.Errorf("%s: %s is not what was answered for it", command, cc)
			}
		}
		if code != 0 || len(files) != 40 {
			t.Errorf("%s: exit code %d, %d flags; %s", command, code, len(files), stderr)
		}
	}
}

// HTTP/1.0 answers without a length are refused, unless the user takes them: then
// pictures and metadata count if their own end is there.
func TestAcceptUnsized(t *testing.T) {
	cut := func(body []byte) []byte { return body }
	url := newSpeaker(t, func(c net.Conn, path string) bool {
		say(c, path, func(body []byte) []byte { return replytest.Unsized("HTTP/1.0", cut(body)) })
		return false
	})
	for _, tt := range []struct {
		args  string
		cut   int // bytes
		code  int
		error string
	}{
		{"AD BR", 0, 1, "the answer does not tell where it ends"},
		{"AD BR --accept-unsized", 0, 0, ""},
		{"AD BR --accept-unsized --no-metadata", 0, 0, ""},
		{"mirror AD BR --accept-unsized", 0, 0, ""},
		{"AD BR --accept-unsized --no-metadata", 1, 1, "this GIF has no end"},
		{"mirror AD BR --accept-unsized", 100, 1, "this GIF has no end"},
	} {
		cut = func(body []byte) []byte { return body[:len(body)-tt.cut] }
		dir := t.TempDir()
		args := slices.Concat(strings.Fields(tt.args), []string{"-q", "--retries", "0", "-s", url, "-o", dir})
		code, _, stderr := runProgram(t, args...)
		if n := len(saved(t, dir)); code != tt.code || !strings.Contains(stderr, tt.error) || n != 2*(1-tt.code) {
			t.Errorf("%s, %d bytes cut off: exit code %d, %d flags; %s", tt.args, tt.cut, code, n, stderr)
		}
	}
}

// A picture with something behind its end is fine where its length is told, for
// downloads and mirrors as for what looks at them later.
func TestPictureWithMoreBehind(t *testing.T) {
	sized := replytest.Forms()[0]
	url := newSpeaker(t, func(c net.Conn, path string) bool {
		return say(c, path, func(body []byte) []byte {
			if strings.HasSuffix(path, ".gif") {
				body = append(bytes.Clone(body), "more"...)
			}
			return sized.Reply(body)
		})
	})
	dir := t.TempDir()
	for _, args := range [][]string{
		{"AD", "BR", "-q", "-s", url, "-o", filepath.Join(dir, "some"), "--accept-unsized"},
		{"gallery", filepath.Join(dir, "some")},
		{"mirror", "AD", "BR", "-q", "-s", url, "-o", filepath.Join(dir, "copy"), "--accept-unsized"},
		{"verify", filepath.Join(dir, "copy")},
		{"gallery", filepath.Join(dir, "copy")},
	} {
		if code, stdout, stderr := runProgram(t, args...); code != 0 {
			t.Errorf("%v: exit code %d; %s%s", args, code, stdout, stderr)
		}
	}
}
