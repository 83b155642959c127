package project

import (
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

// A class is one router of the program: an origin, and what is done to it.
// Origins that one constructor call makes for different callers are one class.
type class struct {
	router   Router
	imp      string
	sources  []*source
	events   []*event // by position, without those inside helpers that are noted at their calls too
	parents  []link
	children []link
	serves   []*serving
}

// A link joins a router to one below it.
type link struct {
	to      *class
	pattern pattern
	arg     node // what was mounted; 0 for a group
	event   ast.Node
}

// first returns the source that stands for the class.
func (c *class) first() *source { return c.sources[0] }

func (c *class) holds(n node, f *flow) bool {
	for _, s := range c.sources {
		if f.has[n].has(s.id) {
			return true
		}
	}
	return false
}

// differ says whether the function that makes a router does so for several
// callers that register different routes.
func (a *analysis) differ(c *class) bool {
	var first map[ast.Node]bool
	for _, s := range c.sources {
		if s.frame == nil || s.frame.site == nil && len(c.sources) > 1 {
			continue // for all callers at once
		}
		mine := map[ast.Node]bool{}
		for _, e := range a.events {
			if e.does&(Add|Sub) != 0 && a.flow.has[e.recv].has(s.id) {
				mine[e.call] = true
			}
		}
		if first == nil {
			first = mine
		} else if !maps.Equal(first, mine) {
			return true
		}
	}
	return false
}

// classes sorts what the analysis has found by router.
func (a *analysis) classes() []*class {
	type maker struct { // what makes a router: an expression, or a declaration
		expr ast.Expr
		pos  token.Pos
	}
	byMaker := map[maker]*class{}
	of := map[origin]*class{}
	var all []*class
	for _, s := range a.flow.sources {
		if s.kind != aRouter {
			continue
		}
		m := maker{expr: s.expr}
		if s.expr == nil {
			m.pos = s.pos
		}
		c := byMaker[m]
		if c == nil {
			c = &class{router: s.router, imp: s.imp}
			byMaker[m] = c
			all = append(all, c)
		}
		c.sources = append(c.sources, s)
		of[s.id] = c
	}
	in := func(n node) []*class {
		var cs []*class
		a.flow.has[n].each(func(o origin) {
			if c := of[o]; c != nil && !slices.Contains(cs, c) {
				cs = append(cs, c)
			}
		})
		return cs
	}
	for _, e := range a.events {
		for _, c := range in(e.recv) {
			c.events = append(c.events, e)
		}
	}
	for _, s := range a.serves {
		for _, c := range in(s.node) {
			c.serves = append(c.serves, s)
		}
	}
	for _, s := range a.flow.sources { // servers that run without a handler
		if s.kind == aServer && s.started && len(s.handlers) == 0 {
			d := of[a.def.id]
			sv := &serving{Serve: Serve{File: s.file, Pos: s.pos, What: "http.Server without a handler"}, node: a.def.at, fn: s.fn, server: s}
			if s.fn != nil {
				sv.Func = s.fn.name
				d.serves = append(d.serves, sv)
			}
		}
	}
	join := func(parent, child *class, p pattern, arg node, at ast.Node) {
		if parent == child {
			return
		}
		for _, l := range child.parents {
			if l.to == parent && l.event == at {
				return
			}
		}
		parent.children = append(parent.children, link{child, p, arg, at})
		child.parents = append(child.parents, link{parent, p, arg, at})
	}
	for _, s := range a.flow.sources {
		if s.kind == aRouter && s.parent != 0 {
			for _, p := range in(s.parent) {
				join(p, of[s.id], s.pattern, 0, s.expr)
			}
		}
	}
	for _, m := range a.mounts {
		for _, p := range in(m.recv) {
			for _, c := range in(m.arg) {
				join(p, c, m.pattern, m.arg, m.call)
			}
		}
	}
	for _, c := range all {
		c.events = dedup(c.events)
		slices.SortStableFunc(c.serves, func(x, y *serving) int { return inOrder(x.File, x.Pos, y.File, y.Pos) })
		c.serves = slices.CompactFunc(c.serves, func(x, y *serving) bool { return x.Pos == y.Pos && x.What == y.What })
	}
	return all
}

// inOrder compares positions by file name and place, since files are parsed in
// no order.
func inOrder(f *File, p token.Pos, g *File, q token.Pos) int {
	if f == nil || g == nil {
		return cmp.Compare(b2i(f == nil), b2i(g == nil))
	}
	return cmp.Or(cmp.Compare(f.Path, g.Path), cmp.Compare(p, q))
}

// dedup sorts events by position and drops those that different callers of a
// function share.
func dedup(es []*event) []*event {
	slices.SortStableFunc(es, func(x, y *event) int { return inOrder(x.file, x.call.Pos(), y.file, y.call.Pos()) })
	return slices.CompactFunc(es, func(x, y *event) bool {
		return x.call == y.call && x.does&^Auth == y.does&^Auth && x.remote == y.remote
	})
}

// routes counts the registrations on a router and below it.
func (c *class) routes(seen map[*class]bool) int {
	if seen[c] {
		return 0
	}
	seen[c] = true
	n := 0
	for _, e := range c.events {
		if e.does&(Add|Sub) != 0 && !(e.pattern.param && !e.remote) {
			n++
		}
	}
	for _, l := range c.children {
		n += l.to.routes(seen)
	}
	return n
}

// root says whether a router is served itself, and not as part of another.
func (c *class) root() bool { return len(c.serves) > 0 }

// joined says whether one router is a group of the other.
func (c *class) joined(o *class) bool {
	is := func(ls []link) bool {
		return slices.ContainsFunc(ls, func(l link) bool { return l.to == o && l.arg == 0 })
	}
	return is(c.parents) || is(c.children)
}
