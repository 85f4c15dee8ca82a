package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"getflags/cmd/internal/browsertest"
)

// tab is a browser's tab on the server.
type tab struct {
	*browsertest.Tab
	base string // URL of the server
}

// tabs starts a browser for the whole test, and returns a function that opens
// a tab on the server.
func tabs(t *testing.T, server *httptest.Server) func(t *testing.T) *tab {
	t.Helper()
	open := browsertest.Start(t)
	return func(t *testing.T) *tab { return &tab{open(t), server.URL} }
}

func (b *tab) open(t *testing.T, path string) {
	t.Helper()
	b.Open(t, b.base+path)
}

// enter types text into the search box.
func (b *tab) enter(t *testing.T, text string) {
	t.Helper()
	b.Type(t, "#query", text)
}

// clear empties the search box as a user would, so that the page hears of it.
func (b *tab) clear(t *testing.T) {
	t.Helper()
	b.Run(t, `query.select()`)
	b.Press(t, kb.Backspace)
}

// rows waits for that many rows and returns their text.
func (b *tab) rows(t *testing.T, count int) []string {
	t.Helper()
	b.Until(t, fmt.Sprintf(`found.children.length === %d && !found.ariaBusy`, count))
	return browsertest.Eval[[]string](t, b.Tab, `[...found.children].map((row) => row.textContent.trim().replace(/\s+/g, ' '))`)
}

// spoken is the role and the name that a screen reader has for an element.
func (b *tab) spoken(t *testing.T, selector string) string {
	t.Helper()
	var ids []cdp.NodeID
	var nodes []*accessibility.Node
	b.Do(t, chromedp.NodeIDs(selector, &ids, chromedp.ByQuery), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		nodes, err = accessibility.GetPartialAXTree().WithNodeID(ids[0]).WithFetchRelatives(false).Do(ctx)
		return err
	}))
	words := []string{}
	for _, value := range []*accessibility.Value{nodes[0].Role, nodes[0].Name} {
		var word string
		if value != nil {
			if err := json.Unmarshal(value.Value, &word); err != nil {
				t.Fatal(err)
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}
