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
	pattern int        // parameter that holds the pattern
	router  int        // parameter that holds the router; -1: it is elsewhere
	at      *types.Var // then, the field or package-level variable; nil for http.Handle
	own     bool       // at is a field of the receiver
	serve   bool       // the pattern is one of http.ServeMux
	partly  bool       // the parameter is only a part of the pattern
}

// helperOf says whether a unit is a helper; nil if not.
func (a *analysis) helperOf(u *unit) *helper {
	if u.looked || u.decl.Body == nil {
		return u.helper
	}
	u.looked = true
	ast.Inspect(u.decl.Body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && u.helper == nil {
			u.helper = a.helps(u, c)
		}
		return u.helper == nil
	})
	return u.helper
}

// helps says whether a call in u makes it a helper.
func (a *analysis) helps(u *unit, c *ast.CallExpr) *helper {
	info, params := u.pkg.info, u.obj.Signature().Params()
	index := func(e ast.Expr, str bool) int {
		found := -1
		ast.Inspect(e, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				o := info.Uses[id]
				if o != nil && u.fromParam(o) && u.derived[o] != nil {
					o = u.derived[o]
				}
				for i := range params.Len() {
					if o == params.At(i) && isString(o.Type()) == str {
						found = i
					}
				}
			}
			return found < 0
		})
		return found
	}
	var fn *types.Func
	sel, _ := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	switch x := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		fn, _ = info.Uses[x].(*types.Func)
	case *ast.SelectorExpr:
		fn, _ = info.Uses[x.Sel].(*types.Func)
	}
	if fn == nil {
		return nil
	}
	_, e, ok := effectOf(fn)
	path := fn.Name() == "Path" || fn.Name() == "PathPrefix"
	if ok && (e.act != adds && e.act != mounts || e.pattern < 0) && !path {
		return nil
	}
	at := max(e.pattern, 0)
	var inner *helper
	if !ok {
		callee := a.unitOf(fn)
		if callee == nil {
			return nil
		}
		if inner = a.helperOf(callee); inner == nil {
			return nil
		}
		at = inner.pattern
	}
	if at >= len(c.Args) {
		return nil
	}
	h := &helper{pattern: index(c.Args[at], true), router: -1}
	if h.pattern < 0 {
		return nil
	}
	if id, ok := ast.Unparen(c.Args[at]).(*ast.Ident); !ok || info.Uses[id] != params.At(h.pattern) {
		h.partly = true
	}
	if inner != nil {
		h.serve, h.partly = inner.serve, h.partly || inner.partly
		if inner.router >= 0 && inner.router < len(c.Args) {
			return u.locate(h, c.Args[inner.router], index)
		}
		h.at = inner.at
		h.own = inner.own && sel != nil && isReceiver(u, sel.X)
		return h
	}
	s, _ := stubOf(fn)
	h.serve = s.name == "nethttp" || s.name == "routegroup"
	if fn.Signature().Recv() == nil {
		return h // http.Handle
	}
	return u.locate(h, sel.X, index)
}

// locate fills in where a helper has its router from; nil if that is in neither
// a parameter nor a field.
func (u *unit) locate(h *helper, router ast.Expr, index func(e ast.Expr, str bool) int) *helper {
	switch x := ast.Unparen(router).(type) {
	case *ast.Ident:
		if h.router = index(x, false); h.router >= 0 {
			return h
		}
		if v, ok := u.pkg.info.Uses[x].(*types.Var); ok && (v.Parent() == u.pkg.types.Scope() || v.Kind() == types.RecvVar) {
			h.at = v
			return h
		}
	case *ast.SelectorExpr:
		if v, ok := u.pkg.info.Uses[x.Sel].(*types.Var); ok && v.IsField() {
			h.at, h.own = v, isReceiver(u, x.X)
			return h
		}
	}
	return nil
}

func isReceiver(u *unit, e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := u.pkg.info.Uses[id].(*types.Var)
	return ok && v.Kind() == types.RecvVar
}

// helperCall notes the route that a call of a helper registers. Sel is how the
// helper is called, nil if that is through an interface. It returns the event, if
// there is one.
func (f *frame) helperCall(c *ast.CallExpr, sel *ast.SelectorExpr, u *unit, args []node) *event {
	h := f.a.helperOf(u)
	if h == nil || h.pattern >= len(c.Args) {
		return nil
	}
	p := f.pattern(c.Args[h.pattern])
	if p.param {
		return nil // a helper of a helper
	}
	ev := &event{does: Add, call: c, pattern: p, remote: true}
	if h.partly {
		ev.pattern.text, ev.pattern.dynamic = "…"+p.text, true
	} else if h.serve {
		ev.method, ev.pattern = splitMethod(p)
	}
	switch {
	case h.router >= 0:
		if h.router < len(args) && h.router < len(c.Args) {
			ev.recv, ev.expr = args[h.router], c.Args[h.router]
		}
	case h.at == nil:
		ev.recv = f.a.def.at
	case h.at.Kind() == types.RecvVar:
		if sel != nil {
			ev.recv, ev.expr = f.receiver(sel, f.eval(sel.X)), sel.X
		}
	default:
		ev.recv = f.object(h.at)
		visible := u.pkg == f.u.pkg || h.at.Exported()
		switch {
		case h.own && sel != nil && visible:
			ev.expr = &ast.SelectorExpr{X: sel.X, Sel: ast.NewIdent(h.at.Name())}
		case !h.at.IsField() && u.pkg == f.u.pkg:
			ev.expr = ast.NewIdent(h.at.Name())
		}
	}
	if ev.recv == 0 {
		return nil
	}
	f.event(ev)
	return ev
}
