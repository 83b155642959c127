package project

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// doubt returns why a person has to choose among the candidates of a binary; nil
// if the first is safe to take.
func (f *finder) doubt() *Ambiguity {
	cs := f.found
	best := cs[0]
	c := f.of[best]
	if f.main.Funcs > 1 {
		return &Ambiguity{fmt.Sprintf("%s has %d main functions", f.main, f.main.Funcs), ManyPrograms}
	}
	if best.Kind == Wrap {
		return &Ambiguity{"no router of " + best.Home.File.Path + " can take the route; what is served would be wrapped", OnlyWrap}
	}
	if c == nil || !c.root() {
		return &Ambiguity{"nothing was seen that serves " + best.String(), Unsure}
	}
	if best.outside {
		return &Ambiguity{"the router is part of one that is made where wsgen edits nothing: in generated code, or in another module", NotEditable}
	}
	if len(cs) > 1 {
		second := cs[1]
		if second.sameHome(best) {
			return &Ambiguity{best.Home.Func + " is for several routers", SharedHome}
		}
		if 2*second.Score > best.Score {
			return &Ambiguity{fmt.Sprintf("%s is about as good as %s", second, best), CloseSecond}
		}
		for _, other := range cs[1:] {
			if o := f.of[other]; o != nil && own(o, map[*class]bool{}) > 3 && own(c, map[*class]bool{}) > 3 {
				return &Ambiguity{fmt.Sprintf("%s serves an application, too", other), TwoApps}
			}
		}
	}
	if best.side {
		return &Ambiguity{"what was found looks like a server beside the application", Unsure}
	}
	if c.router == DefaultMux {
		at := map[*unit]bool{}
		for _, s := range c.serves {
			at[s.fn] = true
		}
		if len(at) > 1 {
			return &Ambiguity{"http.DefaultServeMux is served in several places", DefaultTwice}
		}
	}
	if f.a.differ(c) {
		return &Ambiguity{best.Home.Func + " makes several routers, with different routes", SharedHome}
	}
	if c.registry() {
		return &Ambiguity{"the router is private to code that registers the routes of others", Unsure}
	}
	if !slices.ContainsFunc(c.serves, func(s *serving) bool { return !s.weak || !strings.Contains(s.What, ".Start") }) {
		return &Ambiguity{"it is not known what " + best.Serves[0].What + " does with the router", Unsure}
	}
	if !c.spelled(map[*class]bool{}) {
		return &Ambiguity{"no route is written out, so the router is that of a framework of the project's own", Unsure}
	}
	if s := f.bare(); s != nil {
		return &Ambiguity{fmt.Sprintf("%s:%d serves a handler without a router", s.File.Path, s.File.Line(s.Pos)), Unsure}
	}
	if p, fw := f.p.world.framework(f.main); p != nil && !(strings.HasSuffix(fw, "/fasthttp") && (c.router == Fiber2 || c.router == Fiber3)) {
		return &Ambiguity{fmt.Sprintf("%s uses %s, which may be what serves the application", p.path, fw), Unsure}
	}
	return f.unsure(best, c)
}

// bare returns a place that serves something else than a router, and not beside
// the application.
func (f *finder) bare() *serving {
	for _, s := range f.a.serves {
		if s.Handler == nil || s.weak || s.fn == nil || len(f.a.flow.routers(s.node)) > 0 {
			continue
		}
		if !sideWords.MatchString(s.Addr + " " + s.Func + " " + text(s.File, s.Handler)) {
			return s
		}
	}
	return nil
}

// spelled says whether a route on a router, or below it, is written out.
func (c *class) spelled(seen map[*class]bool) bool {
	if seen[c] {
		return false
	}
	seen[c] = true
	for _, e := range c.events {
		if e.does&(Add|Sub) != 0 && (!e.pattern.dynamic || wordy(strings.ReplaceAll(e.pattern.text, "…", ""))) {
			return true
		}
	}
	return slices.ContainsFunc(c.children, func(l link) bool { return l.to.spelled(seen) })
}

// unsure looks for reasons why a statement at the best candidate's home might not
// do what it says.
func (f *finder) unsure(best *Candidate, c *class) *Ambiguity {
	for _, o := range f.classes {
		if o == c || !o.root() {
			continue
		}
		for _, e := range o.events { // a function that fills several routers
			if e.file == best.Home.File && e.frame.u.decl == best.Home.Decl && e.lit == best.Home.Lit && e.expr != nil && types.ExprString(e.expr) == best.Expr {
				return &Ambiguity{best.Home.Func + " is for several routers", SharedHome}
			}
		}
	}
	if best.inner {
		return &Ambiguity{"the router is declared inside a block of " + best.Home.Func, Unsure}
	}
	if c.first().external {
		return &Ambiguity{"the router is made by " + best.Serves[0].What + ", which is not here", Unsure}
	}
	if c.first().loop {
		return &Ambiguity{"the router is made in a loop", Unsure}
	}
	if best.maybe {
		return &Ambiguity{best.Home.Func + " is not called in all cases", Unsure}
	}
	for _, m := range best.Middleware {
		if m.Gate {
			return &Ambiguity{fmt.Sprintf("%s at %s:%d picks what gets to the router", m.Name, m.File.Path, m.File.Line(m.Pos)), Unsure}
		}
	}
	return nil
}
