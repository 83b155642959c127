package project

import (
	"go/ast"
	"go/types"
	"strings"
)

// routerCall walks a call of a function or method of a router package.
func (f *frame) routerCall(c *ast.CallExpr, sel *ast.SelectorExpr, fn *types.Func, s stub, e effect) []node {
	var recv node
	var recvExpr ast.Expr
	var on types.Type
	if fn.Signature().Recv() != nil && sel != nil {
		recvExpr = sel.X
		recv = f.receiver(sel, f.eval(sel.X))
		on = fn.Signature().Recv().Type()
	}
	args := f.args(c)
	arg := func(i int) (ast.Expr, node) {
		if i < 0 || i >= len(c.Args) || i >= len(args) {
			return nil, 0
		}
		return c.Args[i], args[i]
	}
	if recv == 0 && (e.act == adds && s.name == "nethttp") {
		recv = f.a.def.at // http.Handle
	}

	switch e.act {
	case makes:
		return f.makes(c, fn, s, e, args)

	case adds, falls:
		ev := &event{does: Add, recv: recv, call: c, expr: recvExpr, method: e.method}
		if e.act == falls {
			ev.does = Fallback
		}
		if isMuxRoute(on) {
			ev.recv, ev.expr, ev.pattern, ev.method = f.chain(recvExpr, recv)
		}
		if x, _ := arg(e.verb); x != nil {
			ev.method, _ = f.constant(x)
		}
		if x, _ := arg(e.pattern); x != nil {
			ev.pattern = f.pattern(x)
			if s.name == "nethttp" || s.name == "routegroup" {
				ev.method, ev.pattern = splitMethod(ev.pattern)
			}
		}
		if staticFiles[fn.Name()] && !strings.Contains(ev.pattern.text, "*") {
			ev.pattern.below = true
		}
		f.event(ev)
		f.a.byCall[c] = ev
		for i := max(e.handler, 0); e.handler >= 0 && i < len(args); i++ {
			f.mount(ev.recv, args[i], ev.pattern, c)
		}
		return []node{recv}

	case refines: // (*mux.Route).Methods: of the registration that it is called on
		if ev := f.registration(recvExpr); ev != nil && ev.method == "" {
			if x, _ := arg(0); x != nil {
				ev.method, _ = f.constant(x)
			}
		}
		return []node{recv}

	case uses:
		ev := &event{does: Use, recv: recv, call: c, expr: recvExpr, args: c.Args, nodes: args}
		if s.name == "fiber2" || s.name == "fiber3" {
			f.fiberUse(c, ev, args)
		}
		for _, x := range ev.args {
			if authWords.MatchString(types.ExprString(x)) {
				ev.does |= Auth
			}
		}
		f.event(ev)
		return []node{recv}

	case groups:
		return f.groups(c, fn, s, e, recv, recvExpr, args)

	case mounts:
		x, _ := arg(e.pattern)
		p := f.pattern(x)
		p.below = true
		f.event(&event{does: Sub, recv: recv, call: c, expr: recvExpr, pattern: p})
		_, n := arg(e.handler)
		f.mount(recv, n, p, c)
		return []node{recv}

	case same:
		return []node{recv}

	case serves:
		sv := &serving{Serve: Serve{What: s.name + "." + fn.Name(), Pos: c.Pos()}}
		if x, _ := arg(e.pattern); x != nil {
			sv.Addr = types.ExprString(x)
		}
		if recv != 0 && e.handler < 0 {
			sv.What = routerOf(on).String() + "." + fn.Name()
			sv.node = recv
			f.serve(sv)
			for _, n := range args { // echo's StartServer
				f.a.flow.watch(n, func(o *source) {
					if o.kind == aServer {
						o.started = true
						o.handlers = append(o.handlers, handlerOf{recv, nil})
					}
				})
			}
			return []node{0}
		}
		x, n := arg(e.handler)
		if sv.What = s.router.String() + "." + fn.Name(); s.name == "nethttp" {
			sv.What = "http." + fn.Name()
		}
		switch {
		case x == nil:
		case f.isNil(x):
			sv.node = f.a.def.at
		default:
			sv.node, sv.Handler = n, x
		}
		f.serve(sv)
		return []node{0}

	case starts:
		f.started(recv)
		return []node{0}

	case stops:
		st := shutting{node: recv, call: c, file: f.u.file, fn: f.u}
		st.ctx, _ = arg(e.handler)
		f.a.shutdowns = append(f.a.shutdowns, st)
		return []node{0}

	case forwards:
		f.forward(recv, c)
		return nil

	case wraps:
		n := f.a.flow.node()
		_, from := arg(e.handler)
		f.a.flow.edge(from, n, &wrapper{name: types.ExprString(c.Fun), call: c, file: f.u.file})
		return []node{n}
	}

	// Something else of a router package: what goes in may come out.
	n := f.a.flow.node()
	f.a.flow.edge(recv, n, nil)
	for _, from := range args {
		f.a.flow.edge(from, n, nil)
	}
	return []node{n}
}

// makes walks a call that makes a router.
func (f *frame) makes(c *ast.CallExpr, fn *types.Func, s stub, e effect, args []node) []node {
	n := f.a.flow.node()
	src := &source{kind: aRouter, at: n, router: s.router, imp: fn.Pkg().Path(), expr: c, frame: f, fn: f.u, file: f.u.file, inLit: f.lit(), pos: c.Pos(), loop: f.loops > 0}
	f.a.flow.source(n, src)
	if e.handler >= 0 && e.handler < len(args) { // routegroup.New(mux): what is registered on it goes to mux
		src.parent = args[e.handler]
		if e.pattern >= 0 && e.pattern < len(c.Args) {
			src.pattern = f.pattern(c.Args[e.pattern])
		}
	}
	return []node{n}
}

// groups walks a call that makes a router below another.
func (f *frame) groups(c *ast.CallExpr, fn *types.Func, s stub, e effect, recv node, recvExpr ast.Expr, args []node) []node {
	var p pattern
	if e.pattern >= 0 && e.pattern < len(c.Args) {
		p = f.pattern(c.Args[e.pattern])
	}
	if fn.Name() == "Subrouter" {
		recv, recvExpr, p, _ = f.chain(recvExpr, recv)
	}
	n := f.a.flow.node()
	src := &source{kind: aRouter, at: n, router: s.router, imp: fn.Pkg().Path(), parent: recv, pattern: p, expr: c,
		frame: f, fn: f.u, file: f.u.file, inLit: f.lit(), pos: c.Pos(), loop: f.loops > 0}
	f.a.flow.source(n, src)
	ev := &event{does: Sub, recv: recv, call: c, expr: recvExpr, pattern: p}
	ev.pattern.below = true
	f.event(ev)
	if e.handler >= 0 && e.handler < len(args) { // a function that gets the new router
		f.a.flow.watch(args[e.handler], func(o *source) {
			if o.kind != aFunc {
				return
			}
			if o.lit != nil {
				bind(o.frame, sigOf(o.frame, o.lit), o.lit.Type, []node{n}, nil)
			} else {
				f.a.calls(f.u, o.unit)
				bind(o.frame, o.unit.obj.Signature(), o.unit.decl.Type, []node{n}, nil)
			}
		})
	}
	return []node{n}
}

// chain reads back a chain of (*mux.Route) calls, as in
//
//	r.PathPrefix("/api").Methods("GET").Handler(h)
//
// to the router that it begins at.
func (f *frame) chain(e ast.Expr, at node) (node, ast.Expr, pattern, string) {
	p, method := pattern{}, ""
	for {
		c, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok {
			p.dynamic = true // a route in a variable
			return at, e, p, method
		}
		sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
		if !ok {
			p.dynamic = true
			return at, e, p, method
		}
		switch sel.Sel.Name {
		case "Path", "PathPrefix":
			if len(c.Args) == 1 {
				q := f.pattern(c.Args[0])
				q.below = sel.Sel.Name == "PathPrefix"
				p = q.join(p)
			}
		case "Methods":
			if len(c.Args) > 0 && method == "" {
				method, _ = f.constant(c.Args[0])
			}
		}
		if routerOf(f.typeOf(sel.X)) != None || f.u.pkg.info.Selections[sel] != nil && !isMuxRoute(f.typeOf(sel.X)) {
			return f.receiver(sel, f.eval(sel.X)), sel.X, p, method
		}
		e = sel.X
	}
}

// registration returns the event of the registration that a chain of calls
// starts with, as in r.HandleFunc("/x", h).Methods("GET").
func (f *frame) registration(e ast.Expr) *event {
	for {
		c, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok {
			return nil
		}
		if ev := f.a.byCall[c]; ev != nil {
			return ev
		}
		sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		e = sel.X
	}
}

// fiberUse reads the arguments of fiber's Use: patterns, then handlers or apps.
func (f *frame) fiberUse(c *ast.CallExpr, ev *event, args []node) {
	if len(c.Args) == 0 {
		return
	}
	if t := f.typeOf(c.Args[0]); t == nil || !isString(t) {
		return
	}
	ev.does |= UsePath
	ev.pattern = f.pattern(c.Args[0])
	ev.pattern.below = true
	ev.args = c.Args[1:]
	if len(args) == len(c.Args) {
		ev.nodes = args[1:]
		for _, n := range ev.nodes {
			f.mount(ev.recv, n, ev.pattern, c)
		}
	}
}

// staticFiles has the methods that register everything below their pattern.
var staticFiles = map[string]bool{"Static": true, "StaticFS": true, "ServeFiles": true, "HandleFiles": true}
