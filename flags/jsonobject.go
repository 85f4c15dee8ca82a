package flags

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A member is a name and a value in a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members are those of an object, in its order, also if a name is there twice:
// what then holds, RFC 8259, section 4, leaves open, and a map would forget.
func members(data []byte) ([]member, error) {
	var all []member
	d := json.NewDecoder(bytes.NewReader(data))
	switch open, err := d.Token(); {
	case err != nil:
		return nil, err
	case open == nil:
		return nil, nil // null, which package json takes for an empty object
	case open != json.Delim('{'):
		return nil, errors.New("is no JSON object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// unmarshalObject is [json.Unmarshal] of an object into a struct, but that a
// field which is there twice is an error: it would not be clear which counts.
// As there, upper and lower case are one.
func unmarshalObject(data []byte, into any, fields ...string) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	if !mayRepeat(data, fields) {
		return nil
	}
	all, err := members(data)
	if err != nil {
		return err
	}
	for _, field := range fields {
		is := func(m member) bool { return strings.EqualFold(m.name, field) }
		if i := slices.IndexFunc(all, is); i >= 0 && slices.ContainsFunc(all[i+1:], is) {
			return fmt.Errorf("%q is there twice", field)
		}
	}
	return nil
}

// mayRepeat reports whether one of some fields may be there twice. Most objects
// are plain text in which each name stands once, and to find that out costs little.
func mayRepeat(data []byte, fields []string) bool {
	for _, b := range data {
		if b == '\\' || b >= utf8.RuneSelf { // a letter may be written in another way
			return true
		}
	}
	lower := bytes.ToLower(data)
	return slices.ContainsFunc(fields, func(field string) bool { return bytes.Count(lower, []byte(field)) > 1 })
}
