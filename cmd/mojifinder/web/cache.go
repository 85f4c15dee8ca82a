package web

import "strings"

// matches reports whether one of the If-None-Match fields names tag (RFC 9110,
// section 13.1.2). Tags here hold no comma, so the lists can be split at them.
func matches(fields []string, tag string) bool {
	for _, field := range fields {
		for one := range strings.SplitSeq(field, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}
