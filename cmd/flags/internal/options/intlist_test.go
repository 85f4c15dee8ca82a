package options

import "testing"

func TestIntList(t *testing.T) {
	for s, want := range map[string]string{"5": "5", "100,1, 5,5": "1,5,100"} {
		l := &IntList{Min: 1, Max: 100}
		if err := l.Set(s); err != nil || l.String() != want {
			t.Errorf("%q is %v, %v; want %s", s, l, err, want)
		}
	}
	for _, s := range []string{"", ",", "1,", "0", "101", "0x5", "-1", "1.5"} {
		if l := (&IntList{Min: 1, Max: 100}); l.Set(s) == nil {
			t.Errorf("%q is %v", s, l)
		}
	}
}
