package origin

import (
	"net/url"
	"testing"
)

func TestAuthority(t *testing.T) {
	for raw, want := range map[string]string{
		"http://host": "host:80", "http://HOST:080/": "host:80", "https://Host": "host:443", "http://host:": "host:80", "http://host:8000/x": "host:8000", "http://[::1]": "[::1]:80", "http://[::1]:1/": "[::1]:1",
	} {
		u, err := url.Parse(raw)
		if err != nil || Authority(u) != want {
			t.Errorf("%s: %s, %v; want %s", raw, Authority(u), err, want)
		}
	}
}
