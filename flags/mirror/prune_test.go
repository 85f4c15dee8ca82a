package mirror

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"getflags/downloader"
	"getflags/flags"
)

// holding is a site that has some flags, and answers 500 for one of them.
type holding struct {
	codes  []flags.Code
	broken flags.Code
}

func (h holding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cc, file, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	code := flags.Code(strings.ToUpper(cc))
	switch {
	case code == h.broken:
		w.WriteHeader(http.StatusInternalServerError)
	case !slices.Contains(h.codes, code):
		http.NotFound(w, r)
	case file == "metadata.json":
		fmt.Fprintf(w, `{"country": "Land %s"}`, cc)
	default:
		io.WriteString(w, "GIF89a of "+cc)
	}
}

// land are the codes AA, AB … of n flags.
func land(n int) (codes []flags.Code) {
	for i := range n {
		codes = append(codes, flags.Code("A"+string(rune('A'+i))))
	}
	return codes
}

// prune brings dir up to date with a site, prunes, and saves.
func prune(t *testing.T, dir string, site holding, o Options, limit Limit, codes []flags.Code) ([]flags.Code, error) {
	t.Helper()
	server := httptest.NewServer(site)
	defer server.Close()
	o.Site = flags.Site{Base: "http://site"}
	m, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	d := downloader.New(downloader.Options{Transport: redirecting{server.Listener.Addr().String()}})
	defer d.Close()
	for range m.Update(t.Context(), d, codes) {
	}
	deleted, refused := m.Prune(t.Context(), limit)
	deleted = slices.Clone(deleted)
	if err := m.Save(); err != nil {
		t.Error(err)
	}
	return deleted, refused
}

// As many flags are deleted as the limit allows, or none; a share is of those
// in the mirror, rounded down.
func TestPruneLimit(t *testing.T) {
	for _, tt := range []struct {
		have, gone int
		limit      Limit
		refused    string
	}{
		{10, 1, Limit{10, true}, ""},
		{10, 2, Limit{10, true}, "2 gone from the site not deleted: the limit of 10% of 10 allows 1"},
		{9, 1, Limit{10, true}, "1 gone from the site not deleted: the limit of 10% of 9 allows 0"},
		{3, 1, Limit{33, true}, "1 gone from the site not deleted: the limit of 33% of 3 allows 0"},
		{3, 1, Limit{34, true}, ""},
		{20, 19, Limit{100, true}, ""},
		{10, 2, Limit{2, false}, ""},
		{10, 3, Limit{2, false}, "3 gone from the site not deleted: the limit of 2 of 10 allows 2"},
		{10, 1, Limit{0, false}, "1 gone from the site not deleted: the limit of 0 of 10 allows 0"},
		{10, 1, Limit{0, true}, "1 gone from the site not deleted: the limit of 0% of 10 allows 0"},
		{10, 0, Limit{0, true}, ""},
		{3, 3, Limit{100, true}, "3 gone from the site not deleted: the site has none of the flags asked for, as if it were broken"},
	} {
		t.Run(fmt.Sprintf("%d of %d, %v", tt.gone, tt.have, tt.limit), func(t *testing.T) {
			dir, all := t.TempDir(), land(tt.have)
			if deleted, err := prune(t, dir, holding{codes: all}, Options{}, tt.limit, all); len(deleted) > 0 || err != nil {
				t.Fatalf("deleted %v of a site that has all: %v", deleted, err)
			}
			deleted, err := prune(t, dir, holding{codes: all[tt.gone:]}, Options{}, tt.limit, all)
			left := all[tt.gone:]
			if tt.refused == "" {
				if err != nil || !slices.Equal(deleted, all[:tt.gone]) {
					t.Errorf("deleted %v, %v, want %v", deleted, err, all[:tt.gone])
				}
			} else {
				left = all
				var refusal *PruneError
				if len(deleted) > 0 || !errors.As(err, &refusal) || err.Error() != tt.refused || refusal.Gone != tt.gone {
					t.Errorf("deleted %v, %v, want %s", deleted, err, tt.refused)
				}
			}
			expectFlags(t, dir, left)
		})
	}
}

// expectFlags wants a clean mirror of these flags, and no directory of others.
func expectFlags(t *testing.T, dir string, codes []flags.Code) {
	t.Helper()
	if files, faults, err := Verify(t.Context(), dir); files != 2*len(codes) || faults != nil || err != nil {
		t.Errorf("%d files, %v, %v, want %d", files, faults, err, 2*len(codes))
	}
	homes, err := filepath.Glob(filepath.Join(dir, "??"))
	if err != nil || len(homes) != len(codes) {
		t.Errorf("%d directories, want %d, %v", len(homes), len(codes), err)
	}
	for _, c := range codes {
		if _, err := os.Stat(filepath.Join(dir, c.Lower(), c.Lower()+".gif")); err != nil {
			t.Error(err)
		}
	}
}

// After an error nothing is deleted: what looks gone may be a part of it.
func TestPruneAfterErrors(t *testing.T) {
	dir, all := t.TempDir(), land(4)
	if _, err := prune(t, dir, holding{codes: all}, Options{}, Limit{}, all); err != nil {
		t.Fatal(err)
	}
	deleted, err := prune(t, dir, holding{codes: all[1:], broken: all[3]}, Options{}, Limit{100, true}, all)
	if len(deleted) > 0 || err == nil || !strings.HasSuffix(err.Error(), ": there were errors") {
		t.Errorf("deleted %v, %v", deleted, err)
	}
	expectFlags(t, dir, all)
}

// A dry run says what it would delete, and deletes nothing.
func TestPruneDry(t *testing.T) {
	dir, all := t.TempDir(), land(4)
	if _, err := prune(t, dir, holding{codes: all}, Options{}, Limit{}, all); err != nil {
		t.Fatal(err)
	}
	deleted, err := prune(t, dir, holding{codes: all[2:]}, Options{DryRun: true}, Limit{50, true}, all)
	if !slices.Equal(deleted, all[:2]) || err != nil {
		t.Errorf("would delete %v, %v, want %v", deleted, err, all[:2])
	}
	expectFlags(t, dir, all)
}
