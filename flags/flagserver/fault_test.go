package flagserver

import (
	"flag"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const wantKind = "want an HTTP status from 400 to 599, or one of " +
	"truncate stall reset html garbage slow huge redirect-loop"

func TestParseFault(t *testing.T) {
	for s, want := range map[string]Fault{
		"418=.25": {"418", .25},
		"503=0.1": {"503", .1},
		"400=1":   {"400", 1},
		"599=0":   {"599", 0},
		"huge=.5": {Huge, .5},
		"html=1":  {HTML, 1},

		"redirect-loop=0.125": {RedirectLoop, .125},
		"404=1.00":            {"404", 1},
	} {
		got, err := ParseFault(s)
		if err != nil || got != want {
			t.Errorf("ParseFault(%q) = %v, %v; want %v", s, got, err, want)
		}
		if again, err := ParseFault(got.String()); err != nil || again != got {
			t.Errorf("%v reads back as %v, %v", got, again, err)
		}
	}
}

func TestParseFaultErrors(t *testing.T) {
	for s, want := range map[string]string{
		"":          `fault "": want KIND=PROBABILITY, such as 418=.25`,
		"418":       `fault "418": want KIND=PROBABILITY, such as 418=.25`,
		"teapot=.1": `fault "teapot": ` + wantKind,
		"=.1":       `fault "": ` + wantKind,
		"200=.1":    `fault "200": ` + wantKind,
		"HTML=.1":   `fault "HTML": ` + wantKind,
		"0418=.1":   `fault "0418": ` + wantKind,
		"+418=.1":   `fault "+418": ` + wantKind,
		"418=":      `fault 418: probability "": want a number from 0 to 1, such as .25`,
		"418=x":     `fault 418: probability "x": want a number from 0 to 1, such as .25`,
		"418=.":     `fault 418: probability ".": want a number from 0 to 1, such as .25`,
		"418=1e-3":  `fault 418: probability "1e-3": want a number from 0 to 1, such as .25`,
		"418=25%":   `fault 418: probability "25%": want a number from 0 to 1, such as .25`,
		"418=-.1":   `fault 418: probability "-.1": want a number from 0 to 1, such as .25`,
		"418=NaN":   `fault 418: probability "NaN": want a number from 0 to 1, such as .25`,
		"418=1.5":   "fault 418: probability 1.5: want a number from 0 to 1",
		"418=.1=.2": `fault 418: probability ".1=.2": want a number from 0 to 1, such as .25`,
	} {
		if f, err := ParseFault(s); err == nil || err.Error() != want {
			t.Errorf("ParseFault(%q) = %v, %v\nwant error %s", s, f, err, want)
		}
	}
}

func TestFaultsOption(t *testing.T) {
	parse := func(args ...string) (Faults, error) {
		var faults Faults
		options := flag.NewFlagSet("", flag.ContinueOnError)
		options.SetOutput(io.Discard)
		options.Var(&faults, "fault", "")
		err := options.Parse(args)
		return faults, err
	}
	got, err := parse("-fault", "418=.25", "-fault=503=.1", "-fault", "418=.65")
	if diff := cmp.Diff(Faults{{"418", .25}, {"503", .1}, {"418", .65}}, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	if s := got.String(); s != "418=0.25 503=0.1 418=0.65" {
		t.Errorf("String: %s", s)
	}
	got, err = parse("-fault", "418=.5", "-fault", "503=.6")
	if diff := cmp.Diff(Faults{{"418", .5}}, got); diff != "" || err == nil {
		t.Errorf("%v: %s", err, diff)
	}
	ten := make([]string, 10)
	for i := range ten {
		ten[i] = "-fault=418=.1"
	}
	if _, err := parse(ten...); err != nil {
		t.Errorf("ten times .1: %v", err)
	}
}

// FuzzParseFault holds that what is accepted makes sense and reads back.
func FuzzParseFault(f *testing.F) {
	for _, s := range []string{"418=.25", "503=1", "418=", "=1", "418=1e3", "truncate=.5", "huge=0", "599=0.000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fault, err := ParseFault(s)
		if err != nil {
			return
		}
		if !(fault.Probability >= 0 && fault.Probability <= 1) {
			t.Errorf("%q: probability %v", s, fault.Probability)
		}
		if again, err := ParseFault(fault.String()); err != nil || again != fault {
			t.Errorf("%q: %v reads back as %v, %v", s, fault, again, err)
		}
	})
}

// One more fault befalls its share of what the others leave.
func TestWithOneMoreFault(t *testing.T) {
	teapot := Fault{Kind: "418", Probability: .25}
	for _, tt := range []struct {
		faults Faults
		want   string
	}{
		{nil, "418=0.25"},
		{Faults{{Kind: "503", Probability: .5}}, "503=0.5 418=0.125"},
		{Faults{{Kind: "503", Probability: 1}}, "503=1 418=0"},
	} {
		before := tt.faults.String()
		got := tt.faults.With(teapot)
		if got.String() != tt.want || tt.faults.String() != before {
			t.Errorf("%s with %v: %s, want %s", before, teapot, &got, tt.want)
		}
	}
}
