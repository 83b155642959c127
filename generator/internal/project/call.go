package project

import (
	"go/ast"
	"go/types"
)

// call walks a call and returns the nodes of its results.
func (f *frame) call(c *ast.CallExpr) []node {
	results, ok := f.made[c]
	if !ok {
		results = f.callOnce(c)
		f.made[c] = results
	}
	return results
}

func (f *frame) callOnce(c *ast.CallExpr) []node {
	info := f.u.pkg.info
	if tv := info.Types[c.Fun]; tv.IsType() {
		f.typeName(c.Fun)
		if len(c.Args) != 1 {
			return nil
		}
		return []node{f.eval(c.Args[0])} // a conversion
	}
	if tv := info.Types[c.Fun]; tv.IsBuiltin() {
		return f.builtin(c)
	}
	fun := ast.Unparen(c.Fun)
	switch x := fun.(type) { // an instance of a generic function
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var obj types.Object
	sel, _ := fun.(*ast.SelectorExpr)
	switch x := fun.(type) {
	case *ast.Ident:
		obj = f.obj(x)
	case *ast.SelectorExpr:
		obj = f.obj(x.Sel)
	}
	fn, _ := obj.(*types.Func)
	if fn != nil {
		if s, e, ok := effectOf(fn); ok {
			return f.routerCall(c, sel, fn, s, e)
		}
		if u := f.a.unitOf(fn); u != nil {
			return f.static(c, sel, fn, u)
		}
		if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
			return f.viaInterface(c, sel, fn)
		}
	}
	if _, ok := obj.(*types.Var); ok || obj == nil && sel == nil {
		return f.viaValue(c, fun)
	}
	return f.outside(c, sel)
}

// args walks the arguments of a call.
func (f *frame) args(c *ast.CallExpr) []node {
	ns := f.argsOnce(c)
	f.given[c] = ns
	return ns
}

func (f *frame) argsOnce(c *ast.CallExpr) []node {
	if len(c.Args) == 1 {
		if inner, ok := ast.Unparen(c.Args[0]).(*ast.CallExpr); ok {
			if ns := f.call(inner); len(ns) > 1 {
				return ns // g(h()) with several results
			} else if len(ns) == 1 {
				return ns
			}
			return []node{0}
		}
	}
	ns := make([]node, len(c.Args))
	for i, a := range c.Args {
		ns[i] = f.eval(a)
	}
	return ns
}

func (f *frame) builtin(c *ast.CallExpr) []node {
	name := ""
	if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok {
		name = id.Name
	}
	if (name == "new" || name == "make") && len(c.Args) > 0 {
		f.typeName(c.Args[0])
		if name == "make" {
			return []node{f.a.flow.node()}
		}
		n := f.a.flow.node()
		if t := f.typeOf(c.Args[0]); t != nil && carries(t, 0) {
			f.implicit(n, t)
			s := &source{at: n, expr: c, frame: f, fn: f.u, file: f.u.file, inLit: f.lit(), pos: c.Pos()}
			switch r := routerOf(t); {
			case r != None:
				s.kind, s.router, s.imp = aRouter, r, namedOf(t).Obj().Pkg().Path()
				f.a.flow.source(n, s)
			case isHTTP(t, "Server"):
				s.kind = aServer
				f.a.flow.source(n, s)
			}
		}
		return []node{n}
	}
	n := f.a.flow.node()
	for _, a := range f.args(c) {
		f.a.flow.edge(a, n, nil)
	}
	if name == "append" || name == "min" || name == "max" {
		return []node{n}
	}
	return nil
}

// static walks a call of a function of the project.
func (f *frame) static(c *ast.CallExpr, sel *ast.SelectorExpr, fn *types.Func, u *unit) []node {
	a := f.a
	a.calls(f.u, u)
	n := a.sites[u]
	n[b2i(f.conds > 0)]++
	a.sites[u] = n
	var recv node
	if sel != nil {
		if _, ok := f.u.pkg.info.Selections[sel]; ok {
			recv = f.eval(sel.X)
		}
	}
	args := f.args(c)
	f.helperCall(c, sel, u, args)
	if isHandlerFunc(fn.Signature()) && len(c.Args) == 2 {
		f.forward(a.value(u), c)
	}
	g := f.callee(c, u)
	if e := u.decl.Recv; e != nil && len(e.List) > 0 && len(e.List[0].Names) > 0 && recv != 0 {
		if o := g.def(e.List[0].Names[0]); o != nil && carries(o.Type(), 0) {
			a.flow.edge(f.receiver(sel, recv), g.object(o), nil)
		}
	}
	via := &wrapper{name: types.ExprString(c.Fun), call: c, file: f.u.file, fn: u}
	if !returnsHandler(fn.Signature()) {
		via = nil
	}
	bind(g, fn.Origin().Signature(), u.decl.Type, args, via)
	out := make([]node, len(g.result))
	for i, r := range g.result {
		out[i] = a.flow.node()
		a.flow.edge(r, out[i], nil)
	}
	return out
}

// callee returns the frame for a call of u: one of its own for functions that
// make, take or wrap handlers, so that two calls are not mixed up.
func (f *frame) callee(c *ast.CallExpr, u *unit) *frame {
	a := f.a
	if u.single && f.depth < maxDepth && a.frames < maxFrames {
		again := false
		for p := f; p != nil; p = p.parent {
			again = again || p.u == u
		}
		if !again {
			g := a.newFrame(u, f)
			g.site = c
			a.queue = append(a.queue, g)
			return g
		}
	}
	return a.reach(u)
}

// returnsHandler says whether a function returns what it may have put around a
// handler: an http.Handler, and no type of its own.
func returnsHandler(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if isHTTP(v.Type(), "Handler") || isHandlerFunc(v.Type()) {
			return true
		}
	}
	return false
}

func bind(g *frame, sig *types.Signature, ft *ast.FuncType, args []node, via *wrapper) {
	i := 0
	for _, field := range ft.Params.List {
		for _, name := range field.Names {
			o := g.def(name)
			last := sig.Variadic() && i == sig.Params().Len()-1
			for j := i; o != nil && j < len(args) && (j == i || last); j++ {
				if args[j] != 0 && carries(o.Type(), 0) {
					g.a.flow.edge(args[j], g.object(o), via)
				}
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
}
