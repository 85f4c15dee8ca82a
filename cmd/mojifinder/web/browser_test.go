package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// deadline bounds what a page may take for one thing. It is for a page that
// hangs; nothing depends on how long things take.
const deadline = 10 * time.Second

// tab is a page in a headless browser.
type tab struct {
	ctx  context.Context
	base string // URL of the server

	mu       sync.Mutex
	problems []string // what the page wrote on the console, uncaught errors
}

// tabs starts a browser for the whole test, and returns a function that opens
// a tab on the server.
func tabs(t *testing.T, server *httptest.Server) func(t *testing.T) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.ExecPath(chromium(t)))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T) *tab {
		ctx, closeTab := chromedp.NewContext(ctx)
		t.Cleanup(closeTab)
		b := &tab{ctx: ctx, base: server.URL}
		b.watch(t)
		// The first Run attaches the tab, for as long as its context lasts.
		if err := chromedp.Run(ctx, chromedp.EmulateViewport(1000, 800)); err != nil {
			t.Fatal(err)
		}
		// Only the tab in front has the focus, unless they are told otherwise.
		b.do(t, emulation.SetFocusEmulationEnabled(true))
		return b
	}
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium or google-chrome here to open the pages in")
	return ""
}

// do makes the page do something, and stops the test if it cannot.
func (b *tab) do(t *testing.T, steps ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, deadline)
	defer cancel()
	if err := chromedp.Run(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// awaited makes Evaluate wait for the promise that an expression is.
func awaited(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams {
	return p.WithAwaitPromise(true)
}

func eval[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	var value T
	b.do(t, chromedp.Evaluate(expression, &value, awaited))
	return value
}

// run runs statements whose value is of no interest.
func (b *tab) run(t *testing.T, script string) {
	t.Helper()
	b.do(t, chromedp.Evaluate(script, nil))
}

// until waits until the expression is true. The page is asked again and again:
// to have it look by itself, as chromedp's Poll does, takes an eval, which its
// policy forbids.
func (b *tab) until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, deadline)
	defer cancel()
	look := fmt.Sprintf(`new Promise((done) => setTimeout(() => done(Boolean(%s)), 5))`, expression)
	for ok := false; !ok; {
		if err := chromedp.Run(ctx, chromedp.Evaluate(look, &ok, awaited)); err != nil {
			text := eval[string](t, b, `document.body.innerText`)
			t.Fatalf("waiting for %s: %v; the page says:\n%.600s", expression, err, text)
		}
	}
}

func (b *tab) open(t *testing.T, path string) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.base+path))
}

// enter types text into the search box.
func (b *tab) enter(t *testing.T, text string) {
	t.Helper()
	b.do(t, chromedp.SendKeys("#query", text, chromedp.ByQuery))
}

// press presses keys, wherever the focus is.
func (b *tab) press(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		b.do(t, chromedp.KeyEvent(key))
	}
}

// slash presses that key. To chromedp a key and its character are two events,
// of which the second comes even if the page has taken the first for itself.
func (b *tab) slash(t *testing.T) {
	t.Helper()
	b.do(t, input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithCode("Slash").WithText("/"),
		input.DispatchKeyEvent(input.KeyUp).WithKey("/").WithCode("Slash"))
}

func (b *tab) click(t *testing.T, selector string) {
	t.Helper()
	b.do(t, chromedp.Click(selector, chromedp.ByQuery))
}

// clear empties the search box as a user would, so that the page hears of it.
func (b *tab) clear(t *testing.T) {
	t.Helper()
	b.run(t, `query.select()`)
	b.press(t, kb.Backspace)
}

// rows waits for that many rows and returns their text.
func (b *tab) rows(t *testing.T, count int) []string {
	t.Helper()
	b.until(t, fmt.Sprintf(`found.children.length === %d && !found.ariaBusy`, count))
	return eval[[]string](t, b, `[...found.children].map((row) => row.textContent.trim().replace(/\s+/g, ' '))`)
}

// watch collects what goes wrong in the page, and fails the test over it.
func (b *tab) watch(t *testing.T) {
	chromedp.ListenTarget(b.ctx, func(event any) {
		switch e := event.(type) {
		case *cdpruntime.EventExceptionThrown:
			b.note(e.ExceptionDetails.Error())
		case *cdpruntime.EventConsoleAPICalled:
			b.note(fmt.Sprintf("console.%s", e.Type))
		case *cdplog.EventEntryAdded: // what the policy forbids, what cannot be loaded
			b.note(e.Entry.Text)
		}
	})
	t.Cleanup(func() {
		for _, problem := range b.complaints() {
			t.Error("the page complained: ", problem)
		}
	})
}

func (b *tab) note(problem string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, problem)
}

// complaints returns what the page has complained of since it was last asked.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	problems := b.problems
	b.problems = nil
	return problems
}

// spoken is the role and the name that a screen reader has for an element.
func (b *tab) spoken(t *testing.T, selector string) string {
	t.Helper()
	var ids []cdp.NodeID
	var nodes []*accessibility.Node
	b.do(t, chromedp.NodeIDs(selector, &ids, chromedp.ByQuery), chromedp.ActionFunc(func(ctx context.Context) (err error) {
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
