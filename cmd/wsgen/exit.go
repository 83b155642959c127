package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
)

// Exit codes. `wsgen help exit-codes` explains them to users.
const (
	exitDone        = 0   // done, or nothing to do
	exitFailed      = 1   // input/output, or a bug of ours
	exitUsage       = 2   // the command line is wrong or incomplete
	exitRefused     = 3   // well-formed, but the target does not allow it; nothing written
	exitUnproven    = 4   // the result would not type-check; nothing written
	exitWouldChange = 10  // --check: there is something to do
	exitInterrupted = 130 // a signal; nothing left half written
)

// A failure is an error with an exit code and ways out.
type failure struct {
	code     int
	what     string // the subject: "new", "directory ./chat"; may be empty
	problems []problem
	choices  []choiceLine // what a person has to choose from, for readers of --json
}

// A problem is one thing that is wrong and what to do about it, each way out
// on a line of its own.
type problem struct {
	why string
	fix []string
}

// Error gives the problems on one line; report prints them for people.
func (f *failure) Error() string {
	var why []string
	for _, p := range f.problems {
		why = append(why, p.why)
	}
	all := strings.Join(why, "; ")
	if f.what == "" {
		return all
	}
	return f.what + ": " + all
}

// fixes lists all ways out.
func (f *failure) fixes() []string {
	var all []string
	for _, p := range f.problems {
		for _, fix := range p.fix {
			if !slices.Contains(all, fix) {
				all = append(all, fix)
			}
		}
	}
	return all
}

func fail(code int, what, why string, fix ...string) *failure {
	return &failure{code: code, what: what, problems: []problem{{why, fix}}}
}

// usage is a failure of the command line.
func usage(what, why string, fix ...string) *failure { return fail(exitUsage, what, why, fix...) }

// refused is a failure of the target: nothing was written.
func refused(what, why string, fix ...string) *failure { return fail(exitRefused, what, why, fix...) }

// errCancelled ends a run that the user broke off before anything was written.
var errCancelled = fail(exitInterrupted, "", "cancelled; nothing was written")

// errWouldChange is how --check answers; the command has said what would change.
var errWouldChange = &failure{code: exitWouldChange}

// asFailure finds the exit code and the ways out for any error that a command
// returns; verb is the command that returned it. Errors that nobody has
// foreseen are failures of the run.
func asFailure(verb string, err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.Canceled) {
		return errCancelled
	}
	var use *generator.UsageError
	if errors.As(err, &use) {
		return fromProblems(exitUsage, verb, use.Problems)
	}
	var no *generator.RefusedError
	if errors.As(err, &no) {
		return fromProblems(exitRefused, verb, no.Problems)
	}
	return fromApply(verb, err)
}

// fromApply is asFailure for what package apply returns, and for the rest.
func fromApply(verb string, err error) *failure {
	code := exitFailed
	if apply.Refused(err) {
		code = exitRefused
	}
	var full *apply.NotEmptyError
	if errors.As(err, &full) {
		return notEmpty(full.Path, full.Entries)
	}
	var e *apply.Error
	if errors.As(err, &e) {
		f := fail(code, show(e.Path), e.What)
		if e.Fix != "" {
			f.problems[0].fix = []string{e.Fix}
		}
		return f
	}
	return fail(code, verb, strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
}

func fromProblems(code int, verb string, problems []generator.Problem) *failure {
	f := &failure{code: code, what: verb}
	for _, p := range problems {
		q := problem{why: p.Text}
		if p.Fix != "" {
			q.fix = []string{p.Fix}
		}
		f.problems = append(f.problems, q)
	}
	return f
}

// report prints f for people:
//
//	wsgen: WHAT: WHY
//	  fix: what to do
//
// Several problems stand below each other, each with its own fix.
func report(w io.Writer, f *failure, p palette) {
	if len(f.problems) == 0 {
		return
	}
	var b strings.Builder
	b.WriteString(p.red("wsgen:") + " ")
	if f.what != "" {
		b.WriteString(f.what + ": ")
	}
	indent := "  "
	if len(f.problems) > 1 {
		fmt.Fprintf(&b, "%d problems\n", len(f.problems))
		indent = "    "
	}
	for _, problem := range f.problems {
		b.WriteString(indent[2:] + problem.why + "\n")
		for _, fix := range problem.fix {
			b.WriteString(indent + "fix: " + fix + "\n")
		}
	}
	io.WriteString(w, b.String())
}
