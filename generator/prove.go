package generator

import (
	"context"
	"errors"
	"path"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/internal/prove"
	"github.com/wsgen/wsgen/generator/plan"
)

// An UnprovenError says that a plan would not compile: it brings errors that the
// project does not have without it.
type UnprovenError struct {
	New []string // what the plan brings, as path:line: text
	Old []string // what is wrong without it, too
}

// Error returns what the plan brings, one a line.
func (e *UnprovenError) Error() string { return strings.Join(e.New, "\n") }

// A BrokenError says that the project does not compile as it is, so that little
// can be said of it with the plan.
type BrokenError struct {
	Old []string // what is wrong, as path:line: text
}

// Error returns what is wrong, one a line.
func (e *BrokenError) Error() string { return strings.Join(e.Old, "\n") }

// Prove type-checks what the plan makes of the project, and of the program that
// serves the websocket. It runs the go command, which takes seconds, and writes
// nothing. The error is an *UnprovenError, a *BrokenError, a *RefusedError where it
// could not be found out, or that of ctx.
func (a *Addition) Prove(ctx context.Context) error {
	var dirs []string
	if a.Main != "" {
		dirs = append(dirs, path.Clean(a.Main))
	}
	return proved(ctx, a.project, a.Plan, dirs)
}

// Prove is that of [Addition], for the plan of a removal.
func (r *Removal) Prove(ctx context.Context) error { return proved(ctx, r.project, r.Plan, nil) }

func proved(ctx context.Context, p *project.Project, pl *plan.Plan, dirs []string) error {
	r, err := prove.Check(ctx, p.Root, pl, prove.Options{Dirs: dirs, Workspace: p.Workspace, Vendored: p.Vendored})
	var no *prove.UnavailableError
	switch {
	case errors.As(err, &no):
		return refused("", "it could not be type-checked: "+no.Why, no.Fix)
	case err != nil:
		return err
	case len(r.New) > 0:
		return &UnprovenError{New: problemLines(r.New), Old: problemLines(r.Old)}
	case len(r.Old) > 0:
		return &BrokenError{Old: problemLines(r.Old)}
	}
	return nil
}

func problemLines(all []prove.Problem) []string {
	var lines []string
	for _, p := range all {
		lines = append(lines, p.String())
	}
	return lines
}
