// Package openfiles knows how many files a process may have open, connections
// among them.
package openfiles

// Fit is how many of something a process can have open at once: wanted, or as
// many as the limit has room for if each takes so many files and some are kept
// for other ends; at least one. The limit is 0 if it is not known, or if all
// that is wanted fits.
func Fit(wanted, each, others int) (n, limit int) { return fit(wanted, each, others, current()) }

func fit(wanted, each, others, limit int) (int, int) {
	if limit == 0 || wanted*each+others <= limit {
		return wanted, 0
	}
	return max(1, min(wanted, (limit-others)/each)), limit
}
