package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"getflags/cmd/internal/browsertest"
)

// held is a handler that holds back the answer to one query.
type held struct {
	http.Handler
	query          string
	asked, release chan struct{}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/search" && r.FormValue("q") == h.query {
		h.asked <- struct{}{}
		<-h.release
	}
	h.Handler.ServeHTTP(w, r)
}

func TestPageInABrowser(t *testing.T) {
	handler := &held{newServer().Handler(), "slow", make(chan struct{}), make(chan struct{})}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	open := tabs(t, server)
	for name, test := range map[string]func(*testing.T, *tab){
		"updates as you type":           testTyping,
		"drops answers that are late":   handler.testStale,
		"keeps the query in the URL":    testHistory,
		"copies at a click":             testCopying,
		"works by keyboard":             testKeyboard,
		"speaks to screen readers":      testScreenReader,
		"escapes everything":            testEscaping,
		"shows many in pages":           testMany,
		"tells what went wrong":         testFailure,
		"is readable, light and dark":   testColours,
		"fits a small screen":           testNarrow,
		"shows what cannot be seen":     testInvisible,
		"describes the API and asks it": testDocs,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func testTyping(t *testing.T, b *tab) {
	b.open(t, "/")
	b.Until(t, `document.activeElement.id === "query" && !examples.hidden`)
	b.enter(t, "chess king")
	b.rows(t, 12)
	b.enter(t, " turned")
	want := []string{"🨞 WHITE CHESS TURNED KING U+1FA1E", "🨤 BLACK CHESS TURNED KING U+1FA24", "🨪 NEUTRAL CHESS TURNED KING U+1FA2A"}
	if diff := cmp.Diff(want, b.rows(t, 3)); diff != "" {
		t.Error(diff)
	}
	b.Until(t, `document.title === "chess king turned – Mojifinder" && document.getElementById("status").textContent === "3 characters found"`)
	b.Until(t, `examples.hidden && more.hidden`)
	b.enter(t, "x")
	b.rows(t, 0)
	b.Until(t, `document.getElementById("status").textContent.startsWith("No character")`)
	b.clear(t)
	b.enter(t, " ")
	b.Until(t, `document.getElementById("status").textContent === "" && !examples.hidden`)
}

func (h *held) testStale(t *testing.T, b *tab) {
	b.open(t, "/")
	b.enter(t, "slow")
	<-h.asked // and not answered
	b.enter(t, strings.Repeat(kb.Backspace, 4)+"chess king turned")
	b.rows(t, 3)
	close(h.release)
	b.enter(t, " white")
	b.rows(t, 1)
	b.Until(t, `document.getElementById("status").textContent === "1 character found"`)
}

func testHistory(t *testing.T, b *tab) {
	b.open(t, "/?q=chess+king+turned")
	b.rows(t, 3)
	b.enter(t, " white"+kb.Enter)
	b.rows(t, 1)
	b.Until(t, `location.search === "?q=chess+king+turned+white"`)
	b.enter(t, strings.Repeat(kb.Backspace, 5)+"black"+kb.Enter)
	b.Until(t, `location.search === "?q=chess+king+turned+black"`)
	b.Run(t, `history.back()`)
	b.Until(t, `query.value === "chess king turned white" && found.textContent.includes("WHITE CHESS TURNED")`)
	b.Run(t, `history.back()`)
	b.rows(t, 3)
	b.Run(t, `history.forward()`)
	b.rows(t, 1)
	b.Do(t, chromedp.Reload())
	b.rows(t, 1)
}

func allowClipboard(t *testing.T, b *tab) {
	t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		granted := browser.SetPermission(&browser.PermissionDescriptor{Name: name}, browser.PermissionSettingGranted).WithOrigin(b.base)
		b.Do(t, chromedp.ActionFunc(func(ctx context.Context) error {
			return granted.Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
		}))
	}
}

func testCopying(t *testing.T, b *tab) {
	allowClipboard(t, b)
	b.open(t, "/?q=cat+face+heart")
	b.rows(t, 1)
	b.Click(t, "#found button")
	b.Until(t, `copied.textContent === "Copied 😻 SMILING CAT FACE WITH HEART-SHAPED EYES"`)
	if got := browsertest.Eval[string](t, b.Tab, `getComputedStyle(found.querySelector("button"), "::after").content`); got != `"Copied"` {
		t.Errorf("at the row stands %s, want Copied", got)
	}
	if got := browsertest.Eval[string](t, b.Tab, `navigator.clipboard.readText()`); got != "😻" {
		t.Errorf("the clipboard has %q", got)
	}
	// A combining character is shown on a circle, but copied without it.
	b.open(t, "/?q=combining+snowflake+above")
	b.rows(t, 0)
	b.open(t, "/?q=combining+ypogegrammeni")
	b.rows(t, 1)
	b.Click(t, "#found button")
	b.Until(t, `copied.textContent.includes("\u25CC\u0345")`)
	if got := browsertest.Eval[string](t, b.Tab, `navigator.clipboard.readText()`); got != "\u0345" {
		t.Errorf("the clipboard has %q", got)
	}
	// Where there is no clipboard to write to, the old way is left.
	b.Run(t, `navigator.clipboard.writeText = () => Promise.reject(new Error("none"))`)
	b.Run(t, `copied.textContent = ""`)
	b.Click(t, "#found button")
	b.Until(t, `copied.textContent.startsWith("Copied")`)
	b.Run(t, `document.execCommand = () => false`)
	b.Click(t, "#found button")
	b.Until(t, `copied.textContent === "Could not copy COMBINING GREEK YPOGEGRAMMENI"`)
}

func testKeyboard(t *testing.T, b *tab) {
	allowClipboard(t, b)
	focus := func(want string) {
		t.Helper()
		b.Until(t, fmt.Sprintf(`(document.activeElement.querySelector(".code")?.textContent ?? document.activeElement.id) === %q`, want))
	}
	b.open(t, "/?q=chess+king+turned")
	b.rows(t, 3)
	focus("query")
	b.Press(t, kb.ArrowDown)
	focus("U+1FA1E")
	b.Press(t, kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	focus("U+1FA2A") // the last
	b.Press(t, kb.ArrowUp)
	focus("U+1FA24")
	b.Press(t, kb.Enter)
	b.Until(t, `copied.textContent === "Copied 🨤 BLACK CHESS TURNED KING"`)
	focus("U+1FA24")
	b.PressSlash(t)
	focus("query")
	if got := browsertest.Eval[string](t, b.Tab, `query.value.slice(query.selectionStart, query.selectionEnd)`); got != "chess king turned" {
		t.Errorf("selected is %q", got)
	}
	b.Press(t, kb.Tab)
	b.Press(t, kb.Escape)
	focus("query")
	b.Press(t, kb.ArrowDown, kb.ArrowUp)
	focus("query")
	b.Press(t, kb.End)
	b.PressSlash(t) // in the box it is a character
	b.Until(t, `query.value === "chess king turned/"`)
}

func testScreenReader(t *testing.T, b *tab) {
	b.open(t, "/?q=chess+king+turned+white")
	b.rows(t, 1)
	for selector, want := range map[string]string{
		"#query":        "searchbox Words of a character’s name",
		"#found":        "list Characters found",
		"#found button": "button WHITE CHESS TURNED KING U+1FA1E",
		"#status":       "status ",
		"#copied":       "status ",
		"form":          "search ",
	} {
		if got := b.spoken(t, selector); got != want {
			t.Errorf("%s is spoken as %q, want %q", selector, got, want)
		}
	}
	if live := browsertest.Eval[string](t, b.Tab, `copied.ariaLive`); live != "polite" {
		t.Errorf("what is copied is announced %s", live)
	}
}

func testEscaping(t *testing.T, b *tab) {
	evil := `<img src=x onerror="document.title='pwned'">"'&amp;`
	b.open(t, "/?"+url.Values{"q": {evil}}.Encode())
	b.Until(t, `document.getElementById("status").textContent.startsWith("No character")`)
	if got := browsertest.Eval[string](t, b.Tab, `query.value`); got != evil {
		t.Errorf("the box has %q", got)
	}
	if n := browsertest.Eval[int](t, b.Tab, `document.querySelectorAll("img").length`); n != 0 {
		t.Errorf("%d images in the page", n)
	}
	b.clear(t)
	b.enter(t, "sign ampersand")
	b.Until(t, `location.search === "?q=sign+ampersand"`)
	b.open(t, "/?q=less-than+sign")
	b.Until(t, `found.querySelector(".char")?.textContent === "<"`)
	// Even a script that got into the page would not run.
	b.Run(t, `const s = document.createElement("script"); s.textContent = "document.title = 'pwned'"; document.body.append(s)`)
	if title := browsertest.Eval[string](t, b.Tab, `document.title`); title == "pwned" {
		t.Error("a script in the page has run")
	}
	if n := len(b.Complaints()); n != 1 {
		t.Errorf("the browser complained %d times, want once, of the script", n)
	}
}

func testMany(t *testing.T, b *tab) {
	b.open(t, "/?q=cjk")
	b.rows(t, 200)
	b.Until(t, fmt.Sprintf(`document.getElementById("status").textContent === %q`, "98,263 characters found"))
	b.Until(t, `more.textContent === "Show 200 more of 98,063"`)
	b.Click(t, "#more")
	rows := b.rows(t, 400)
	for i := 1; i < len(rows); i++ {
		if rows[i-1] == rows[i] {
			t.Errorf("row %d twice: %s", i, rows[i])
		}
	}
	b.Until(t, `document.activeElement.closest("li") === found.children[200]`)
	b.PressSlash(t)
	b.enter(t, "chess king turned") // replaces what is selected
	b.rows(t, 3)
	b.Until(t, `more.hidden`)
}

func testFailure(t *testing.T, b *tab) {
	b.open(t, "/")
	b.Run(t, `window.fetch = () => Promise.reject(new Error("server gone"))`)
	b.enter(t, "cat")
	b.Until(t, `document.getElementById("status").textContent === "The search failed: server gone"`)
}

// contrasts computes the contrast of texts with what is behind them, as WCAG
// 2.1 defines it.
const contrasts = `(() => {
	const parse = (c) => c.match(/[\d.]+/g).map(Number);
	const light = (c) => {
		const [r, g, b] = parse(c).map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const behind = (e) => {
		for (; e; e = e.parentElement) {
			const c = getComputedStyle(e).backgroundColor;
			if (c !== "rgba(0, 0, 0, 0)") return c;
		}
	};
	const contrast = (e) => {
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
		return (a + .05) / (b + .05);
	};
	return [...document.querySelectorAll("h1, a, label, input, kbd, .hint, #status, .name, .code, .char, #more, #copied")].map(contrast);
})()`

func testColours(t *testing.T, b *tab) {
	var pages []string
	for _, scheme := range []string{"light", "dark"} {
		b.SetScheme(t, scheme)
		b.open(t, "/?q=cjk")
		b.rows(t, 200)
		for i, c := range browsertest.Eval[[]float64](t, b.Tab, contrasts) {
			if c < 4.5 {
				t.Errorf("%s: contrast of text %d is %.1f, want 4.5", scheme, i, c)
			}
		}
		pages = append(pages, browsertest.Eval[string](t, b.Tab, `getComputedStyle(document.body).backgroundColor`))
	}
	if pages[0] == pages[1] {
		t.Errorf("both are %s", pages[0])
	}
}

func testNarrow(t *testing.T, b *tab) {
	b.Do(t, chromedp.EmulateViewport(320, 600))
	for _, path := range []string{"/", "/?q=arabic+ligature", "/docs"} {
		b.open(t, path)
		b.Until(t, `!document.querySelector("[aria-busy]")`)
		if width := browsertest.Eval[int](t, b.Tab, `document.scrollingElement.scrollWidth`); width > 320 {
			t.Errorf("%s is %d wide, want 320", path, width)
		}
	}
}

func testInvisible(t *testing.T, b *tab) {
	for query, want := range map[string]string{
		"no-break space zero width": "char blank", "right-to-left override": "char blank",
		"braille pattern blank": "char blank", "hangul filler choseong": "char blank", "arabic number sign": "char",
		"combining ypogegrammeni": "char", "grinning cat eyes": "char emoji", "reversed pilcrow": "char",
	} {
		b.open(t, "/?"+url.Values{"q": {query}}.Encode())
		b.Until(t, `found.children.length > 0`)
		if got := browsertest.Eval[string](t, b.Tab, `found.querySelector(".char").className`); got != want {
			t.Errorf("%s: class %q, want %q", query, got, want)
		}
	}
	b.open(t, "/?q=right-to-left+override")
	b.Until(t, `found.children.length === 2`)
	b.Click(t, "#found button")
	b.Until(t, `copied.textContent !== ""`)
	if text := browsertest.Eval[string](t, b.Tab, `document.body.textContent`); strings.ContainsAny(text, "\u202d\u202e") {
		t.Error("the page turns its own text round")
	}
}

func testDocs(t *testing.T, b *tab) {
	b.open(t, "/docs")
	b.Until(t, `!api.ariaBusy && document.querySelectorAll(".operation").length === 1`)
	text := browsertest.Eval[string](t, b.Tab, `api.innerText`)
	for _, want := range []string{"GET /search", "string, at most 1024 characters, required", "array of CharName (application/json)", "X-Total-Count", "HTTPValidationError"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	b.Type(t, ".try input[name=q]", kb.End+" heart")
	b.Click(t, ".try button")
	b.Until(t, `document.querySelector(".try pre").innerText.includes("SMILING CAT FACE WITH HEART-SHAPED EYES")`)
	b.Until(t, `document.querySelector(".try pre").innerText.includes("x-total-count: 1")`)
}
