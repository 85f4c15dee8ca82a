package trace

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"getflags/downloader"
)

// browser returns a context in which chromedp drives a browser, and a function
// that returns what the browser had to complain about since it was last asked. A
// test ends without complaints. Without a browser, and under -short, the test is
// skipped.
func browser(t *testing.T) (ctx context.Context, complaints func() []string) {
	if testing.Short() {
		t.Skip("a browser: takes 5 to 60 s; make test-all opens the pages")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no browser: neither chromium, chromium-browser, google-chrome nor headless-shell is installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var list []string
	chromedp.ListenTarget(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *log.EventEntryAdded: // violations of the security policy among them
			list = append(list, e.Entry.Text)
		case *runtime.EventExceptionThrown:
			list = append(list, e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			list = append(list, fmt.Sprintf("console %s", e.Type))
		case *cdppage.EventJavascriptDialogOpening:
			list = append(list, "dialog "+e.Message)
		}
	})
	complaints = func() []string {
		mu.Lock()
		defer mu.Unlock()
		all := list
		list = nil
		return all
	}
	t.Cleanup(func() {
		for _, c := range complaints() {
			t.Error("the browser says:", c)
		}
	})
	return ctx, complaints
}

// open shows a page from a file, as a person who opens it would have it, and
// waits until it is drawn.
func open(t *testing.T, ctx context.Context, content string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "run.html")
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	do(t, ctx,
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate("file://"+filepath.ToSlash(name)),
		until(drawn),
	)
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// drawn says that the canvas is not as an empty one.
const drawn = `(() => {
	const {width, height} = document.getElementById('view');
	const empty = Object.assign(document.createElement('canvas'), {width, height});
	return width > 0 && document.getElementById('view').toDataURL() !== empty.toDataURL();
})()`

const picture = `document.getElementById('view').toDataURL()`

// until waits for a condition in JavaScript, which may use before, the
// picture as it was at the last remember.
func until(condition string) chromedp.Action {
	return chromedp.Poll(condition, nil, chromedp.WithPollingInterval(20*time.Millisecond))
}

func remember() chromedp.Action {
	return chromedp.Evaluate(`window.before = `+picture+`; 0`, nil)
}

const changed, same = picture + " !== window.before", picture + " === window.before"

// The page is drawn without a complaint, answers to mouse and keyboard, and
// tells what is under the pointer.
func TestPageInBrowser(t *testing.T) {
	ctx, _ := browser(t)
	open(t, ctx, recorded(t, "run.html", 30, downloader.Options{MaxInFlight: 5}))
	var headline, summary, tip, title string
	do(t, ctx,
		chromedp.Text("#headline", &headline), chromedp.Text("#summary", &summary), chromedp.Title(&title),
		// The first request of one of the slots.
		remember(),
		hover(70, 160),
		until(`!document.getElementById('tip').hidden`),
		chromedp.Text("#tip", &tip),
		hover(1, -1),
		until(`document.getElementById('tip').hidden`), until(same),
	)
	if !strings.Contains(headline, "requests, at most 5 at once, in ") || !strings.Contains(title, headline) {
		t.Errorf("headline %q, title %q", headline, title)
	}
	if !strings.HasPrefix(summary, "The most at once were 5;") {
		t.Errorf("summary %q", summary)
	}
	if !strings.Contains(tip, "http://host/") || !strings.Contains(tip, "to the first byte") || !strings.Contains(tip, " ms") {
		t.Errorf("the pointer tells %q", tip)
	}
	for name, change := range map[string]chromedp.Action{
		"a button": chromedp.Click("#in"), "a key": chromedp.KeyEvent("+"), "the wheel": wheel(),
		"dark colours": prefer("dark"), "help": chromedp.Click("#about"), "a fold": fold(),
	} {
		undo := chromedp.Action(chromedp.KeyEvent("0"))
		switch name {
		case "dark colours":
			undo = prefer("light")
		case "help":
			undo = chromedp.KeyEvent("?")
		case "a fold":
			undo = fold()
		}
		away := hover(1, -1)
		if err := chromedp.Run(ctx, remember(), change, until(changed), away, settle(), until(changed), undo, until(same)); err != nil {
			t.Fatalf("%s, and back: %v", name, err)
		}
	}
	var spoken string
	do(t, ctx, chromedp.KeyEvent("n"), until(`document.getElementById('spoken').textContent !== ''`),
		chromedp.Text("#spoken", &spoken, chromedp.NodeReady))
	if !strings.Contains(spoken, "http://host/") {
		t.Errorf("n tells %q", spoken)
	}
}

// at is where on the page the canvas's point x, y is.
func at(x, y float64, act func(x, y float64) chromedp.Action) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var top float64
		find := chromedp.Evaluate(`document.getElementById('view').getBoundingClientRect().top`, &top)
		if err := find.Do(ctx); err != nil {
			return err
		}
		return act(x, top+y).Do(ctx)
	})
}

// hover moves the mouse there.
func hover(x, y float64) chromedp.Action {
	return at(x, y, func(x, y float64) chromedp.Action { return chromedp.MouseEvent("mouseMoved", x, y) })
}

// fold clicks on the heading of the slots.
func fold() chromedp.Action {
	return at(30, 128, func(x, y float64) chromedp.Action { return chromedp.MouseClickXY(x, y) })
}

// settle waits until what has happened is drawn.
func settle() chromedp.Action {
	return chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`, nil,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

func wheel() chromedp.Action {
	return chromedp.Tasks{
		chromedp.MouseEvent("mouseMoved", 600, 300),
		input.DispatchMouseEvent(input.MouseWheel, 600, 300).WithDeltaX(0).WithDeltaY(-200),
	}
}

func prefer(scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}

// What a run that was killed left is drawn as far as it goes.
func TestPageCutOff(t *testing.T) {
	ctx, _ := browser(t)
	whole := recorded(t, "run.html", 30, downloader.Options{MaxInFlight: 5})
	open(t, ctx, whole[:len(whole)-len(whole)/15])
	var headline string
	do(t, ctx, chromedp.Text("#headline", &headline))
	if !strings.Contains(headline, "requests, at most 5 at once, in ") || strings.HasPrefix(headline, "0 ") {
		t.Errorf("headline %q", headline)
	}
}

// A trace without an event is a page, too.
func TestEmptyPage(t *testing.T) {
	ctx, _ := browser(t)
	open(t, ctx, recorded(t, "run.html", 0, downloader.Options{MaxInFlight: 5}))
	var summary string
	do(t, ctx, chromedp.Text("#summary", &summary))
	if summary != "No request was made." {
		t.Errorf("summary %q", summary)
	}
}

// Markup and scripts in URLs, errors and the title are shown, not obeyed; and
// the policy would not let them.
func TestHostilePage(t *testing.T) {
	ctx, complaints := browser(t)
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>`
	var out sink
	f := New(&out, "x.html", Info{Title: evil, MaxRequests: 1})
	now := time.Now()
	f.Observe(&downloader.RequestDone{OpenAtStart: 1, Attempt: downloader.Attempt{URL: "http://host/" + evil,
		Span: downloader.Span{Task: evil, Err: fmt.Errorf("error %s", evil), Start: now, End: now.Add(time.Second)}}})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, out.String())
	var tip, site string
	do(t, ctx, chromedp.KeyEvent("n"), until(`!document.getElementById('tip').hidden`),
		chromedp.Text("#tip", &tip), chromedp.Text("#site", &site))
	if site != evil || strings.Count(tip, evil) != 3 {
		t.Errorf("title %q, tip %q", site, tip)
	}
	if found := complaints(); len(found) > 0 {
		t.Errorf("the browser says %q", found)
	}
	// The policy is in force: a script that got in would not run.
	do(t, ctx, chromedp.Evaluate(`document.body.append(Object.assign(document.createElement('script'),
		{textContent: 'window.ran = true'})); 0`, nil))
	var ran bool
	do(t, ctx, chromedp.Evaluate(`!!window.ran`, &ran))
	if found := complaints(); ran || len(found) != 1 || !strings.Contains(found[0], "Content Security Policy") {
		t.Errorf("a script that is not the page's own: run %v, the browser says %q", ran, found)
	}
}
