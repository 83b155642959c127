package generator

import (
	"cmp"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong with what was asked for.
type Problem struct {
	Option string // the option that it is about: name, module, server, profile, without or route
	Text   string // what is wrong and why, on one line
	Fix    string // what to do about it, on one line; may be empty
}

// A UsageError says that something was asked for that does not exist, is not
// well formed or contradicts itself. Nothing was looked at but the options.
type UsageError struct {
	Problems []Problem // at least one, sorted
}

// Error returns the problems, one a line, each with what to do about it.
func (e *UsageError) Error() string { return text(e.Problems) }

// A RefusedError says that what was asked for makes sense, but would do harm
// where it was asked for. Nothing was written.
type RefusedError struct {
	Problems []Problem // at least one, sorted
}

// Error returns the problems, one a line, each with what to do about it.
func (e *RefusedError) Error() string { return text(e.Problems) }

func text(problems []Problem) string {
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.Text
		if p.Fix != "" {
			lines[i] += "; " + p.Fix
		}
	}
	return strings.Join(lines, "\n")
}

// usage returns the problems as a UsageError, sorted, or nil if there are none.
func usage(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Option, b.Option), cmp.Compare(a.Text, b.Text))
	})
	return &UsageError{Problems: slices.Compact(problems)}
}
