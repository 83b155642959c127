package project

import (
	"go/ast"
	"go/types"
)

// A helper is a function that registers what it is given:
//
//	func (s *server) handle(pattern string, h http.Handler) {
//		s.mux.Handle(pattern, s.log(h))
//	}
//
// The routes of a program with a helper are written where the helper is called.
type helper struct {
	pattern int      // parameter that holds the pattern
	router  int      // parameter that holds the router; -1: it is a field of the receiver
	field   ast.Expr // then, the expression of the router: s.mux
	fn      *types.Func
}

// helperOf says whether a unit is a helper; nil if not.
func (f *frame) helperOf(u *unit) *helper {
	if u.helper != nil {
		if u.helper.pattern < 0 {
			return nil
		}
		return u.helper
	}
	u.helper = &helper{pattern: -1}
	info := u.pkg.info
	params := u.obj.Signature().Params()
	index := func(e ast.Expr) int {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return -1
		}
		for i := range params.Len() {
			if info.Uses[id] == params.At(i) {
				return i
			}
		}
		return -1
	}
	ast.Inspect(u.decl.Body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || u.helper.pattern >= 0 {
			return u.helper.pattern < 0
		}
		sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
		if !ok {
			return true
		}
		fn, ok := info.Uses[sel.Sel].(*types.Func)
		if !ok {
			return true
		}
		_, e, ok := effectOf(fn)
		if !ok || e.act != adds && e.act != mounts || e.pattern < 0 || e.pattern >= len(c.Args) {
			return true
		}
		at := -1
		ast.Inspect(c.Args[e.pattern], func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && at < 0 {
				at = index(id)
			}
			return at < 0
		})
		if at < 0 || !isString(params.At(at).Type()) {
			return true
		}
		*u.helper = helper{pattern: at, router: index(sel.X), fn: fn}
		if u.helper.router < 0 {
			u.helper.field = sel.X
		}
		return false
	})
	if u.helper.pattern < 0 {
		return nil
	}
	return u.helper
}

// helperCall notes the route that a call of a helper registers.
func (f *frame) helperCall(c *ast.CallExpr, sel *ast.SelectorExpr, u *unit, args []node) {
	h := f.helperOf(u)
	if h == nil || h.pattern >= len(c.Args) {
		return
	}
	p := f.pattern(c.Args[h.pattern])
	if p.param {
		return // a helper of a helper
	}
	ev := &event{does: Add, call: c, pattern: p, remote: true}
	s, _ := stubOf(h.fn)
	if s.name == "nethttp" || s.name == "routegroup" {
		ev.method, ev.pattern = splitMethod(p)
	}
	switch {
	case h.router >= 0 && h.router < len(args):
		ev.recv, ev.expr = args[h.router], c.Args[h.router]
	case h.router < 0 && h.fn.Signature().Recv() == nil:
		ev.recv = f.a.def.at
	default:
		ev.recv, ev.expr = f.helperField(h, sel, u)
	}
	if ev.recv != 0 {
		f.event(ev)
	}
}

// helperField returns the router that a helper method keeps in a field of its
// receiver, and how it is written where the helper is called.
func (f *frame) helperField(h *helper, sel *ast.SelectorExpr, u *unit) (node, ast.Expr) {
	field, ok := ast.Unparen(h.field).(*ast.SelectorExpr)
	if !ok {
		if id, ok := ast.Unparen(h.field).(*ast.Ident); ok { // a package-level variable
			if v, ok := u.pkg.info.Uses[id].(*types.Var); ok && v.Parent() == u.pkg.types.Scope() {
				return f.object(v), f.visible(id, u)
			}
		}
		return 0, nil
	}
	v, ok := u.pkg.info.Uses[field.Sel].(*types.Var)
	if !ok || !v.IsField() {
		return 0, nil
	}
	if _, direct := field.X.(*ast.Ident); !direct || sel == nil || u.pkg != f.u.pkg && !v.Exported() {
		return f.object(v), nil
	}
	return f.object(v), &ast.SelectorExpr{X: sel.X, Sel: ast.NewIdent(v.Name())}
}

// visible returns id if it can be written in the package of f.
func (f *frame) visible(id *ast.Ident, u *unit) ast.Expr {
	if u.pkg == f.u.pkg {
		return id
	}
	return nil
}
