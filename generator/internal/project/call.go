package project

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"strings"
)

// serveName fits functions that are likely to serve a handler they are given.
var serveName = regexp.MustCompile(`^(?i:listen|serve|start|run)`)

// containers have packages that call what they are given with values that they
// find by type.
var containers = []string{"go.uber.org/fx", "go.uber.org/dig", "github.com/google/wire", "github.com/goava/di", "github.com/defval/di", "github.com/samber/do"}

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
			f.implicit(n, t, nil)
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
	bindVia(g, fn.Origin().Signature(), u.decl.Type, args, via)
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
			g := a.frame(u, f)
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

func bindVia(g *frame, sig *types.Signature, ft *ast.FuncType, args []node, via *wrapper) {
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

// viaInterface walks a call of a method that an interface of the project has.
func (f *frame) viaInterface(c *ast.CallExpr, sel *ast.SelectorExpr, fn *types.Func) []node {
	if sel != nil {
		f.eval(sel.X)
	}
	d := dynamicCall{nargs: len(c.Args), args: f.args(c), bound: map[*unit]bool{}, from: f, call: c, lit: f.lit(), inGo: f.goes > 0}
	for range fn.Signature().Results().Len() {
		d.results = append(d.results, f.a.flow.node())
	}
	name := fn.Name()
	f.a.dynamic[name] = append(f.a.dynamic[name], d)
	i := len(f.a.dynamic[name]) - 1
	for _, u := range f.a.methods[name] {
		f.a.dispatch(&f.a.dynamic[name][i], u)
	}
	if sel != nil {
		f.viaRouter(c, sel, name, d)
	}
	return d.results
}

// viaRouter sees that a call through an interface of the project is one of a
// router, as in generated code that takes interface{ GET(...); POST(...) }.
func (f *frame) viaRouter(c *ast.CallExpr, sel *ast.SelectorExpr, name string, d dynamicCall) {
	recv := f.eval(sel.X)
	done := map[string]bool{}
	lit, goes := f.lit(), f.goes > 0
	f.a.flow.watch(recv, func(o *source) {
		s, ok := stubFor(o.imp)
		if o.kind != aRouter || !ok || done[s.name] {
			return
		}
		done[s.name] = true
		e := effects[s.name+"."+name]
		arg := func(i int) ast.Expr {
			if i < 0 || i >= len(c.Args) {
				return nil
			}
			return c.Args[i]
		}
		switch e.act {
		case adds, mounts, falls, uses:
			ev := &event{does: map[act]Does{adds: Add, mounts: Sub, falls: Fallback, uses: Use}[e.act], recv: recv, call: c, expr: sel.X, method: e.method}
			if x := arg(e.pattern); x != nil {
				ev.pattern = f.pattern(x)
				if s.name == "nethttp" {
					ev.method, ev.pattern = splitMethod(ev.pattern)
				}
			}
			if e.act == uses {
				ev.args, ev.nodes = c.Args, d.args
			}
			f.event(ev)
			ev.lit, ev.inGo = lit, goes // of the call, which was walked before
			if e.handler >= 0 && e.handler < len(d.args) && e.act != uses {
				f.mount(recv, d.args[e.handler], ev.pattern, c)
			}
			if len(d.results) > 0 {
				f.a.flow.edge(recv, d.results[0], nil)
			}
		}
	})
}

// viaValue walks a call of a function that is in a variable, or comes out of an
// expression.
func (f *frame) viaValue(c *ast.CallExpr, fun ast.Expr) []node {
	at := f.eval(fun)
	args := f.args(c)
	if sig, ok := f.typeOf(fun).(*types.Signature); ok && isHandlerFunc(sig) {
		f.forward(at, c)
		return nil
	} else if t := f.typeOf(fun); t != nil && isHandlerFunc(t) {
		f.forward(at, c)
		return nil
	}
	var results []node
	n := 1
	if t := f.typeOf(fun); t != nil {
		if sig, ok := t.Underlying().(*types.Signature); ok {
			n = sig.Results().Len()
		}
	}
	for range n {
		results = append(results, f.a.flow.node())
	}
	if at == 0 {
		return results
	}
	name := types.ExprString(fun)
	unknown := true
	f.a.flow.watch(at, func(s *source) {
		if s.kind != aFunc {
			return
		}
		unknown = false
		via := &wrapper{name: name, call: c, file: f.u.file, fn: s.unit}
		if s.lit != nil {
			via.call, via.file = s.lit, s.file
			bindVia(s.frame, sigOf(s.frame, s.lit), s.lit.Type, args, via)
		} else {
			f.a.calls(f.u, s.unit)
			via.name, via.call, via.file = s.unit.name, s.unit.decl, s.unit.file
			bindVia(s.frame, s.unit.obj.Signature(), s.unit.decl.Type, args, via)
		}
		for i, r := range s.results {
			if i < len(results) {
				f.a.flow.edge(r, results[i], nil)
			}
		}
	})
	// A function that is not here, such as middleware of a library in a variable,
	// hands on what it is given.
	if t := f.typeOf(fun); unknown && (t == nil || !known(t) || wrapping(t)) {
		via := &wrapper{name: name, call: c, file: f.u.file}
		for _, r := range results {
			for _, arg := range args {
				f.a.flow.edge(arg, r, via)
			}
		}
	}
	return results
}

func sigOf(f *frame, lit *ast.FuncLit) *types.Signature {
	sig, _ := f.typeOf(lit).(*types.Signature)
	if sig == nil {
		sig = types.NewSignatureType(nil, nil, nil, nil, nil, false)
	}
	return sig
}

func known(t types.Type) bool { return t != types.Typ[types.Invalid] }

// wrapping says whether t is func(http.Handler) http.Handler, or the like.
func wrapping(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 1 && sig.Results().Len() == 1 && isHandler(sig.Params().At(0).Type()) && isHandler(sig.Results().At(0).Type())
}

// outside walks a call of a function that is not here. What it is given may come
// out again, and may be in its receiver from then on.
func (f *frame) outside(c *ast.CallExpr, sel *ast.SelectorExpr) []node {
	var recv node
	imp, name := "", ""
	if sel != nil {
		name = sel.Sel.Name
		if id, ok := sel.X.(*ast.Ident); ok {
			if p, ok := f.obj(id).(*types.PkgName); ok {
				imp = p.Imported().Path()
			}
		}
		if imp == "" {
			recv = f.eval(sel.X)
		}
	}
	if name == "ServeHTTP" && len(c.Args) == 2 {
		f.args(c)
		f.forward(recv, c)
		return nil
	}
	args := f.args(c)
	result := f.a.flow.node()
	via := &wrapper{name: types.ExprString(c.Fun), call: c, file: f.u.file}
	f.a.flow.edge(recv, result, nil)
	contained := false
	for _, di := range containers {
		if imp == di || strings.HasPrefix(imp, di+"/") {
			contained = true
			for _, n := range args {
				f.a.flow.watch(n, f.a.provide)
			}
		}
	}
	for i, n := range args {
		if n == 0 {
			continue
		}
		f.a.flow.edge(n, result, via)
		f.a.flow.edge(n, recv, via)
		if !contained {
			f.callback(c.Args, i, c)
		}
		if serveName.MatchString(name) {
			if i < len(c.Args) && isHandler(f.typeOf(c.Args[i])) || i < len(c.Args) && !knownExpr(f, c.Args[i]) {
				f.serve(&serving{Serve: Serve{What: types.ExprString(c.Fun), Pos: c.Pos(), Handler: c.Args[i]}, node: n, weak: true})
			}
			f.started(n)
		}
	}
	if serveName.MatchString(name) && recv != 0 {
		f.serve(&serving{Serve: Serve{What: types.ExprString(c.Fun), Pos: c.Pos()}, node: recv, weak: true})
	}
	return []node{result}
}

func knownExpr(f *frame, e ast.Expr) bool {
	t := f.typeOf(e)
	return t != nil && known(t)
}

// callback sees a closure with a router for a parameter that is given to a
// function which is not here: that function has the router, and serves it.
func (f *frame) callback(args []ast.Expr, i int, c *ast.CallExpr) {
	if i >= len(args) {
		return
	}
	lit, ok := ast.Unparen(args[i]).(*ast.FuncLit)
	if !ok {
		return
	}
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			o := f.def(name)
			if o == nil || routerOf(o.Type()) == None {
				continue
			}
			n := f.object(o)
			s := &source{kind: aRouter, at: n, router: routerOf(o.Type()), imp: namedOf(o.Type()).Obj().Pkg().Path(), external: true,
				frame: f, fn: f.u, file: f.u.file, inLit: lit, pos: name.Pos(), expr: name}
			f.a.flow.source(n, s)
			f.a.serves = append(f.a.serves, &serving{Serve: Serve{What: types.ExprString(c.Fun), Pos: c.Pos(), File: f.u.file, Func: f.u.name}, node: n, fn: f.u, lit: lit})
		}
	}
}

// started notes that a server runs.
func (f *frame) started(n node) {
	f.a.flow.watch(n, func(s *source) {
		if s.kind == aServer {
			s.started = true
		}
	})
}

// forward notes that a request is handed on, to what is in n, by the function or
// closure around.
func (f *frame) forward(n node, at ast.Node) {
	if n == 0 {
		return
	}
	for i := len(f.lits) - 1; i >= 0; i-- {
		s := f.lits[i]
		if s.lit.Type.Params.NumFields() > 0 {
			f.a.flow.edge(n, s.source.at, &wrapper{name: "func literal", call: s.lit, file: f.u.file, fn: nil, gated: gated(s.lit.Body)})
			return
		}
	}
	if f.u.decl != nil && f.u.obj != nil {
		f.a.flow.edge(n, f.a.value(f.u), &wrapper{name: f.u.name, call: f.u.decl, file: f.u.file, fn: f.u, gated: gated(f.u.decl.Body)})
	}
}

// pathWords fit conditions that look at where a request goes to.
var pathWords = regexp.MustCompile(`\.URL\.Path|RequestURI|\.Host\b|HasPrefix|HasSuffix|MatchString`)

// gated says whether a handler picks requests by their path or host, so that
// what it hands on to does not get them all. One path that is answered at once,
// as for a health check, is no gate.
func gated(body *ast.BlockStmt) bool {
	gate := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.IfStmt:
			s := types.ExprString(x.Cond)
			if b, ok := x.Cond.(*ast.BinaryExpr); ok && b.Op.String() == "==" {
				if _, ok := b.Y.(*ast.BasicLit); ok {
					break
				}
			}
			gate = gate || pathWords.MatchString(s) && !strings.Contains(s, "Upgrade")
		case *ast.SwitchStmt:
			if x.Tag != nil {
				gate = gate || pathWords.MatchString(types.ExprString(x.Tag))
			}
			for _, c := range x.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					gate = gate || pathWords.MatchString(types.ExprString(e))
				}
			}
		case *ast.FuncLit:
			return false
		}
		return !gate
	})
	return gate
}

// constant returns the value of a constant string.
func (f *frame) constant(e ast.Expr) (string, bool) {
	tv := f.u.pkg.info.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}
