package project

import (
	"go/ast"
	"go/types"
)

// decl walks a declaration of variables.
func (f *frame) decl(g *ast.GenDecl) {
	for _, s := range g.Specs {
		switch x := s.(type) {
		case *ast.ValueSpec:
			if len(x.Values) == 0 {
				for _, name := range x.Names {
					if o := f.def(name); o != nil && carries(o.Type(), 0) {
						f.object(o)
					}
				}
				continue
			}
			lhs := make([]ast.Expr, len(x.Names))
			for i, n := range x.Names {
				lhs[i] = n
			}
			f.assigns(lhs, x.Values, true)
		case *ast.TypeSpec:
			if n, ok := f.def(x.Name).(*types.TypeName); ok && f.u.decl != nil {
				if n, ok := n.Type().(*types.Named); ok {
					f.a.mention(n)
				}
			}
		}
	}
}

// assigns walks an assignment, also one of several values.
func (f *frame) assigns(lhs, rhs []ast.Expr, define bool) {
	if len(lhs) == len(rhs) {
		nodes := make([]node, len(rhs))
		for i, r := range rhs {
			nodes[i] = f.eval(r)
		}
		for i, l := range lhs {
			f.assign(l, rhs[i], nodes[i])
		}
		return
	}
	if len(rhs) != 1 {
		return
	}
	if c, ok := ast.Unparen(rhs[0]).(*ast.CallExpr); ok {
		nodes := f.call(c)
		for i, l := range lhs {
			if i < len(nodes) {
				f.store(l, nodes[i])
			}
		}
		return
	}
	n := f.eval(rhs[0]) // v, ok := x.(T), m[k], <-ch
	f.store(lhs[0], n)
}

// assign stores one value, and sees when that tells a server or a router what to
// answer with.
func (f *frame) assign(l, r ast.Expr, n node) {
	s, ok := ast.Unparen(l).(*ast.SelectorExpr)
	if !ok {
		f.store(l, n)
		return
	}
	t := f.typeOf(s.X)
	switch {
	case s.Sel.Name == "Handler" && isHTTP(t, "Server"):
		f.setHandler(f.eval(s.X), r, n, l)
	case routerOf(t) != None && (s.Sel.Name == "NotFound" || s.Sel.Name == "NotFoundHandler" || s.Sel.Name == "MethodNotAllowed"):
		f.event(&event{does: Fallback, recv: f.eval(s.X), call: l, expr: s.X})
		f.mount(f.eval(s.X), n, pattern{text: "/"}, l)
	default:
		f.store(l, n)
	}
}

// store lets a value flow into what is on the left of an assignment.
func (f *frame) store(l ast.Expr, n node) {
	switch x := ast.Unparen(l).(type) {
	case *ast.Ident:
		if x.Name == "_" {
			return
		}
		o := f.obj(x)
		if o == nil || !carries(o.Type(), 0) {
			return
		}
		if f.u.versions[o] {
			at := f.a.flow.node()
			f.implicit(at, o.Type())
			f.a.flow.edge(n, at, nil)
			f.env[o] = at
			f.a.flow.edge(at, f.all(o), nil)
			return
		}
		f.a.flow.edge(n, f.object(o), nil)
	case *ast.IndexExpr:
		f.eval(x.Index)
		f.a.flow.edge(n, f.eval(x.X), nil)
	case *ast.StarExpr:
		f.a.flow.edge(n, f.eval(x.X), nil)
	case *ast.SelectorExpr:
		f.a.flow.edge(n, f.eval(x), nil)
	}
}
