package project

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Find returns what could take a route, the best first, and why a person has to
// choose, if so. A nil Ambiguity means that the first candidate may be taken
// unasked. With mains it looks only at these binaries; else at all of them, and
// several that serve are an ambiguity.
//
// There may be no candidate at all, and then there is an Ambiguity. The error is
// that of ctx.
func (p *Project) Find(ctx context.Context, mains ...*Main) ([]*Candidate, *Ambiguity, error) {
	if len(mains) == 0 {
		mains = p.Mains
	}
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	var runs []*finder
	var outside *serving
	for _, m := range mains {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		f := &finder{p: p, main: m}
		if f.candidates(); len(f.found) > 0 {
			f.why = f.doubt()
			f.a, f.classes, f.of = nil, nil, nil // they are large
			runs = append(runs, f)
		} else if outside == nil {
			outside = f.outside
		}
	}
	if live := func(f *finder) bool { return f.live }; slices.ContainsFunc(runs, live) {
		runs = slices.DeleteFunc(runs, func(f *finder) bool { return !f.live })
	}
	if len(runs) == 0 && outside != nil && outside.File != nil {
		return nil, &Ambiguity{fmt.Sprintf("what %s:%d serves is made where wsgen edits nothing: in generated code, or in another module", outside.File.Path, outside.File.Line(outside.Pos)), NotEditable}, nil
	}
	if len(runs) == 0 {
		return nil, &Ambiguity{p.nothing(mains), NothingServed}, nil
	}
	var all []*Candidate
	for _, f := range runs {
		for _, c := range f.found {
			switch {
			case len(runs) == 1:
			case besides.MatchString(c.Main.Dir):
				c.Score -= 15
				c.Why = append(c.Why, c.Main.String()+" looks like an example or a tool")
			case c.Main.Dir == "." || path.Base(c.Main.Dir) == packageName(p.Module):
				c.Score += 15
				c.Why = append(c.Why, c.Main.String()+" is what the module is named after")
			}
			if same := slices.IndexFunc(all, c.sameHome); same >= 0 {
				all[same].also = append(all[same].also, f.main)
				all[same].Why = append(all[same].Why, "also in "+f.main.String())
			} else {
				all = append(all, c)
			}
		}
	}
	rank(all)
	if len(runs) > 1 && len(all[0].also)+1 < len(runs) {
		dirs := make([]string, len(runs))
		for i, f := range runs {
			dirs[i] = f.main.String()
		}
		return all, &Ambiguity{fmt.Sprintf("%d binaries serve: %s", len(runs), strings.Join(dirs, ", ")), TwoMains}, nil
	}
	for _, f := range runs {
		if f.why != nil {
			return all, f.why, nil
		}
	}
	return all, nil, nil
}

// A finder makes candidates out of what is known about one binary.
type finder struct {
	p       *Project
	a       *analysis
	main    *Main
	classes []*class
	found   []*Candidate // the best first
	live    bool         // one of found is seen to be served
	why     *Ambiguity
	outside *serving // what is served, and made where nothing is edited
	of      map[*Candidate]*class
}

// candidates finds what could take a route in one binary.
func (f *finder) candidates() {
	f.a = analyse(f.p.world, f.main)
	f.classes = f.a.classes()
	f.of = map[*Candidate]*class{}
	var all []*Candidate
	anyServed := false
	for _, c := range f.classes {
		anyServed = anyServed || c.root() && c.routes(map[*class]bool{}) > 0
	}
	for _, c := range f.classes {
		if !c.root() && (anyServed || len(c.parents) > 0) {
			continue
		}
		if c.router == DefaultMux && c.routes(map[*class]bool{}) == 0 {
			continue
		}
		if cand := f.candidate(c); cand != nil {
			all = append(all, cand)
			f.of[cand] = c
		}
	}
	if !slices.ContainsFunc(all, func(c *Candidate) bool { return len(c.Serves) > 0 }) {
		all = append(all, f.handlers()...)
	}
	rank(all)
	f.found = f.merge(all)
	f.live = slices.ContainsFunc(f.found, func(c *Candidate) bool { return len(c.Serves) > 0 })
}

// merge drops candidates whose statement would be that of a better one: a router
// and its subrouter that take turns in a variable.
func (f *finder) merge(all []*Candidate) []*Candidate {
	var out []*Candidate
	for _, c := range all {
		if !slices.ContainsFunc(out, func(o *Candidate) bool {
			return o.sameHome(c) && f.of[c] != nil && f.of[o] != nil && f.of[o].joined(f.of[c])
		}) {
			out = append(out, c)
		}
	}
	return out
}

func rank(all []*Candidate) {
	slices.SortStableFunc(all, func(x, y *Candidate) int {
		return cmp.Or(-cmp.Compare(x.Score, y.Score), cmp.Compare(x.Home.File.Path, y.Home.File.Path), cmp.Compare(x.Home.Line, y.Home.Line))
	})
}

// sameHome says whether two candidates are one and the same place.
func (c *Candidate) sameHome(o *Candidate) bool {
	return o.Home.File == c.Home.File && o.Home.Block == c.Home.Block && o.Home.Line == c.Home.Line && o.Expr == c.Expr && o.Kind == c.Kind
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
