package mirror

import (
	"context"
	"net/http"
	"strings"

	"getflags/downloader"
	"getflags/internal/bom"
)

// siteSums is a site's own list of the SHA-256 of its files, as they are when
// it is asked. Few sites have one, but those of "flags serve" do. It only ever
// saves requests: what it does not tell, or tells otherwise, is asked for.
type siteSums struct {
	etag   string
	of     map[string]string // file name to hexadecimal SHA-256
	asWere bool              // they are those that the manifest agreed with
}

// vouch reports whether the site has exactly this file.
func (s siteSums) vouch(e Entry) bool {
	return e.SHA256 != "" && (s.asWere || s.of[e.Name] == e.SHA256)
}

// askSums gets the site's list, and closes told when it is there or there is
// none: a site that does not tell it is one to ask for each file.
func (m *Mirror) askSums(ctx context.Context, c *downloader.Client) (*country, []downloader.File, error) {
	defer close(m.told)
	url := m.options.Site.SumsURL()
	if url == "" || m.options.Names != nil {
		return nil, nil, nil
	}
	r := downloader.Request{URL: url}
	if m.sumsTag != "" {
		r.Header = http.Header{"If-None-Match": {m.sumsTag}}
	}
	resp, err := c.Do(ctx, r)
	if err == nil {
		m.sums = newSiteSums(resp, m.sumsTag)
	}
	return nil, nil, err
}

// isTold reports whether the site's list is there.
func (m *Mirror) isTold() bool {
	select {
	case <-m.told:
		return true
	default:
		return false
	}
}

func newSiteSums(resp *downloader.Response, asked string) siteSums {
	if resp.NotModified {
		return siteSums{etag: asked, asWere: true}
	}
	s := siteSums{of: parseSums(resp.Body)}
	if tag := resp.Header().Get("ETag"); len(tag) <= maxField && !strings.HasPrefix(tag, "W/") {
		s.etag = tag
	}
	return s
}

// parseSums reads what sha256sum writes. Whatever else a site has there, the
// page of an error for instance, gives nothing that a file could agree with.
func parseSums(list []byte) map[string]string {
	sums := map[string]string{}
	list, _ = bom.Skip(list) // in another encoding no line agrees
	for line := range strings.Lines(string(list)) {
		if sum, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "  "); ok {
			sums[name] = sum
		}
	}
	return sums
}

// agreed is the ETag to ask with next time: that of a list that tells of every
// file here what the manifest will say of it, or "".
func (m *Mirror) agreed() string {
	for name, e := range m.next {
		known := m.sums.of[name]
		if m.sums.asWere {
			known = m.old[name].SHA256
		}
		if known != e.SHA256 {
			return ""
		}
	}
	return m.sums.etag
}
