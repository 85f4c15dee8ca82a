package origin

import (
	"net/url"
	"testing"
)

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAuthority(t *testing.T) {
	for raw, want := range map[string]string{
		"http://host": "host:80", "http://HOST:080/": "host:80", "https://Host": "host:443", "http://host:": "host:80",
		"http://host:8000/x": "host:8000", "http://[::1]": "[::1]:80", "http://[::1]:1/": "[::1]:1",
		"http://Aa:1": "aa:1", "http://zZ:1": "zz:1", "http://[fe80::A]:1": "[fe80::a]:1", "http://host:0": "host:0", "http://host:00": "host:0",
	} {
		if got := Authority(parse(t, raw)); got != want {
			t.Errorf("%s: %s; want %s", raw, got, want)
		}
	}
}

// The authority of most URLs is there already.
func TestAuthorityTakesNoMemory(t *testing.T) {
	u := parse(t, "http://127.0.0.1:8000/br.gif")
	if n := testing.AllocsPerRun(100, func() { Authority(u) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"http://host/a", "http://host/b", true}, {"http://host", "HTTP://HOST:80", true}, {"https://host", "https://host:443", true},
		{"http://host", "https://host", false}, {"http://host:443", "https://host", false}, {"http://host", "http://host:81", false},
		{"http://host", "http://post", false},
	} {
		if Same(parse(t, tt.a), parse(t, tt.b)) != tt.same || (Of(parse(t, tt.a)) == Of(parse(t, tt.b))) != tt.same {
			t.Errorf("%s and %s: same is not %v", tt.a, tt.b, tt.same)
		}
	}
}
