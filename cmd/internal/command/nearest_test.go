package command

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"LOCAL", "REMOTE", "DELAY", "max-req", "retries", "json", "tld"}
	for typed, want := range map[string]string{
		"LOCL": "LOCAL", "locla": "LOCAL", "lcoal": "LOCAL", "delays": "DELAY", "REMOTE": "REMOTE", "max_req": "max-req",
		"maxreq": "max-req", "retry": "", "x": "", "": "", "retrys": "retries", "réttries": "retries",
		"DLEAY": "DELAY", "amx-req": "max-req", "josn": "json", "tdl": "tld", "nosj": "",
	} {
		if got := Nearest(typed, words); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
