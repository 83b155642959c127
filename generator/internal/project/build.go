package project

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// candidate makes a candidate of a router that is served. It is nil if there is
// no place for a statement.
func (f *finder) candidate(c *class) *Candidate {
	cand, at := f.served(c)
	if at.router != Own {
		for _, p := range f.a.choose(at) {
			if !p.editable() || at.registry() && p.made == nil {
				continue
			}
			if f.place(cand, at, p) {
				return f.complete(cand, c, at)
			}
		}
	}
	if f.below(cand, at) || f.wrap(cand, c.serves) {
		return f.complete(cand, c, at)
	}
	if len(c.serves) > 0 && f.outside == nil && at.router != Own {
		f.outside = c.serves[0]
	}
	return nil
}

// served begins a candidate of a router, and returns the one below it that takes
// its place.
func (f *finder) served(c *class) (*Candidate, *class) {
	cand := &Candidate{Kind: Mount, Router: c.router, Import: c.imp, Main: f.main}
	f.score(cand, c)
	for _, s := range c.serves {
		cand.Serves = append(cand.Serves, s.Serve)
	}
	slices.SortStableFunc(cand.Serves, func(x, y Serve) int { return cmp.Compare(b2i(!x.wrappable()), b2i(!y.wrappable())) })
	at := f.descend(c)
	if at != c {
		cand.Router, cand.Import = at.router, at.imp
		cand.Why = append(cand.Why, fmt.Sprintf("the %s is all that %s hands requests to", at.router, c.router))
	}
	return cand, at
}

// wrappable says whether there is an expression that may be wrapped.
func (s Serve) wrappable() bool {
	return s.Handler != nil && s.File != nil && !s.File.Generated && !s.File.ReadOnly
}

// place gives a candidate its home.
func (f *finder) place(cand *Candidate, c *class, p *place) bool {
	h, expr, ok := f.a.home(c, p)
	if n := f.a.sites[p.fn]; ok && p.made == nil && n[0] == 0 && n[1] > 0 {
		cand.maybe = true
	}
	if ok {
		cand.Home, cand.Expr, cand.inner = h, expr, f.a.inner(h)
	}
	return ok
}

// complete fills in what does not depend on the home.
func (f *finder) complete(cand *Candidate, c, at *class) *Candidate {
	f.routes(cand, c, pattern{}, map[*class]bool{})
	f.middleware(cand, c, at)
	f.shutdowns(cand, c)
	return cand
}

// descend returns the router below c that is as good as c, since c only hands
// requests on to it: http.Handle("/", r).
func (f *finder) descend(c *class) *class {
	for range 4 {
		var to *class
		direct := 0
		for _, e := range c.events {
			if e.does&(Add|Sub) != 0 && !sidePaths.MatchString(e.pattern.text) {
				direct++
			}
		}
		for _, l := range c.children {
			if l.arg == 0 || l.pattern.text != "/" || direct > 1 {
				continue
			}
			if len(l.to.places()) == 0 || !l.to.places()[0].editable() || len(f.a.flow.around(l.to.first().id, l.arg)) > 0 {
				continue
			}
			to = l.to
		}
		if to == nil || to == c || to.router == Own {
			return c
		}
		c = to
	}
	return c
}

// registry says whether routes are only ever registered by a helper, from
// elsewhere: then the router is the private part of somebody's framework.
func (c *class) registry() bool {
	helped, plain := false, false
	for _, e := range c.events {
		switch {
		case e.does&(Add|Sub) == 0:
		case e.remote && e.expr != nil:
			plain = true
		case e.remote:
			helped = true
		case e.pattern.param:
			helped = true
		default:
			plain = true
		}
	}
	return helped && !plain
}

// below looks for a place at a router below c, where c itself is out of reach:
// it is made in another module, or in a generated file.
func (f *finder) below(cand *Candidate, c *class) bool {
	if c.router == Own || c.registry() {
		return false
	}
	best := -1
	for _, l := range c.children {
		if l.to.router == Own {
			continue
		}
		n := l.to.routes(map[*class]bool{})
		if n <= best {
			continue
		}
		for _, p := range f.placesOf(l.to) {
			if !p.editable() {
				continue
			}
			if h, e, ok := f.a.home(l.to, p); ok {
				best = n
				cand.Home, cand.Expr, cand.Router, cand.Import = h, e, l.to.router, l.to.imp
				cand.Prefix = strings.TrimSuffix(l.pattern.text, "/")
				cand.outside = true
				break
			}
		}
	}
	return best >= 0
}

// placesOf is places, and the functions that get the router as a parameter.
func (f *finder) placesOf(c *class) []*place {
	all := c.places()
	if len(all) > 0 && all[0].editable() {
		return all
	}
	var more []*place
	for _, s := range f.a.flow.sources {
		if s.kind != aFunc || s.file.ReadOnly || s.file.Generated {
			continue
		}
		ft := s.funcType()
		for _, field := range ft.Params.List {
			for _, name := range field.Names {
				o := s.frame.def(name)
				if o == nil || routerOf(o.Type()) == None || !c.holds(s.frame.object(o), f.a.flow) {
					continue
				}
				fn, lit := s.fn, s.lit
				if s.unit != nil {
					fn = s.unit
				}
				more = append(more, &place{fn: fn, lit: lit, first: name.Pos(), made: &source{external: true, expr: name}})
			}
		}
	}
	return append(more, all...)
}

// wrap makes cand one that wraps what is served.
func (f *finder) wrap(cand *Candidate, serves []*serving) bool {
	for _, s := range serves {
		if !s.wrappable() || s.fn == nil {
			continue
		}
		p := &place{fn: s.fn, lit: s.lit, first: s.Pos}
		c := &class{router: None}
		cand.Kind, cand.Expr = Wrap, text(s.File, s.Handler)
		if first, _, more := strings.Cut(cand.Expr, "\n"); more {
			cand.Expr = strings.TrimRight(first, "\r") + " …"
		}
		h, _, _ := f.a.home(c, p)
		if p.lit == nil && p.fn.decl == nil {
			h.Line = s.File.Line(s.Pos)
		}
		cand.Home = h
		// the one to wrap comes first
		i := slices.IndexFunc(cand.Serves, func(x Serve) bool { return x.Pos == s.Pos })
		if i > 0 {
			cand.Serves[0], cand.Serves[i] = cand.Serves[i], cand.Serves[0]
		}
		return true
	}
	return false
}

// handlers returns candidates for what is served without a router.
func (f *finder) handlers() []*Candidate {
	var all []*Candidate
	for _, s := range f.a.serves {
		if s.Handler == nil || s.weak || len(f.a.flow.routers(s.node)) > 0 {
			continue
		}
		c := &Candidate{Router: None, Main: f.main, Serves: []Serve{s.Serve}, Score: 5, Why: []string{"a handler without a router is served by " + s.What}}
		if sideWords.MatchString(s.Addr + " " + s.Func) {
			c.Score -= 10
		}
		if f.wrap(c, []*serving{s}) {
			f.shutdowns(c, &class{serves: []*serving{s}})
			all = append(all, c)
		}
	}
	return all
}
