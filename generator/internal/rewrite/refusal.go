package rewrite

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A Refusal says why there is no safe place, and what to do about it. Nothing is
// planned then.
type Refusal struct {
	Reason  Reason
	Option  string   // the option that decides: "route", "auth", "at", "into"; "" if none does
	Choices []string // values of Option that would do, the best first
	Path    string   // where: a file relative to the module's root
	Line    int      // counted from 1
	Text    string   // what is wrong there and why, one line
	Fix     string   // what to do, one line
	Snippet string   // Go code to write by hand instead; "" where there is none
}

// Error returns where, what is wrong, and what to do.
func (r *Refusal) Error() string {
	var b strings.Builder
	if r.Path != "" {
		fmt.Fprintf(&b, "%s:%d: ", r.Path, r.Line)
	}
	b.WriteString(r.Text)
	if r.Fix != "" {
		b.WriteString("; " + r.Fix)
	}
	return b.String()
}

// A Reason is a kind of refusal.
type Reason int

const (
	// NotEditable: the file is generated or belongs to another module.
	NotEditable Reason = iota + 1
	// NoPlace: no statement list, or no handler, that could take it.
	NoPlace
	// RouteTaken: something answers on the route already. Choices are free ones.
	RouteTaken
	// Shadowed: what is registered before the first possible place takes every request.
	Shadowed
	// Clash: the router panics when the route stands beside one that is there.
	Clash
	// AuthUndecided: it can stand before or behind what keeps people out.
	AuthUndecided
	// Breaks: every place is behind middleware that breaks the upgrade.
	Breaks
	// NotImportable: Go's rule on internal directories keeps the kit from the file.
	NotImportable
	// TooMuch: more lines of the user's files would change than MaxLines.
	TooMuch
	// Unformatted: it cannot be put in without formatting more of the file.
	Unformatted
)

// refuse returns a refusal at a place.
func refuse(reason Reason, f *project.File, pos token.Pos, text, fix string) *Refusal {
	return &Refusal{Reason: reason, Path: f.Path, Line: f.Line(pos), Text: text, Fix: fix}
}
