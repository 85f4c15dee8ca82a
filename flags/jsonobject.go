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

// A member is one name with its value in a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members returns the members of an object in their order. Unlike a map, it
// keeps repeated names, whose meaning RFC 8259, section 4, leaves open.
func members(data []byte) ([]member, error) {
	var all []member
	d := json.NewDecoder(bytes.NewReader(data))
	switch open, err := d.Token(); {
	case err != nil:
		return nil, err
	case open == nil:
		return nil, nil // null, which package json treats as an empty object
	case open != json.Delim('{'):
		return nil, errors.New("is not a JSON object")
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

// unmarshalObject is [json.Unmarshal] of an object into a struct, except that a
// repeated field is an error, because nobody can tell which one counts. Like
// json.Unmarshal, it ignores the case of fields.
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
			return fmt.Errorf("field %q is there twice: want it once", field)
		}
	}
	return nil
}

// mayRepeat reports whether a field may be there twice. Most objects are plain
// ASCII with each name once, which this quick check finds out.
func mayRepeat(data []byte, fields []string) bool {
	for _, b := range data {
		if b == '\\' || b >= utf8.RuneSelf { // a letter of a name may be escaped, or fold to ASCII
			return true
		}
	}
	lower := bytes.ToLower(data)
	return slices.ContainsFunc(fields, func(field string) bool { return bytes.Count(lower, []byte(field)) > 1 })
}
