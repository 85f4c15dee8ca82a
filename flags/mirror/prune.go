package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"getflags/flags"
)

// A Limit is the most flags that may be deleted in a run: a number, or a
// share, in percent, of the flags in the mirror, rounded down.
type Limit struct {
	N       int
	Percent bool
}

func (l Limit) String() string {
	if l.Percent {
		return fmt.Sprintf("%d%%", l.N)
	}
	return fmt.Sprint(l.N)
}

func (l Limit) of(flags int) int {
	if l.Percent {
		return flags * l.N / 100
	}
	return l.N
}

// A PruneError says why flags that are gone were not deleted.
type PruneError struct {
	Gone   int // flags
	Reason string
}

func (e *PruneError) Error() string {
	return fmt.Sprintf("%d gone from the site not deleted: %s", e.Gone, e.Reason)
}

// Prune deletes the flags that Update found to be gone, and returns those that
// it deleted. It deletes none, and its error is a [*PruneError], if there are
// more than the limit allows, if Update met errors, or if the site had nothing
// at all, as one has that is broken. A flag that cannot be deleted, such as one
// in a read-only directory, stays with all its files and is named in the error;
// the others are deleted. With DryRun it only says what it would do.
func (m *Mirror) Prune(ctx context.Context, limit Limit) ([]flags.Code, error) {
	if len(m.gone) == 0 {
		return nil, nil
	}
	if reason := m.unfit(ctx, limit); reason != "" {
		return nil, &PruneError{Gone: len(m.gone), Reason: reason}
	}
	if !m.options.DryRun {
		if err := m.reserve(nil); err != nil {
			return nil, err
		}
	}
	slices.Sort(m.gone)
	var deleted []flags.Code
	var errs []error
	for _, c := range m.gone {
		if err := m.drop(c); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c, err))
			continue
		}
		deleted = append(deleted, c)
	}
	return deleted, errors.Join(errs...)
}

// drop deletes a flag, and forgets it.
func (m *Mirror) drop(c flags.Code) error {
	if !m.options.DryRun {
		var files []string
		for _, e := range m.had[c] {
			files = append(files, e.Name)
		}
		if err := m.tree.Remove(c.Lower(), files); err != nil {
			return err
		}
	}
	for _, e := range m.had[c] {
		delete(m.next, e.Name)
	}
	return nil
}

// unfit is why nothing may be deleted, or "".
func (m *Mirror) unfit(ctx context.Context, limit Limit) string {
	have := len(m.had)
	switch {
	case ctx.Err() != nil:
		return "the run was interrupted"
	case !m.whole:
		return "there were errors"
	case !m.found:
		return "the site has none of the flags asked for, as if it were broken"
	case len(m.gone) > limit.of(have):
		return fmt.Sprintf("--max-delete %v of %d allows %d", limit, have, limit.of(have))
	}
	return ""
}
