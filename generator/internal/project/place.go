package project

import (
	"cmp"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
)

// A place is a function, or a closure, that does something to a router.
type place struct {
	fn     *unit
	lit    *ast.FuncLit
	weight int
	routes int      // registered here
	made   *source  // the router is made here
	events []*event // what is done to it here
	first  token.Pos
	serves bool
}

func (p *place) editable() bool { return !p.fn.file.Generated && !p.fn.file.ReadOnly }

// places returns the functions that do something to a router, the one that does
// most first.
func (c *class) places() []*place {
	type key struct {
		fn  *unit
		lit *ast.FuncLit
	}
	at := map[key]*place{}
	var all []*place
	get := func(fn *unit, lit *ast.FuncLit, pos token.Pos) *place {
		p := at[key{fn, lit}]
		if p == nil {
			p = &place{fn: fn, lit: lit, first: pos}
			at[key{fn, lit}] = p
			all = append(all, p)
		}
		return p
	}
	for _, s := range c.sources {
		if s.fn == nil || s.expr == nil {
			continue
		}
		p := get(s.fn, s.inLit, s.pos)
		if p.made == nil {
			p.made = s
			if s.external {
				p.weight += 5
			} else {
				p.weight += 6
			}
		}
	}
	for _, e := range c.events {
		p := get(e.frame.u, e.lit, e.call.Pos())
		p.events = append(p.events, e)
		switch {
		case e.does&(Add|Sub) != 0 && e.pattern.param && !e.remote:
			p.weight -= 2
		case e.does&(Add|Sub) != 0 && e.expr == nil && c.router != DefaultMux:
			// the router cannot be written here
		case e.does&(Add|Sub) != 0:
			p.weight += 4
			p.routes++
		case e.does&(Use|Fallback) != 0:
			p.weight++
		}
	}
	if c.router == DefaultMux {
		for _, s := range c.serves {
			p := get(s.fn, s.lit, s.Pos)
			p.weight += 3
			p.serves = true
		}
	}
	slices.SortStableFunc(all, func(x, y *place) int {
		if x.editable() != y.editable() {
			if x.editable() {
				return -1
			}
			return 1
		}
		return cmp.Or(-cmp.Compare(x.weight, y.weight), cmp.Compare(x.fn.file.Path, y.fn.file.Path), cmp.Compare(x.first, y.first))
	})
	return all
}

// homeName fits functions that set up routes; others that register a few belong
// to one feature of a program.
var homeName = regexp.MustCompile(`(?i)rout|regist|setup|init|mount|handlers|endpoint|server|main|run|serve|start|new(mux|engine|app|api)|build|config|attach|bind`)

// choose orders places by how good a home they are. The function that makes the
// router comes before one that registers a part of the routes, unless
// middleware is installed elsewhere: then it might be too early there.
func (a *analysis) choose(c *class) []*place {
	all := c.places()
	total := 0
	pkgs := map[*pkg]bool{}
	for _, p := range all {
		total += p.routes
		if p.routes > 0 {
			pkgs[p.fn.pkg] = true
		}
	}
	i := slices.IndexFunc(all, func(p *place) bool { return p.made != nil && !p.made.external && p.editable() })
	if i <= 0 {
		return all
	}
	features := len(pkgs) > 1 && all[0].fn.pkg != all[i].fn.pkg
	n := a.sites[all[0].fn]
	maybe := n[0] == 0 && n[1] > 0
	if 5*all[0].routes >= 3*total && homeName.MatchString(all[0].fn.name) && !features && !maybe {
		return all
	}
	if _, _, ok := a.home(c, all[i]); !ok {
		return all
	}
	near := a.reachable(all[i].fn)
	here, elsewhere := 0, 0
	for _, e := range c.events {
		switch {
		case !e.does.Has(Use):
		case near[e.frame.u]:
			here++
		default:
			elsewhere++
		}
	}
	if elsewhere > here || elsewhere > 0 && c.router == Chi {
		return all
	}
	p := all[i]
	all = slices.Delete(all, i, i+1)
	return slices.Insert(all, 0, p)
}
