package project

import (
	"go/ast"
	"go/types"
)

// provide binds a function that was given to a container (fx, dig): its results
// go into the container by their types, its parameters come out of it.
func (a *analysis) provide(s *source) {
	if s.kind != aFunc {
		return
	}
	var sig *types.Signature
	var ft *ast.FuncType
	if s.lit != nil {
		sig, ft = sigOf(s.frame, s.lit), s.lit.Type
	} else {
		sig, ft = s.unit.obj.Signature(), s.unit.decl.Type
	}
	for i := range sig.Results().Len() {
		t := sig.Results().At(i).Type()
		if n := a.contained(t); n != 0 && i < len(s.results) {
			a.flow.edge(s.results[i], n, nil)
		}
		a.bundled(s.frame, t, "Out")
	}
	for _, field := range ft.Params.List {
		for _, name := range field.Names {
			o := s.frame.def(name)
			if o == nil {
				continue
			}
			a.flow.edge(a.contained(o.Type()), s.frame.object(o), nil)
			a.bundled(s.frame, o.Type(), "In")
		}
	}
}

// contained returns the node of the values of a type in the container.
func (a *analysis) contained(t types.Type) node {
	if !isHandler(t) && routerOf(t) == None && !isHTTP(t, "Server") {
		return 0
	}
	key := types.TypeString(t, nil)
	if a.di[key] == 0 {
		a.di[key] = a.flow.node()
	}
	return a.di[key]
}

// bundled binds the fields of a struct that embeds fx.In or fx.Out.
func (a *analysis) bundled(f *frame, t types.Type, marker string) {
	n := namedOf(t)
	if n == nil {
		return
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 {
		return
	}
	in := false
	for v := range s.Fields() {
		in = in || v.Embedded() && v.Name() == marker
	}
	if !in {
		return
	}
	for v := range s.Fields() {
		c := a.contained(v.Type())
		if c == 0 {
			continue
		}
		if marker == "In" {
			a.flow.edge(c, f.object(v), nil)
		} else {
			a.flow.edge(f.object(v), c, nil)
		}
	}
}
