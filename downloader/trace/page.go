package trace

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html"
	"io/fs"
	"strings"
	"time"

	"getflags/internal/visible"
)

// The page's parts. The scripts are one, in this order.
//
//go:embed page
var parts embed.FS

// page writes a page that draws the events in it. The script comes before
// them, and reads them line by line, so that a page that is cut off draws what
// it has.
type page struct {
	w *bytes.Buffer
}

func newPage(w *bytes.Buffer, info Info, start time.Time) *page {
	style := part("style.css")
	script := part("model.js") + part("draw.js") + part("main.js")
	strings.NewReplacer(
		"{policy}", policy(style, script),
		"{title}", html.EscapeString(visible.Text(info.Title)),
		"{style}", style,
		"{script}", script,
	).WriteString(w, part("page.html"))
	p := &page{w: w}
	p.line(map[string]any{
		"title": visible.Text(info.Title), "max": info.MaxRequests, "writers": info.Writers,
		"start": start.UTC().Format(time.RFC3339), "kinds": kinds(),
	})
	return p
}

// part is a part of the page.
func part(name string) string {
	data, err := fs.ReadFile(parts, "page/"+name)
	if err != nil {
		panic(err) // it is in the program
	}
	return string(data)
}

// policy is a content security policy that allows just this style and this
// script, and nothing to be loaded or sent (W3C, Content Security Policy
// Level 3, section 6.7.2.3).
func policy(style, script string) string {
	digest := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + digest(style) + "; script-src " + digest(script) +
		"; base-uri 'none'; form-action 'none'"
}

// line writes a value on a line of its own. As encoding/json escapes < and >,
// nothing in it ends the element that it stands in.
func (p *page) line(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers
	}
	p.w.Write(data)
	p.w.WriteByte('\n')
}

// event writes a list of what model.js knows by these places.
func (p *page) event(e *entry) {
	list := []any{
		e.group, e.lane, e.kind, e.at(e.Start), e.Took(), short(e.Task), short(e.URL), text(e.Err),
		e.Number, e.bytes, e.before, e.after,
	}
	if r := e.request; r != nil {
		list = append(list, r.Status, after(e, r.Connected), after(e, r.Wrote), after(e, r.FirstByte), r.Hops, r.Reused)
	}
	p.line(list)
}

// after is how long after the event's start something was, or -1.
func after(e *entry, t time.Time) time.Duration {
	if t.IsZero() {
		return -1
	}
	return t.Sub(e.Start)
}

// end completes the page.
func (p *page) end() { p.w.WriteString("</script>\n</body>\n</html>\n") }
