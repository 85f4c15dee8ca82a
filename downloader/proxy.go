package downloader

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// A ProxyError is a malformed proxy in the environment. It does not contain the
// variable's value, which may have a password.
type ProxyError struct {
	Variable string // such as "http_proxy"
	Reason   string
}

func (e *ProxyError) Error() string { return e.Variable + ": " + e.Reason }

// ProxyFromEnvironment returns a function that returns a request's proxy, as
// [http.ProxyFromEnvironment] does. It reads the environment now: HTTP_PROXY,
// HTTPS_PROXY, NO_PROXY (also in lower case), and ALL_PROXY if there is none for the
// scheme. Package http ignores a proxy that is not a URL and sends its requests
// directly; here they fail with a [*ProxyError].
func ProxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	find := proxyFromEnvironment()
	return func(req *http.Request) (*url.URL, error) { return find(req.URL) }
}

// proxyFromEnvironment is ProxyFromEnvironment for URLs.
func proxyFromEnvironment() func(*url.URL) (*url.URL, error) {
	e := httpproxy.FromEnvironment()
	all := cmp.Or(os.Getenv("ALL_PROXY"), os.Getenv("all_proxy"))
	e.HTTPProxy, e.HTTPSProxy = cmp.Or(e.HTTPProxy, all), cmp.Or(e.HTTPSProxy, all)
	e.NoProxy = strings.Join(strings.FieldsFunc(e.NoProxy, isSeparator), ",")
	faults := map[string]error{
		"http":  repair(&e.HTTPProxy, "HTTP_PROXY"),
		"https": repair(&e.HTTPSProxy, "HTTPS_PROXY"),
	}
	find := e.ProxyFunc()
	return func(u *url.URL) (*url.URL, error) {
		proxy, err := find(u)
		if proxy != nil && faults[u.Scheme] != nil {
			return nil, faults[u.Scheme]
		}
		return proxy, err
	}
}

func isSeparator(r rune) bool { return r == ',' || r == ' ' || r == '\t' }

// repair replaces a malformed proxy by one that is not, so that package httpproxy finds it
// for the same requests, and returns what is wrong with it.
func repair(proxy *string, name string) error {
	reason := unfit(*proxy)
	if reason == "" {
		return nil
	}
	fault := &ProxyError{Variable: variable(name, *proxy), Reason: reason}
	*proxy = "http://proxy.invalid"
	return fault
}

// variable returns the name of the variable that has a proxy.
func variable(name, proxy string) string {
	for _, name := range []string{name, strings.ToLower(name), "ALL_PROXY", "all_proxy"} {
		if os.Getenv(name) == proxy {
			return name
		}
	}
	return name
}

// unfit returns what is wrong with a proxy, or "". Without a scheme it is http's. The
// reason quotes nothing of the proxy, nor package url's error: if a password is not
// escaped, any part may belong to it.
func unfit(proxy string) string {
	const form = "want a URL such as http://host:3128"
	if proxy == "" {
		return ""
	}
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	switch {
	case err != nil && strings.Contains(proxy, "@"):
		return form + "; in a user's name and a password %, /, ?, #, @ and : are written as %25, %2F, %3F, %23, %40 and %3A"
	case err != nil && strings.Count(proxy, ":") > strings.Count("http://host:3128", ":"):
		return form + ", or http://[2001:db8::1]:3128 for an address of IPv6"
	case err != nil:
		return form
	case u.Hostname() == "":
		return form + ": there is no host"
	case !isPort(cmp.Or(u.Port(), "80")):
		return form + ": a port is a number from 1 to 65535"
	case strings.Contains(u.Path+u.RawQuery+u.Fragment, "@"):
		return form + "; in a user's name and a password /, ? and # are written as %2F, %3F and %23"
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return ""
	}
	return "no such kind of proxy is known: want http, https, socks5 or socks5h"
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}
