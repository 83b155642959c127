package generator

import (
	"fmt"
	"strings"
)

// A ChoiceError says that a person has to choose: nothing was planned. The
// command is repeated with one of the choices, as the value of the option.
type ChoiceError struct {
	Option  string // "at", "main", "route", "auth", "into", "raise-go": the option that decides
	Reason  string // why there is a choice, a clause
	Choices []Choice
	Snippet string // Go code that does the same by hand; "" where it depends on the choice
}

// A Choice is one of several places, or answers.
type Choice struct {
	Value string   // of the option
	Path  string   // the file that it is about, relative to the module's root; "" for none
	Line  int      // counted from 1; 0 for none
	Text  string   // what it is, without the place: "main: http.ServeMux mux"
	Why   []string // what speaks for it and against it
}

// Place returns file:line, or "".
func (c Choice) Place() string {
	if c.Path == "" || c.Line == 0 {
		return c.Path
	}
	return fmt.Sprintf("%s:%d", c.Path, c.Line)
}

// String is the choice on one line: where it is, what it is, and why.
func (c Choice) String() string {
	s := strings.TrimSpace(c.Place() + " " + c.Text)
	if len(c.Why) > 0 {
		s += " (" + strings.Join(c.Why, "; ") + ")"
	}
	return s
}

// Flag returns what picks c on the command line.
func (e *ChoiceError) Flag(c Choice) string {
	if c.Value == "" {
		return "--" + e.Option
	}
	return "--" + e.Option + "=" + c.Value
}

// Error returns the reason and the choices, numbered, one a line.
func (e *ChoiceError) Error() string {
	var b strings.Builder
	b.WriteString(e.Reason)
	for i, c := range e.Choices {
		fmt.Fprintf(&b, "\n%d. %s: %s", i+1, e.Flag(c), c)
	}
	return b.String()
}

// refused returns the error for one problem with the target.
func refused(option, text, fix string) error {
	return &RefusedError{Problems: []Problem{{Option: option, Text: text, Fix: fix}}}
}
