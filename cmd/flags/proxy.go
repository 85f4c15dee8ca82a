package main

import (
	"net/http"

	"getflags/downloader"
	"getflags/flags"
)

// checkProxy says what is wrong with the proxy that a site would be asked
// through, once for all flags.
func checkProxy(site flags.Site) error {
	find := downloader.ProxyFromEnvironment()
	for _, url := range []string{site.ImageURL("AD"), site.Names} {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			continue // that is not the proxy's fault, and told when it is sent
		}
		if _, err := find(req); err != nil {
			return err
		}
	}
	return nil
}
