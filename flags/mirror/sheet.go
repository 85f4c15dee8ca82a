package mirror

import (
	"slices"

	"getflags/flags"
	"getflags/flags/gallery"
)

// Alters reports whether a flag of that status is not what it was.
func (s Status) Alters() bool { return s == New || s == Changed || s == Repaired || s == Gone }

// Mark tells of the flags of a contact sheet what a run did to them, and sorts
// them. Those that were deleted are added. In a mirror that is new itself
// nothing has changed.
func Mark(found []gallery.Flag, changes []Change) []gallery.Flag {
	if !slices.ContainsFunc(changes, func(c Change) bool { return c.Status != New }) && len(changes) == len(found) {
		return found
	}
	at := map[flags.Code]int{}
	for i, f := range found {
		at[f.Code] = i
	}
	for _, c := range changes {
		i, ok := at[c.Code]
		if !ok {
			i = len(found)
			found = append(found, gallery.Flag{Code: c.Code, Country: c.Country})
		}
		found[i].Change, found[i].Before = c.Status.String(), c.Before
	}
	gallery.Sort(found)
	return found
}
