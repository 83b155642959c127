package project

import (
	"context"
	"errors"
	"go/token"
)

// Load reads the module that o.Dir belongs to. The nearest go.mod above the
// folder counts, as it does for the go command.
//
// Errors are for people: there is no go.mod (with the commands that make one),
// go.mod cannot be read, its go line is below 1.18, o.Main is no main package.
// Code that does not compile is no error. Load reads files only; it takes from
// milliseconds to a second, and returns early when ctx ends.
func Load(ctx context.Context, o Options) (*Project, error) {
	m, err := findModule(o.Dir)
	if err != nil {
		return nil, err
	}
	m.Fset = token.NewFileSet()
	m.world = &world{}
	return m, ctx.Err()
}

// Find returns what could take a route, the best first, and why a person has to
// choose, if so. A nil Ambiguity means that the first candidate may be taken
// unasked. With mains it looks only at these binaries; else at all of them, and
// several that serve are an ambiguity.
//
// There may be no candidate at all, and then there is an Ambiguity.
func (p *Project) Find(ctx context.Context, mains ...*Main) ([]*Candidate, *Ambiguity, error) {
	return nil, nil, errors.New("not found")
}

type world struct{}
