package generator

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// choose returns the candidate that is to be mounted on: the one that --at
// names, or the best if package project has no doubt about it. The error is a
// *ChoiceError or a *RefusedError else.
func (t *addTarget) choose(ctx context.Context) (*project.Candidate, error) {
	all, doubt, err := t.project.Find(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, refused("", fmt.Sprintf("%s: %s", where(t.project), doubt.Reason),
			"mount it by hand where requests arrive: realtime.Mount(mux), or realtime.Wrap(handler); wsgen new shows a project that does")
	}
	values := atValues(all)
	if t.o.At != "" {
		return t.at(ctx, all, values)
	}
	if doubt == nil {
		return all[0], nil
	}
	return nil, t.undecided(all, values, doubt)
}

func where(p *project.Project) string {
	if p.Module != "" {
		return "module " + p.Module
	}
	return p.Root
}

// atValues returns, for each candidate, the value of --at that picks it and no
// other: file.go:Func, and the router as well where the function has several.
func atValues(all []*project.Candidate) []string {
	n := map[string]int{}
	for _, c := range all {
		n[c.At()]++
	}
	values := make([]string, len(all))
	for i, c := range all {
		values[i] = c.At()
		if n[c.At()] > 1 {
			values[i] += ":" + c.Expr
		}
		if n[values[i]]++; n[values[i]] > 1 && n[c.At()] > 1 && values[i] != c.At() || c.Expr == "" && n[c.At()] > 1 {
			values[i] = fmt.Sprintf("%s:%d", c.Home.File.Path, c.Home.Line)
		}
	}
	return values
}

// at returns the candidate that --at names: by the values above, by the line on
// which its function begins, by anything shorter that fits only one (main,
// server.go, main:admin), or else by any function that does something to what is
// served.
func (t *addTarget) at(ctx context.Context, all []*project.Candidate, values []string) (*project.Candidate, error) {
	want := strings.TrimPrefix(filepath.ToSlash(t.o.At), "./")
	var hits []*project.Candidate
	for i, c := range all {
		if want == values[i] || want == c.Home.File.Path+":"+strconv.Itoa(c.Home.Line) {
			return c, nil
		}
		if names(c, values[i], want) {
			hits = append(hits, c)
		}
	}
	if len(hits) == 0 {
		var err error
		if hits, err = t.elsewhere(ctx, want); err != nil {
			return nil, err
		}
	}
	switch len(hits) {
	case 0:
		return nil, &ChoiceError{
			Option: "at", Reason: fmt.Sprintf("--at=%s is none of the places that could take the websocket", t.o.At), Choices: choices(all, values),
		}
	case 1:
		return hits[0], nil
	}
	return nil, &ChoiceError{Option: "at", Reason: fmt.Sprintf("--at=%s could be several places", t.o.At), Choices: choices(hits, atValues(hits))}
}

// elsewhere looks for file.go:Func, or file.go:Func:router, among all functions
// that do something to what is served. What is not there is none; the error is
// that of ctx.
func (t *addTarget) elsewhere(ctx context.Context, want string) ([]*project.Candidate, error) {
	hits, err := t.project.At(ctx, want)
	if err == nil || ctx.Err() != nil {
		return hits, ctx.Err()
	}
	where, expr, ok := cutLast(want, ":")
	if !ok || !strings.Contains(where, ":") {
		return nil, nil
	}
	hits, _ = t.project.At(ctx, where)
	hits = slices.DeleteFunc(hits, func(c *project.Candidate) bool { return c.Expr != expr })
	return hits, ctx.Err()
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// names reports whether want is a part of value, or a way to write it, that a
// person may use: the file by its last elements, the function without receiver.
func names(c *project.Candidate, value, want string) bool {
	file, fn, _ := strings.Cut(want, ":")
	if want == c.Home.Func || want == method(c.Home.Func) {
		return true
	}
	if file != c.Home.File.Path && !strings.HasSuffix(c.Home.File.Path, "/"+file) {
		return false
	}
	_, full, _ := strings.Cut(value, ":")
	fn = strings.TrimSuffix(fn, ":")
	return fn == "" || fn == full || fn == c.Home.Func || fn == method(c.Home.Func)
}

// method returns the name of a method without its receiver.
func method(fn string) string { return fn[strings.LastIndexByte(fn, '.')+1:] }

// undecided is the error for a project that cannot be decided about.
func (t *addTarget) undecided(all []*project.Candidate, values []string, doubt *project.Ambiguity) error {
	if doubt.Signal != project.TwoMains {
		return &ChoiceError{Option: "at", Reason: doubt.Reason, Choices: choices(all, values)}
	}
	e := &ChoiceError{Option: "main", Reason: doubt.Reason}
	for _, c := range all {
		value := t.relative(c.Main.Dir)
		if slices.ContainsFunc(e.Choices, func(x Choice) bool { return x.Value == value }) {
			continue
		}
		e.Choices = append(e.Choices, Choice{Value: value, Path: c.Home.File.Path, Line: c.Home.Line, Text: describe(c), Why: c.Why})
	}
	return e
}

// relative returns a folder of the module as seen from where wsgen was started,
// as ./cmd/x, ../x or a dot.
func (t *addTarget) relative(dir string) string {
	from, err := filepath.Abs(t.o.Dir)
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(from, filepath.Join(t.project.Root, filepath.FromSlash(dir)))
	if err != nil {
		return dir
	}
	if rel = filepath.ToSlash(rel); rel != "." && !strings.HasPrefix(rel, "..") {
		rel = "./" + rel
	}
	return rel
}

func choices(all []*project.Candidate, values []string) []Choice {
	list := make([]Choice, len(all))
	for i, c := range all {
		list[i] = Choice{Value: values[i], Path: c.Home.File.Path, Line: c.Home.Line, Text: describe(c), Why: c.Why}
	}
	return list
}

// describe says what a candidate is, without its place.
func describe(c *project.Candidate) string {
	s := c.Home.Func + ": " + c.Router.String()
	if c.Expr != "" {
		s += " " + c.Expr
	}
	if c.Kind == project.Wrap {
		s += ", to be wrapped"
	}
	return s
}
