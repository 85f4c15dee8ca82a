package transport

import "testing"

// A header ends with an empty line, whatever ends its lines.
func TestHeadEnd(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "A": 0, "A\r\n": 0, "A\r\n\r": 0, "A\r\n\r\n": 5, "A\r\n\r\nbody": 5, "A\n\nbody": 3, "A\n\r\nbody": 4,
		"\nA\n\nbody": 4, "A\r\nB\n\n\n": 6,
	} {
		if got := headEnd([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestParseHead(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for text, want := range map[string]bool{
		"HTTP/1.1 200\r\n\r\n": true, "HTTP/1.1 200 \r\n\r\n": true, "HTTP/1.0 204 x\r\n\r\n": true,
		"HTTP/1.1 20\r\n\r\n": false, "HTTP/1.1 2000\r\n\r\n": false, "HTTP/1.1 099 x\r\n\r\n": false, "HTTP/2.0 200 OK\r\n\r\n": false,
		ok + "X: y\r\n\r\n": true, ok + "X: y\r\n z\r\n\r\n": true, ok + ": y\r\n\r\n": false, ok + "X : y\r\n\r\n": false,
		ok + "\rX: y\r\n\r\n": false, ok + "\x00X: y\r\n\r\n": false, ok + "X: y\rz\r\n\r\n": false, ok + "X: y\x00z\r\n\r\n": false,
	} {
		if _, err := parseHead([]byte(text)); (err == nil) != want {
			t.Errorf("%q: %v, want it taken %v", text, err, want)
		}
	}
}
