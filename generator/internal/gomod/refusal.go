package gomod

import "fmt"

// A Refusal says why a module cannot get a library as it is, and what to do.
// Nothing is planned then.
type Refusal struct {
	Reason Reason
	Option string // the option that decides: "raise-go", "server"; "" if none does
	Path   string // "go.mod", "go.work", "vendor"
	Line   int    // counted from 1; 0 for the file
	Text   string // what is wrong and why, one line
	Fix    string // what to do, one line
}

// Error returns where, what is wrong, and what to do.
func (r *Refusal) Error() string {
	s := r.Path + ": "
	if r.Line > 0 {
		s = fmt.Sprintf("%s:%d: ", r.Path, r.Line)
	}
	s += r.Text
	if r.Fix != "" {
		s += "; " + r.Fix
	}
	return s
}

// A Reason is a kind of refusal.
type Reason int

const (
	// Unreadable: go.mod does not parse.
	Unreadable Reason = iota + 1
	// TooOld: the go line is below what the kit compiles with.
	TooOld
	// RaisesGo: every version would raise the go line.
	RaisesGo
	// WorkspaceTooOld: go.work's go line would have to be raised, too.
	WorkspaceTooOld
	// NoVersion: all versions are excluded.
	NoVersion
	// NotCached: vendoring needs files that the module cache does not have.
	NotCached
	// WorkspaceVendor: the vendor folder is that of a workspace.
	WorkspaceVendor
)
