package project

import (
	"go/types"
)

// object returns the node of a variable or field.
func (f *frame) object(o types.Object) node {
	v, ok := o.(*types.Var)
	if !ok {
		return 0
	}
	o = v.Origin()
	all := f.a.globals
	if f.vars == nil {
		f.vars = map[types.Object]node{}
	}
	if !v.IsField() && v.Pkg() != nil && v.Parent() != v.Pkg().Scope() {
		all = f.vars
	}
	if n, ok := all[o]; ok {
		return n
	}
	if isDefaultMux(o) {
		all[o] = f.a.def.at
		return f.a.def.at
	}
	n := f.a.flow.node()
	all[o] = n
	f.implicit(n, o.Type())
	if !isParam(v) {
		f.zero(n, v)
	}
	return n
}

func isDefaultMux(o types.Object) bool {
	return o.Name() == "DefaultServeMux" && o.Pkg() != nil && o.Pkg().Path() == "net/http"
}

// zero makes an origin for a variable that is a router or server without being
// assigned one: var mux http.ServeMux.
func (f *frame) zero(n node, v *types.Var) {
	named, ok := types.Unalias(v.Type()).(*types.Named)
	if !ok {
		return
	}
	if _, ok := named.Underlying().(*types.Struct); !ok {
		return
	}
	s := &source{at: n, pos: v.Pos(), frame: f, fn: f.u, file: f.u.file, inLit: f.lit()}
	switch {
	case routerOf(named) != None:
		if stub, ok := stubOf(named.Obj()); ok {
			s.kind, s.router, s.imp = aRouter, stub.router, named.Obj().Pkg().Path()
		}
	case isHTTP(named, "Server"):
		s.kind = aServer
	default:
		return
	}
	if v.IsField() {
		s.fn, s.file, s.inLit = nil, nil, nil
	}
	f.a.flow.source(n, s)
}

// isParam says whether a variable is a parameter or result. These are told from
// local variables by where they are declared: outside the body.
func isParam(v *types.Var) bool {
	return v.Kind() == types.ParamVar || v.Kind() == types.ResultVar || v.Kind() == types.RecvVar
}

// all returns a node for a variable at any time, as a closure sees it.
func (f *frame) all(o types.Object) node {
	key := anyTime{o}
	n, ok := f.vars[key]
	if !ok {
		n = f.a.flow.node()
		f.vars[key] = n
		f.a.flow.edge(f.object(o), n, nil)
	}
	return n
}

// anyTime is the key of a variable at any time among those at one time.
type anyTime struct{ types.Object }

// implicit lets in what a value of type t answers requests with, by what it is:
// the router that it embeds, what its ServeHTTP method hands on to.
func (f *frame) implicit(n node, t types.Type) {
	named := namedOf(t)
	if named == nil || named.Obj().Pkg() == nil {
		return
	}
	named = named.Origin()
	f.a.mention(named)
	use := f.a.types[named]
	if use == nil {
		return
	}
	if use.serve == 0 {
		use.serve = f.a.flow.node()
		if m := serveHTTP(named); m != nil {
			if u := f.a.unitOf(m); u != nil {
				f.a.flow.edge(f.a.value(u), use.serve, &wrapper{name: named.Obj().Name(), call: u.decl, file: u.file, fn: u})
			}
		}
		if s, ok := named.Underlying().(*types.Struct); ok {
			for v := range s.Fields() {
				if v.Embedded() && (isHandler(v.Type()) || routerOf(v.Type()) != None) {
					f.a.flow.edge(f.object(v), use.serve, nil)
				}
			}
		}
	}
	f.a.flow.edge(use.serve, n, nil)
}
