package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"getflags/cmd/mojifinder/charindex"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var index = sync.OnceValue(charindex.New)

func newServer() *Server {
	return &Server{Index: index(), Limits: DefaultLimits()}
}

// get asks the handler, without a network; header is name, value, name, …
func get(method, target string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, nil)
	for pair := range slices.Chunk(header, 2) {
		req.Header.Add(pair[0], pair[1])
	}
	answer := httptest.NewRecorder()
	newServer().Handler().ServeHTTP(answer, req)
	return answer
}

type charName struct{ Char, Name string }

func decode(t *testing.T, answer *httptest.ResponseRecorder) (list []charName) {
	t.Helper()
	d := json.NewDecoder(answer.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil || answer.Code != 200 || list == nil {
		t.Fatalf("status %d, error %v, list %v", answer.Code, err, list)
	}
	return list
}

func TestSearchIsTheWholeArray(t *testing.T) {
	for _, query := range []string{"cat face", "CAT-face", "cjk", "quotation mark", "solidus", "separator", "", " ", "nosuchword", "<script>"} {
		want := []charName{}
		for r := range index().Search(query).All() {
			want = append(want, charName{string(r), charindex.Name(r)})
		}
		answer := get("GET", "/search?"+url.Values{"q": {query}}.Encode())
		if diff := cmp.Diff(want, decode(t, answer)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
		if got := answer.Header().Get("X-Total-Count"); got != fmt.Sprint(len(want)) {
			t.Errorf("%q: X-Total-Count %s, want %d", query, got, len(want))
		}
	}
}

func TestPagesMakeTheWhole(t *testing.T) {
	whole, pages := decode(t, get("GET", "/search?q=chess")), []charName{}
	for target := "/search?q=chess&limit=50"; target != ""; {
		answer := get("GET", target)
		pages = append(pages, decode(t, answer)...)
		link := answer.Header().Get("Link")
		target, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
	}
	if diff := cmp.Diff(whole, pages); diff != "" {
		t.Error(diff)
	}
	for target, want := range map[string]int{
		"/search?q=chess&offset=50":                          len(whole) - 50,
		"/search?q=chess&offset=100000":                      0,
		"/search?q=chess&limit=0":                            0,
		"/search?q=chess&limit=9223372036854775807":          len(whole),
		"/search?q=cat&q=chess&offset=1&limit=1&limit=7":     7,
		"/search?q=chess&limit=7&offset=9223372036854775807": 0,
	} {
		if got := len(decode(t, get("GET", target))); got != want {
			t.Errorf("%s: %d characters, want %d", target, got, want)
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	long := strings.Repeat("ö", maxQuery+1)
	for target, want := range map[string]string{
		"/search":                `{"detail":[{"type":"missing","loc":["query","q"],"msg":"Field required"}]}`,
		"/search?p=cat":          `{"detail":[{"type":"missing","loc":["query","q"],"msg":"Field required"}]}`,
		"/search?q=x&limit=-1":   `{"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 0"}]}`,
		"/search?q=x&offset=1e3": `{"detail":[{"type":"int_parsing","loc":["query","offset"],"msg":"Input should be a valid integer"}]}`,
		"/search?q=" + long:      `{"detail":[{"type":"string_too_long","loc":["query","q"],"msg":"String should have at most 1024 characters"}]}`,
		"/search?q=100%":         `{"detail":[{"type":"value_error","loc":["query"],"msg":"invalid URL escape \"%\""}]}`,
		"/search?offset=&limit": `{"detail":[{"type":"missing","loc":["query","q"],"msg":"Field required"},` +
			`{"type":"int_parsing","loc":["query","offset"],"msg":"Input should be a valid integer"},` +
			`{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid integer"}]}`,
	} {
		answer := get("GET", target, "If-None-Match", "*")
		if got := strings.TrimSpace(answer.Body.String()); answer.Code != 422 || got != want {
			t.Errorf("%s: status %d, body %s, want 422 and %s", target, answer.Code, got, want)
		}
		if got := answer.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", target, got)
		}
	}
	if answer := get("GET", "/search?q="+long[:2*maxQuery]); answer.Code != 200 {
		t.Errorf("status %d for a query of %d characters", answer.Code, maxQuery)
	}
}

func TestMethodsAndPaths(t *testing.T) {
	for request, want := range map[string]int{
		"GET /": 200, "HEAD /": 200, "GET /docs": 200, "GET /openapi.json": 200, "HEAD /search?q=cat": 200,
		"POST /search?q=cat": 405, "DELETE /": 405, "GET /nothing": 404, "GET /assets/index.html": 404,
	} {
		method, target, _ := strings.Cut(request, " ")
		answer := get(method, target)
		if answer.Code != want || method == "HEAD" && answer.Body.Len() > 0 {
			t.Errorf("%s: status %d with %d bytes, want %d", request, answer.Code, answer.Body.Len(), want)
		}
		if csp := answer.Header().Get("Content-Security-Policy"); csp != policy {
			t.Errorf("%s: Content-Security-Policy %q", request, csp)
		}
	}
}

func TestCaching(t *testing.T) {
	for target, age := range map[string]string{
		"/search?q=cat": "public, max-age=3600", "/": "no-cache", "/search.js": "no-cache", "/openapi.json": "no-cache",
	} {
		fresh := get("GET", target)
		tag := fresh.Header().Get("Etag")
		if got := fresh.Header().Get("Cache-Control"); got != age || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: Cache-Control %q, want %q; Etag %s", target, got, age, tag)
		}
		for has, want := range map[string]int{
			tag: 304, "W/" + tag: 304, `"a", ` + tag: 304, "*": 304, `"other"`: 200, strings.Trim(tag, `"`): 200,
		} {
			again := get("GET", target, "If-None-Match", has)
			if again.Code != want || again.Code == 304 && (again.Body.Len() > 0 || again.Header().Get("Etag") != tag) {
				t.Errorf("%s with %s: status %d, %d bytes, want %d", target, has, again.Code, again.Body.Len(), want)
			}
		}
	}
	if tag := get("GET", "/search?q=cat").Header().Get("Etag"); !strings.Contains(tag, charindex.UnicodeVersion) {
		t.Errorf("Etag %s does not depend on the version of Unicode", tag)
	}
}

// Everything the pages refer to is there, and nothing is from elsewhere.
func TestPagesAreSelfContained(t *testing.T) {
	for _, page := range []string{"/", "/docs", "/style.css", "/search.js", "/docs.js", "/icon.svg"} {
		body := get("GET", page).Body.String()
		for part := range strings.FieldsFuncSeq(body, func(r rune) bool { return strings.ContainsRune(`"'() `, r) }) {
			if strings.Contains(part, "//") && strings.Contains(part, ":") && part != "http://www.w3.org/2000/svg" {
				t.Errorf("%s refers to %s", page, part)
			}
		}
		for _, attribute := range []string{`src="`, `href="`} {
			for _, rest := range strings.Split(body, attribute)[1:] {
				target, _, _ := strings.Cut(rest, `"`)
				if answer := get("GET", target); answer.Code != 200 {
					t.Errorf("%s refers to %s: status %d", page, target, answer.Code)
				}
			}
		}
	}
}

// specification is as much of openapi.json as can be held against the server.
type specification struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		Parameters []struct {
			Name     string
			In       string
			Required bool
		}
		Responses map[string]struct{ Headers map[string]any }
	}
	Components struct {
		Schemas map[string]struct {
			Required   []string
			Properties map[string]any
		}
	}
}

func TestOpenAPIIsWhatTheServerDoes(t *testing.T) {
	var spec specification
	if err := json.Unmarshal(get("GET", "/openapi.json").Body.Bytes(), &spec); err != nil || spec.OpenAPI != "3.1.0" {
		t.Fatalf("version %q, error %v", spec.OpenAPI, err)
	}
	op := spec.Paths["/search"]["get"]
	for _, p := range op.Parameters {
		switch answer := get("GET", "/search"); p.Name {
		case "q":
			if !p.Required || answer.Code != 422 {
				t.Error("q is not required")
			}
		default:
			if code := get("GET", "/search?q=x&"+p.Name+"=x").Code; p.Required || code != 422 {
				t.Errorf("%s: status %d for nonsense", p.Name, code)
			}
		}
	}
	answers := map[string]*httptest.ResponseRecorder{
		"200": get("GET", "/search?q=cat&limit=1"), "422": get("GET", "/search"), "304": get("GET", "/search?q=cat", "If-None-Match", "*"),
	}
	for code, answer := range answers {
		if _, ok := op.Responses[code]; !ok || fmt.Sprint(answer.Code) != code {
			t.Errorf("status %d, described %t as %s", answer.Code, ok, code)
		}
	}
	if len(op.Responses) != len(answers) {
		t.Errorf("%d responses described, %d known", len(op.Responses), len(answers))
	}
	for name := range op.Responses["200"].Headers {
		if answers["200"].Header().Get(name) == "" {
			t.Errorf("header %s is described but missing", name)
		}
	}
	var list []map[string]any
	var refusal struct{ Detail []map[string]any }
	if err := json.Unmarshal(answers["200"].Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answers["422"].Body.Bytes(), &refusal); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]map[string]any{"CharName": list[0], "ValidationError": refusal.Detail[0]} {
		if diff := cmp.Diff(keys(spec.Components.Schemas[name].Properties), keys(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func keys(m map[string]any) map[string]bool {
	set := map[string]bool{}
	for k := range m {
		set[k] = true
	}
	return set
}

// FuzzSearch feeds raw query strings: an answer is JSON, whatever they are.
func FuzzSearch(f *testing.F) {
	for _, raw := range []string{"q=cat+face", "q=%22&limit=1", "", "q=%ff&offset=2", "q=%zz", ";", "limit=9&q=reverse+solidus"} {
		f.Add(raw)
	}
	handler := newServer().Handler()
	f.Fuzz(func(t *testing.T, raw string) {
		req := httptest.NewRequest("GET", "/search", nil)
		req.URL.RawQuery = raw
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		if answer.Code != 200 && answer.Code != 422 || !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%q: status %d, %s", raw, answer.Code, answer.Body)
		}
	})
}

// discard is a client that takes everything at once.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func BenchmarkSearch(b *testing.B) {
	handler := newServer().Handler()
	for _, target := range []string{"/search?q=cat+face", "/search?q=cjk&limit=200", "/search?q=cjk"} {
		b.Run(target, func(b *testing.B) {
			req := httptest.NewRequest("GET", target, nil)
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(discard{http.Header{}}, req)
			}
		})
	}
}

func ExampleServer_Handler() {
	server := &Server{Index: charindex.New(), Limits: DefaultLimits()}
	answer := httptest.NewRecorder()
	server.Handler().ServeHTTP(answer, httptest.NewRequest("GET", "/search?q=chess+king&limit=2", nil))
	var pretty bytes.Buffer
	json.Indent(&pretty, answer.Body.Bytes(), "", " ")
	fmt.Println(answer.Header().Get("X-Total-Count"), answer.Header().Get("Link"))
	fmt.Println(&pretty)
	// Output:
	// 12 </search?limit=2&offset=2&q=chess+king>; rel="next"
	// [
	//  {
	//   "char": "♔",
	//   "name": "WHITE CHESS KING"
	//  },
	//  {
	//   "char": "♚",
	//   "name": "BLACK CHESS KING"
	//  }
	// ]
}
