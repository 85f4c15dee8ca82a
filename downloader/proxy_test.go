package downloader

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A proxy is asked, or an error says what is wrong: nothing is sent past it. No
// error has anything of the password.
func TestProxyFromEnvironment(t *testing.T) {
	const form, port = "want a URL such as http://host:3128", ": a port is a number from 1 to 65535"
	for _, tt := range []struct {
		name, value, url string
		proxy, err       string // or ""; the beginning of the error
	}{
		{"HTTP_PROXY", "http://u:secret%zz@proxy:3128", "http://site/", "", "HTTP_PROXY: " + form},
		{"http_proxy", "http://u:secret%zz@proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://u:secret/secret@proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://u:12/secret@proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://u:12#secret@proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://u:12?secret@proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://proxy:99x", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", ":3128", "http://site/", "", "http_proxy: " + form + ": there is no host"},
		{"http_proxy", "http://u:secret@proxy:99999", "http://site/", "", "http_proxy: " + form + port},
		{"http_proxy", "http://proxy:65536", "http://site/", "", "http_proxy: " + form + port},
		{"http_proxy", "proxy:0", "http://site/", "", "http_proxy: " + form + port},
		{"http_proxy", "http://[::1]:99999999999999999999", "http://site/", "", "http_proxy: " + form + port},
		{"all_proxy", "socks5://proxy:000", "http://site/", "", "all_proxy: " + form + port},
		{"https_proxy", "https://proxy:70000", "https://site/", "", "https_proxy: " + form + port},
		{"http_proxy", "http://::1:3128", "http://site/", "", "http_proxy: " + form + ", or http://[2001:db8::1]:3128"},
		{"http_proxy", "::1", "http://site/", "", "http_proxy: " + form + ", or http://[2001:db8::1]:3128"},
		{"http_proxy", "http://[proxy]:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://proxy:3128 ", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", " http://proxy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://pro xy:3128", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", " ", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "http://proxy:-1", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "://", "http://site/", "", "http_proxy: " + form},
		{"http_proxy", "foo://proxy", "http://site/", "", "http_proxy: no such kind of proxy"},
		{"all_proxy", "socks4://proxy", "http://site/", "", "all_proxy: no such kind of proxy"},
		{"https_proxy", "http://u:secret%zz@proxy:3128", "https://site/", "", "https_proxy: " + form},
		// Not for these.
		{"https_proxy", "foo://proxy", "http://site/", "", ""},
		{"http_proxy", "foo://proxy", "http://localhost/", "", ""},
		{"http_proxy", "foo://proxy", "http://127.0.0.1:8000/", "", ""},
		{"http_proxy", "foo://proxy", "http://inside.example/", "", ""},
		{"http_proxy", "foo://proxy", "http://other/", "", ""},
		// These are fine.
		{"http_proxy", "http://u:secret%25zz@proxy:3128/", "http://site/", "http://u:secret%25zz@proxy:3128/", ""},
		{"http_proxy", "proxy:3128", "http://site/", "http://proxy:3128", ""},
		{"http_proxy", "http://proxy:", "http://site/", "http://proxy:", ""},
		{"http_proxy", "http://proxy:65535", "http://site/", "http://proxy:65535", ""},
		{"http_proxy", "http://[::1]:00001", "http://site/", "http://[::1]:00001", ""},
		{"HTTPS_PROXY", "https://proxy", "https://site/", "https://proxy", ""},
		{"ALL_PROXY", "socks5://proxy", "https://site/", "socks5://proxy", ""},
		{"all_proxy", "socks5h://proxy", "http://site/", "socks5h://proxy", ""},
		{"http_proxy", "", "http://site/", "", ""},
	} {
		t.Run(tt.name+" "+tt.value+" "+tt.url, func(t *testing.T) {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUEST_METHOD"} {
				t.Setenv(name, "")
				t.Setenv(strings.ToLower(name), "")
			}
			t.Setenv("NO_PROXY", "a.example .example  other")
			t.Setenv(tt.name, tt.value)
			proxy, err := ProxyFromEnvironment()(httptest.NewRequest(http.MethodGet, tt.url, nil))
			if proxy == nil && tt.proxy != "" || proxy != nil && proxy.String() != tt.proxy {
				t.Errorf("proxy %v, want %q", proxy, tt.proxy)
			}
			var fault *ProxyError
			if tt.err == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), tt.err) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}
