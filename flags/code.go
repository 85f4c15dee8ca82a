package flags

import (
	"fmt"
	"slices"
	"strings"
)

// A Code is a country's two-letter ISO 3166-1 code in upper case, such as "BR".
type Code string

// Lower returns the code in lower case, as sites spell it in paths.
func (c Code) Lower() string { return strings.ToLower(string(c)) }

// popular holds the codes of the 20 most populous countries, in the book's
// order. available holds the codes of the 194 flags on the book's site, from
// its country_codes.txt.
const (
	popular   = "CN IN US ID BR PK NG BD RU JP MX PH VN ET EG DE IR TR CD FR"
	available = `AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN
BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM
DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN HR HT
HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI
LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA
NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PT PW PY QA RO RS RU RW SA SB SC
SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV
TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW`
)

// Popular returns the codes of the 20 most populous countries, sorted.
func Popular() []Code { return parseList(popular) }

// Available returns the codes of the 194 flags on the book's site, AD to ZW,
// sorted.
func Available() []Code { return parseList(available) }

func parseList(list string) []Code {
	var codes []Code
	for word := range strings.FieldsSeq(list) {
		codes = append(codes, Code(word))
	}
	slices.Sort(codes)
	return codes
}

// Every returns all 676 pairs of letters, AA to ZZ, sorted.
func Every() []Code {
	var codes []Code
	for first := 'A'; first <= 'Z'; first++ {
		codes = append(codes, letterRange(string(first))...)
	}
	return codes
}

// letterRange returns the codes that begin with a letter: BA to BZ for "B".
func letterRange(first string) []Code {
	var codes []Code
	for second := 'A'; second <= 'Z'; second++ {
		codes = append(codes, Code(first+string(second)))
	}
	return codes
}

// ParseCodes reads one word: a two-letter code, or one letter for all codes
// that begin with it, in upper or lower case. Its error says what is valid.
func ParseCodes(word string) ([]Code, error) {
	upper := strings.ToUpper(word)
	if strings.Trim(upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(upper) != len(word) {
		return nil, notACode(word)
	}
	switch len(upper) {
	case 1:
		return letterRange(upper), nil
	case 2:
		return []Code{Code(upper)}, nil
	}
	return nil, notACode(word)
}

func notACode(word string) error {
	return fmt.Errorf("code %q: want two letters from AA to ZZ, or one letter for its whole range", word)
}

// A Selection describes the codes that a user asked for.
type Selection struct {
	Words []string // codes and letters; see [ParseCodes]
	All   bool     // all available flags
	Every bool     // every possible code
	Limit int      // how many codes at most, the first ones in order; 0 for no limit
}

// Select returns the codes of a selection, sorted and without duplicates: those
// that Words, All and Every name, or the [Popular] ones if they name none. Its
// error is that of the first word that [ParseCodes] refuses.
func Select(s Selection) ([]Code, error) {
	var codes []Code
	for _, word := range s.Words {
		named, err := ParseCodes(word)
		if err != nil {
			return nil, err
		}
		codes = append(codes, named...)
	}
	switch {
	case s.Every:
		codes = Every()
	case s.All:
		codes = append(codes, Available()...)
	case len(s.Words) == 0:
		codes = Popular()
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if s.Limit > 0 {
		codes = codes[:min(s.Limit, len(codes))]
	}
	return codes, nil
}
