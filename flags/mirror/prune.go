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

// A PruneError says why flags that are gone were not deleted. Err is a
// [*LimitError] if there are more of them than the limit allows.
type PruneError struct {
	Gone int // flags
	Err  error
}

func (e *PruneError) Error() string {
	return fmt.Sprintf("%d gone from the site not deleted: %v", e.Gone, e.Err)
}

func (e *PruneError) Unwrap() error { return e.Err }

// A LimitError is a limit that allows to delete fewer flags than are gone.
type LimitError struct {
	Limit Limit
	Have  int // flags in the mirror
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the limit of %v of %d allows %d", e.Limit, e.Have, e.Limit.of(e.Have))
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
	if err := m.unfit(ctx, limit); err != nil {
		return nil, &PruneError{Gone: len(m.gone), Err: err}
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

// unfit is why nothing may be deleted, or nil.
func (m *Mirror) unfit(ctx context.Context, limit Limit) error {
	have := len(m.had)
	switch {
	case ctx.Err() != nil:
		return errors.New("the run was interrupted")
	case !m.whole:
		return errors.New("there were errors")
	case !m.found:
		return errors.New("the site has none of the flags asked for, as if it were broken")
	case len(m.gone) > limit.of(have):
		return &LimitError{limit, have}
	}
	return nil
}
