// Package browsertest opens pages in a headless browser, for tests. Where there
// is none, they are skipped.
package browsertest

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// deadline bounds what a page may take for one thing. It is for a page that
// hangs; nothing depends on how long things take.
const deadline = 20 * time.Second

// A Tab is a page in a headless browser.
type Tab struct {
	// Context is that of the tab, for actions of package chromedp that run
	// outside [Tab.Do].
	Context context.Context

	mu       sync.Mutex
	problems []string // what the page wrote on the console, uncaught errors
}

// Start starts a browser that lasts as long as the test, and returns a function
// that opens a tab, 1000 by 800 pixels, in it. It skips the test where there is
// no browser, and under -short.
func Start(t *testing.T) func(t *testing.T) *Tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.ExecPath(path(t)))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T) *Tab {
		t.Helper()
		return open(ctx, t)
	}
}

func path(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser: takes 5 to 60 s; make test-all opens the pages")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium or google-chrome here to open the pages in")
	return ""
}

func open(browser context.Context, t *testing.T) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	b := &Tab{Context: ctx}
	b.watch(t)
	// The first Run attaches the tab, for as long as its context lasts.
	if err := chromedp.Run(ctx, chromedp.EmulateViewport(1000, 800)); err != nil {
		t.Fatal(err)
	}
	// Only the tab in front has the focus, unless they are told otherwise.
	b.Do(t, emulation.SetFocusEmulationEnabled(true))
	return b
}

// Do makes the page do something, and stops the test if it cannot.
func (b *Tab) Do(t *testing.T, steps ...chromedp.Action) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.Context, deadline)
	defer cancel()
	if err := chromedp.Run(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// awaited makes Evaluate wait for the promise that an expression is.
func awaited(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams {
	return p.WithAwaitPromise(true)
}

// Eval returns the value of an expression in the page; of a promise, what it
// comes to.
func Eval[T any](t *testing.T, b *Tab, expression string) T {
	t.Helper()
	var value T
	b.Do(t, chromedp.Evaluate(expression, &value, awaited))
	return value
}

// Run runs statements whose value is of no interest.
func (b *Tab) Run(t *testing.T, script string) {
	t.Helper()
	b.Do(t, chromedp.Evaluate(script, nil))
}

// Until waits until the expression is true. The page is asked again and again:
// to have it look by itself, as chromedp's Poll does, takes an eval, which the
// policies of our pages forbid.
func (b *Tab) Until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.Context, deadline)
	defer cancel()
	look := fmt.Sprintf(`new Promise((done) => setTimeout(() => done(Boolean(%s)), 5))`, expression)
	for ok := false; !ok; {
		if err := chromedp.Run(ctx, chromedp.Evaluate(look, &ok, awaited)); err != nil {
			text := Eval[string](t, b, `document.body.innerText`)
			t.Fatalf("waiting for %s: %v; the page says:\n%.600s", expression, err, text)
		}
	}
}

// Open goes to a URL.
func (b *Tab) Open(t *testing.T, url string) {
	t.Helper()
	b.Do(t, chromedp.Navigate(url))
}

// Type types text into the element of a CSS selector.
func (b *Tab) Type(t *testing.T, selector, text string) {
	t.Helper()
	b.Do(t, chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// Click clicks on the element of a CSS selector.
func (b *Tab) Click(t *testing.T, selector string) {
	t.Helper()
	b.Do(t, chromedp.Click(selector, chromedp.ByQuery))
}

// Press presses keys, wherever the focus is.
func (b *Tab) Press(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		b.Do(t, chromedp.KeyEvent(key))
	}
}

// PressSlash presses that key. To chromedp a key and its character are two
// events, of which the second comes even if the page has taken the first for
// itself.
func (b *Tab) PressSlash(t *testing.T) {
	t.Helper()
	b.Do(t, input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithCode("Slash").WithText("/"),
		input.DispatchKeyEvent(input.KeyUp).WithKey("/").WithCode("Slash"))
}

// SetScheme makes the page see a preference for "light" or "dark".
func (b *Tab) SetScheme(t *testing.T, scheme string) {
	t.Helper()
	b.Do(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// watch collects what goes wrong in the page, and fails the test over it.
func (b *Tab) watch(t *testing.T) {
	chromedp.ListenTarget(b.Context, func(event any) {
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
		for _, problem := range b.Complaints() {
			t.Error("the page complained: ", problem)
		}
	})
}

func (b *Tab) note(problem string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, problem)
}

// Complaints returns what the page has complained of since it was last asked:
// errors, what it wrote on the console, what its policy forbade. What is left
// when the test ends fails it.
func (b *Tab) Complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	problems := b.problems
	b.problems = nil
	return problems
}
