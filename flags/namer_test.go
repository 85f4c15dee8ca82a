package flags

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"getflags/downloader"
)

// Rename and Open make a memory a [downloader.RenamingStore].
func (m *memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[from]
	if !ok {
		return fs.ErrNotExist
	}
	delete(m.files, from)
	m.files[to] = data
	return nil
}

func (m *memory) Open(name string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(data)), nil
}

func TestNames(t *testing.T) {
	n := newNamer(Job{Site: Site{Base: "http://host"}}, &memory{files: map[string]string{}})
	for _, tt := range []struct {
		code        Code
		country     string
		image, note string
	}{
		{"AA", "Chad (AC)", "Chad_(AC).gif", ""},
		{"AB", "Chad", "Chad.gif", ""},
		{"AC", "CHAD", "CHAD_(AC)_(AC).gif", `country name "CHAD" is also that of AB; saved as "CHAD_(AC)_(AC)"`},
		{"AD", "a/b", "a_b.gif", `country name "a/b" is not a valid file name; saved as "a_b"`},
		{"AE", "Co\u0302te", "Côte.gif", ""},
		{"AF", "CÔTE", "CÔTE_(AF).gif", `country name "CÔTE" is also that of AE; saved as "CÔTE_(AF)"`},
		{"AG", "Straße", "Straße.gif", ""},
		{"AH", "STRASSE", "STRASSE_(AH).gif", `country name "STRASSE" is also that of AG; saved as "STRASSE_(AH)"`},
		{"AI", "\u0628\u0648\u0633\u0646\u06cc\u0648", "\u0628\u0648\u0633\u0646\u06cc\u0648.gif", ""},
		{"AJ", "\u0628\u0648\u0633\u0646\u06cc\u200c\u0648", "\u0628\u0648\u0633\u0646\u06cc\u200c\u0648_(AJ).gif",
			"country name \"\u0628\u0648\u0633\u0646\u06cc\\u200c\u0648\" is also that of AI; saved as \"\u0628\u0648\u0633\u0646\u06cc\\u200c\u0648_(AJ)\""},
	} {
		c := newClaim(tt.code, tt.country)
		c.ext = ".gif"
		if _, err := n.take(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if image, note := n.image(c), n.note(c); image != tt.image || note != tt.note {
			t.Errorf("%s, %q: %q, %q; want %q, %q", tt.code, tt.country, image, note, tt.image, tt.note)
		}
	}
}

// firstComesFirst returns the expected names: in the order of the codes, each
// has its first candidate that is not taken.
func firstComesFirst(countries map[Code]string) map[string]Code {
	taken := map[string]bool{}
	files := map[string]Code{}
	for _, code := range slices.Sorted(maps.Keys(countries)) {
		c := newClaim(code, countries[code])
		rank := 0
		for taken[key(c.candidate(rank))] {
			rank++
		}
		taken[key(c.candidate(rank))] = true
		files[c.candidate(rank)+".gif"] = code
	}
	return files
}

// The order of answers and the speed of the disk change neither the names of
// files nor their content.
func TestNamesDoNotDependOnOrder(t *testing.T) {
	words := []string{"Congo", "CONGO", "Congo (BB)", "Congo (cc)", "Congo (CC) (CC)", "Chad", "chad", "Chad (DD)"}
	codes := []Code{"AA", "BB", "CC", "DD", "EE", "FF"}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		countries := map[Code]string{}
		for _, c := range codes {
			countries[c] = words[r.IntN(len(words))]
		}
		synctest.Test(t, func(t *testing.T) {
			s := scripted{}
			for _, c := range codes {
				cc := c.Lower()
				s[cc+"/"+cc+".gif"] = answer{delay: time.Duration(r.IntN(20)) * time.Second, body: gif + string(c)}
				s[cc+"/metadata.json"] = answer{delay: time.Duration(r.IntN(20)) * time.Second, body: fmt.Sprintf(`{"country": %q, "iso_cc": %q}`, countries[c], c)}
			}
			store := &slowMemory{memory: memory{files: map[string]string{}}, delay: func() time.Duration { return time.Duration(r.IntN(20)) * time.Second }}
			d := downloader.New(downloader.Options{Transport: s, MaxInFlight: 12})
			job := Job{Site: Site{Base: "http://host"}, SaveMetadata: true, Digest: true}
			told := map[string]Code{}
			for r := range Download(t.Context(), d, store, job, codes) {
				if r.Status != OK {
					t.Errorf("%s: %v", r.Code, r.Err)
				}
				told[r.File] = r.Code
				if sum, err := sumOf(store, r.File); err != nil || sum != r.SHA256 {
					t.Errorf("%s does not hold the flag of %s: %v", r.File, r.Code, err)
				}
			}
			want := firstComesFirst(countries)
			if diff := cmp.Diff(want, told); diff != "" {
				t.Error(diff)
			}
			if len(store.files) != 2*len(codes) {
				t.Errorf("files: %v", store.files)
			}
			for name, code := range want {
				metadata := strings.TrimSuffix(name, ".gif") + ".json"
				if store.files[name] != gif+string(code) || !strings.Contains(store.files[metadata], `"`+string(code)+`"`) {
					t.Errorf("%s is not that of %s: %q, %q", name, code, store.files[name], store.files[metadata])
				}
			}
		})
		if t.Failed() {
			t.Fatalf("seed %d: %v", seed, countries)
		}
	}
}

// A slowMemory is a memory whose Put waits.
type slowMemory struct {
	memory
	delayMu sync.Mutex
	delay   func() time.Duration
}

func (m *slowMemory) Put(ctx context.Context, files []downloader.File) error {
	m.delayMu.Lock()
	d := m.delay()
	m.delayMu.Unlock()
	time.Sleep(d) // in virtual time
	return m.memory.Put(ctx, files)
}

// congo is a site with two countries called Congo: AA, which gives the answer
// first, and ZZ, which answers at once.
func congo(first answer) scripted {
	return scripted{
		"aa/aa.gif": first, "aa/metadata.json": {body: `{"country": "Congo"}`, delay: first.delay, status: first.status},
		"zz/zz.gif": {body: gif + "z"}, "zz/metadata.json": {body: `{"country": "Congo"}`},
	}
}

// Results have their final names, also that of a flag renamed meanwhile.
func TestRenamedBeforeItsResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{files: map[string]string{}}
		d := downloader.New(downloader.Options{Transport: congo(answer{delay: time.Minute, body: gif + "a"})})
		var arrived, told []string
		job := Job{Site: Site{Base: "http://host"}, Arrived: func(r Result) { arrived = append(arrived, fmt.Sprint(r.Code, " ", r.File)) }}
		for r := range Download(t.Context(), d, store, job, []Code{"AA", "ZZ", "ZZ"}) {
			told = append(told, fmt.Sprint(r.Code, " ", r.File, " ", r.Note))
		}
		if diff := cmp.Diff([]string{"ZZ Congo.gif", "AA Congo.gif"}, arrived); diff != "" {
			t.Error(diff)
		}
		want := []string{"AA Congo.gif ", `ZZ Congo_(ZZ).gif country name "Congo" is also that of AA; saved as "Congo_(ZZ)"`}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]string{"Congo.gif": gif + "a", "Congo_(ZZ).gif": gif + "z"}, store.files); diff != "" {
			t.Error(diff)
		}
	})
}

// A retry ends with the same files as a single run, and overwrites no other
// flag.
func TestRetryKeepsOtherFlags(t *testing.T) {
	kept := Kept{Code: "ZZ", Country: "Congo", File: "Congo.gif", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(gif+"z")))}
	both := map[string]string{"Congo.gif": gif + "a", "Congo_(ZZ).gif": gif + "z"}
	for name, tt := range map[string]struct {
		files, want map[string]string
		told        string
	}{
		"there": {map[string]string{"Congo.gif": gif + "z"}, both, "ZZ renamed Congo_(ZZ).gif; AA OK Congo.gif"},
		"with metadata": {map[string]string{"Congo.gif": gif + "z", "Congo.json": "z"},
			map[string]string{"Congo.gif": gif + "a", "Congo_(ZZ).gif": gif + "z", "Congo_(ZZ).json": "z"}, "ZZ renamed Congo_(ZZ).gif; AA OK Congo.gif"},
		"renamed by a run that was then killed":    {map[string]string{"Congo_(ZZ).gif": gif + "z"}, both, "ZZ renamed Congo_(ZZ).gif; AA OK Congo.gif"},
		"renamed, and the other saved, in between": {map[string]string{"Congo.gif": gif + "old", "Congo_(ZZ).gif": gif + "z"}, both, "ZZ renamed Congo_(ZZ).gif; AA OK Congo.gif"},
		"changed since": {map[string]string{"Congo.gif": gif + "new"}, map[string]string{"Congo.gif": gif + "new"}, "AA error "},
		"removed":       {map[string]string{}, map[string]string{"Congo.gif": gif + "a"}, "AA OK Congo.gif"},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory{files: tt.files}
			d := downloader.New(downloader.Options{Transport: congo(answer{body: gif + "a"})})
			var told []string
			for r := range Download(t.Context(), d, store, Job{Site: Site{Base: "http://host"}, Kept: []Kept{kept}}, []Code{"AA"}) {
				told = append(told, fmt.Sprint(r.Code, " ", r.Status, " ", r.File))
			}
			if diff := cmp.Diff(tt.told, strings.Join(told, "; ")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.want, store.files); diff != "" {
				t.Error(diff)
			}
		})
	}
	// A new code that sorts after the kept one takes its next candidate.
	store := &memory{files: map[string]string{"Congo.gif": gif + "a"}}
	d := downloader.New(downloader.Options{Transport: congo(answer{})})
	job := Job{Site: Site{Base: "http://host"}, Kept: []Kept{{Code: "AA", Country: "Congo", File: "Congo.gif", SHA256: "of no matter"}}}
	for r := range Download(t.Context(), d, store, job, []Code{"ZZ"}) {
		if r.Status != OK || r.File != "Congo_(ZZ).gif" {
			t.Errorf("%v %s %v", r.Status, r.File, r.Err)
		}
	}
	if diff := cmp.Diff(both, store.files); diff != "" {
		t.Error(diff)
	}
}

// The same holds for a template without an extension.
func TestRetryKeepsNamesWithoutExtension(t *testing.T) {
	kept := Kept{Code: "ZZ", Country: "Congo", File: "Congo", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(gif+"z")))}
	store := &memory{files: map[string]string{"Congo": gif + "z"}}
	d := downloader.New(downloader.Options{Transport: congo(answer{body: gif + "a"})})
	for r := range Download(t.Context(), d, store, Job{Site: Site{Base: "http://host"}, Name: "{country}", Kept: []Kept{kept}}, []Code{"AA"}) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	if diff := cmp.Diff(map[string]string{"Congo": gif + "a", "Congo_(ZZ)": gif + "z"}, store.files); diff != "" {
		t.Error(diff)
	}
}

// A result comes as soon as no other flag can change it: if the names are from
// the site, once all codes before it are done; otherwise at once.
func TestResultsComeInTime(t *testing.T) {
	const s = time.Second
	server := scripted{} // with both layouts
	for cc, delay := range map[string]time.Duration{"aa": s, "bb": 3 * s, "cc": 2 * s} {
		server[cc+"/"+cc+".gif"] = answer{delay: delay, body: gif + cc}
		server[cc+"/metadata.json"] = answer{delay: delay, body: `{"country": "Congo"}`}
	}
	layout := Site{Template: "http://host/{cc}/{cc}.gif"}
	congos := Catalogue{"AA": "Congo", "BB": "Congo", "CC": "Congo"}
	for name, tt := range map[string]struct {
		job  Job
		want string
	}{
		"names from the site":   {Job{Site: Site{Base: "http://host"}}, "1s Congo; 3s Congo_(BB); 3s Congo_(CC)"},
		"names from nowhere":    {Job{Site: layout}, "1s AA; 2s CC; 3s BB"},
		"names known ahead":     {Job{Site: layout, Names: congos}, "1s Congo; 2s Congo_(CC); 3s Congo_(BB)"},
		"files called by codes": {Job{Site: Site{Base: "http://host"}, Name: "{cc}.{ext}"}, "1s aa; 2s cc; 3s bb"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := downloader.New(downloader.Options{Transport: server, MaxInFlight: 6})
				start := time.Now()
				var told []string
				for r := range Download(t.Context(), d, &memory{files: map[string]string{}}, tt.job, []Code{"AA", "BB", "CC"}) {
					told = append(told, fmt.Sprint(time.Since(start), " ", strings.TrimSuffix(r.File, ".gif")))
				}
				if got := strings.Join(told, "; "); got != tt.want {
					t.Errorf("%s; want %s", got, tt.want)
				}
			})
		})
	}
}

// With a catalogue, a failed flag keeps its name. Without one, the other flag
// has the name, because the failed one's name never arrived.
func TestNameOfFailedFlag(t *testing.T) {
	for name, tt := range map[string]struct {
		first answer
		names Catalogue
		want  string // the file of ZZ
	}{
		"not found":                     {answer{status: 404}, nil, "Congo.gif"},
		"error":                         {answer{status: 500}, nil, "Congo.gif"},
		"error, by the catalogue":       {answer{status: 500}, Catalogue{"AA": "Congo", "ZZ": "Congo"}, "Congo_(ZZ).gif"},
		"not found, by the catalogue":   {answer{status: 404}, Catalogue{"AA": "Congo", "ZZ": "Congo"}, "Congo_(ZZ).gif"},
		"last to come by the catalogue": {answer{delay: time.Minute, body: gif}, Catalogue{"AA": "Congo", "ZZ": "Congo"}, "Congo_(ZZ).gif"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := downloader.New(downloader.Options{Transport: congo(tt.first)})
				for r := range Download(t.Context(), d, &memory{files: map[string]string{}}, Job{Site: Site{Base: "http://host"}, Names: tt.names}, []Code{"AA", "ZZ"}) {
					if r.Code == "ZZ" && r.File != tt.want {
						t.Errorf("%s, want %s", r.File, tt.want)
					}
				}
			})
		})
	}
	// If only the image failed, the name is known.
	s := congo(answer{body: gif})
	s["aa/aa.gif"] = answer{status: 500, delay: time.Second}
	_, files, _ := outcomes(t, s, Job{}, "AA", "ZZ")
	if diff := cmp.Diff(map[string]string{"Congo_(ZZ).gif": gif + "z"}, files); diff != "" {
		t.Error(diff)
	}
}

// If the owner of a name cannot be renamed, it keeps the name, and the code that
// should have it is an error.
func TestOwnerCannotBeRenamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &plainStore{memory{files: map[string]string{}}}
		d := downloader.New(downloader.Options{Transport: congo(answer{delay: time.Minute, body: gif})})
		var told []string
		for r := range Download(t.Context(), d, store, Job{Site: Site{Base: "http://host"}}, []Code{"AA", "ZZ"}) {
			told = append(told, fmt.Sprint(r.Code, " ", r.File, " ", r.Err))
		}
		want := []string{"AA  Congo.gif: is the file of ZZ, and this store cannot rename files: want a downloader.RenamingStore", "ZZ Congo.gif <nil>"}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Error(diff)
		}
	})
}

type plainStore struct{ m memory }

func (s *plainStore) Put(ctx context.Context, files []downloader.File) error {
	return s.m.Put(ctx, files)
}

// The end of the context also ends tasks that wait for a name.
func TestNamesInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := &slowMemory{memory: memory{files: map[string]string{}}, delay: func() time.Duration { return time.Hour }}
		d := downloader.New(downloader.Options{Transport: congo(answer{delay: time.Second, body: gif})})
		time.AfterFunc(time.Minute, cancel)
		n := 0
		for r := range Download(ctx, d, store, Job{Site: Site{Base: "http://host"}}, []Code{"AA", "ZZ"}) {
			if n++; r.Code == "ZZ" && r.File != "Congo.gif" || r.Code == "AA" && r.Err == nil {
				t.Errorf("%+v", r)
			}
		}
		if n != 2 {
			t.Errorf("%d results", n)
		}
	})
}

// A dyingStore fails after some operations, as if its process had been killed.
type dyingStore struct {
	*memory
	left *atomic.Int64
}

var errKilled = errors.New("killed")

func (s dyingStore) Put(ctx context.Context, files []downloader.File) error {
	for _, f := range files { // one after the other, as a Dir does
		if s.left.Add(-1) < 0 {
			return errKilled
		}
		s.memory.Put(context.Background(), []downloader.File{f})
	}
	return nil
}

func (s dyingStore) Rename(from, to string) error {
	if s.left.Add(-1) < 0 {
		return errKilled
	}
	return s.memory.Rename(from, to)
}

// Whenever a run and its retry are killed, the next run ends as if nothing had
// happened: no extra files, and none with another's content. (If two names
// differ in case only, a renamed file's old name may stay beside the new one.)
func TestNamesAfterKills(t *testing.T) {
	countries := map[Code]string{"AA": "Congo", "BB": "Congo", "CC": "Congo (BB)", "DD": "Congo"}
	codes := []Code{"AA", "BB", "CC", "DD"}
	s := scripted{}
	want := map[string]string{}
	for i, c := range codes { // the codes that sort first answer last
		delay := time.Duration(len(codes)-i) * time.Second
		metadata := fmt.Sprintf(`{"country": %q, "iso_cc": %q}`, countries[c], c)
		s[c.Lower()+"/"+c.Lower()+".gif"] = answer{delay: delay, body: gif + string(c)}
		s[c.Lower()+"/metadata.json"] = answer{delay: delay, body: metadata}
	}
	for name, c := range firstComesFirst(countries) {
		want[name] = gif + string(c)
		want[strings.TrimSuffix(name, ".gif")+".json"] = s[c.Lower()+"/metadata.json"].body
	}
	// live runs until it is killed, and returns the flags in its record and the
	// codes still missing.
	live := func(t *testing.T, m *memory, n int64, kept []Kept, codes []Code) ([]Kept, []Code) {
		left := new(atomic.Int64)
		left.Store(n)
		d := downloader.New(downloader.Options{Transport: s})
		job := Job{Site: Site{Base: "http://host"}, SaveMetadata: true, Digest: true, Kept: kept}
		kept = slices.Clone(kept)
		for r := range Download(t.Context(), d, dyingStore{m, left}, job, codes) {
			if r.Status != OK && r.Status != Renamed || left.Load() < 0 {
				continue
			}
			kept = slices.DeleteFunc(kept, func(k Kept) bool { return k.Code == r.Code })
			kept = append(kept, Kept{Code: r.Code, Country: r.Country, File: r.File, SHA256: r.SHA256})
			codes = slices.DeleteFunc(slices.Clone(codes), func(c Code) bool { return c == r.Code })
		}
		return kept, codes
	}
	for first := range int64(13) {
		for second := range int64(13) {
			if testing.Short() && (first+second)%4 != 0 {
				continue // make test-all tries them all
			}
			synctest.Test(t, func(t *testing.T) {
				for _, retry := range []bool{true, false} {
					m := &memory{files: map[string]string{}}
					kept, left := live(t, m, first, nil, codes)
					if !retry {
						kept, left = nil, codes
					}
					kept, left = live(t, m, second, kept, left)
					if !retry {
						kept, left = nil, codes
					}
					_, left = live(t, m, 1000, kept, left)
					if diff := cmp.Diff(want, m.files); diff != "" || len(left) > 0 {
						t.Errorf("killed after %d and %d, retry %v: %v %s", first, second, retry, left, diff)
					}
				}
			})
		}
	}
}
