package prove

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/wsgen/wsgen/generator/plan"
)

// Options say what to check, and how the go command is to be called.
type Options struct {
	Dirs      []string // packages to check besides those that the plan touches, as folders relative to the root: the main package
	Tags      []string // build tags
	Workspace string   // the go.work file that applies, absolute; "" for none
	Vendored  bool     // the project has a vendor folder that the go command uses
	Env       []string // the environment; nil for that of the process
}

// A Problem is something that the go command or the type checker objects to.
type Problem struct {
	Path string // slash-separated, relative to the root; absolute for a file elsewhere; "" if it is about no file
	Line int    // counted from 1 in the file as the plan has it; 0 if it is about the file
	Text string
}

// String returns the problem as compilers write it.
func (p Problem) String() string {
	switch {
	case p.Path == "":
		return p.Text
	case p.Line == 0:
		return p.Path + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text)
}

// A Report says what is wrong after a plan, sorted by place.
type Report struct {
	New []Problem // what the plan brings
	Old []Problem // what is wrong without it, too; only looked for when there is something at all
}

// Check type-checks the packages that p touches, in the project at root, which
// is the absolute path of the folder of its go.mod. It takes as long as a build
// of what they import, which is seconds when the build cache is warm.
//
// A plan that the project can have has an empty Report.New. The error is an
// *UnavailableError, or that of ctx. Check may be called concurrently.
func Check(ctx context.Context, root string, p *plan.Plan, o Options) (*Report, error) {
	c := &checking{root: root, o: o, plan: p}
	after, err := c.load(ctx, true)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil && len(after) == 0 {
		return &Report{}, nil
	}
	before, errBefore := c.load(ctx, false)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if errBefore != nil {
		return nil, unavailable(errBefore.Error())
	}
	if err != nil {
		// Only with the plan the go command does not even begin.
		if u := classify(err.Error()); u != nil {
			return nil, u
		}
		return &Report{New: []Problem{{Path: "go.mod", Text: err.Error()}}, Old: before}, nil
	}
	for _, p := range slices.Concat(before, after) {
		if u := classify(p.Text); u != nil {
			return nil, u
		}
	}
	return &Report{New: added(before, after), Old: before}, nil
}

// place is a line and a column in a text.
var place = regexp.MustCompile(`:\d+(:\d+)?`)

// added returns the problems of after that before does not have. Lines move, so
// a problem is known by its file and text, without the places in it, and by how
// often it is there.
func added(before, after []Problem) []Problem {
	type key struct{ path, text string }
	known := func(p Problem) key { return key{p.Path, place.ReplaceAllString(p.Text, ":")} }
	count := map[key]int{}
	for _, p := range before {
		count[known(p)]++
	}
	var all []Problem
	for _, p := range after {
		k := known(p)
		if count[k] > 0 {
			count[k]--
			continue
		}
		all = append(all, p)
	}
	return all
}

// sorted returns problems by place, each once.
func sorted(all []Problem) []Problem {
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(all)
}
