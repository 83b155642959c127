package project

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
)

func (f *frame) typeOf(e ast.Expr) types.Type { return f.u.pkg.info.TypeOf(e) }

func (f *frame) def(id *ast.Ident) types.Object { return f.u.pkg.info.Defs[id] }

func (f *frame) obj(id *ast.Ident) types.Object {
	if o := f.u.pkg.info.Uses[id]; o != nil {
		return o
	}
	return f.u.pkg.info.Defs[id]
}

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
	f.implicit(n, o.Type(), nil)
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
func (f *frame) implicit(n node, t types.Type, _ *ast.Ident) {
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

// lit returns the closure that is being walked, or nil.
func (f *frame) lit() *ast.FuncLit {
	if len(f.lits) == 0 {
		return nil
	}
	return f.lits[len(f.lits)-1].lit
}

// eval walks an expression and returns the node of its value; 0 if it cannot
// hold anything that matters.
func (f *frame) eval(e ast.Expr) node {
	switch x := e.(type) {
	case nil, *ast.BasicLit:
		return 0
	case *ast.ParenExpr:
		return f.eval(x.X)
	case *ast.StarExpr:
		return f.eval(x.X)
	case *ast.UnaryExpr:
		return f.eval(x.X)
	case *ast.BinaryExpr:
		f.eval(x.X)
		f.eval(x.Y)
	case *ast.TypeAssertExpr:
		if x.Type != nil {
			f.typeName(x.Type)
		}
		return f.eval(x.X)
	case *ast.IndexExpr:
		if f.u.pkg.info.Types[x.X].IsType() {
			return 0
		}
		f.eval(x.Index)
		return f.eval(x.X)
	case *ast.IndexListExpr:
		return f.eval(x.X)
	case *ast.SliceExpr:
		return f.eval(x.X)
	case *ast.KeyValueExpr:
		f.eval(x.Key)
		return f.eval(x.Value)
	case *ast.Ident:
		return f.ident(x)
	case *ast.SelectorExpr:
		return f.selector(x)
	case *ast.CallExpr:
		if ns := f.call(x); len(ns) > 0 {
			return ns[0]
		}
	case *ast.FuncLit:
		return f.closure(x)
	case *ast.CompositeLit:
		return f.composite(x)
	default:
		f.typeName(e)
	}
	return 0
}

// typeName notes the types of the project that a type expression is made of.
func (f *frame) typeName(e ast.Expr) {
	if n := namedOf(f.typeOf(e)); n != nil {
		f.a.mention(n)
	}
}

func (f *frame) ident(x *ast.Ident) node {
	o := f.obj(x)
	switch o := o.(type) {
	case *types.Var:
		if !carries(o.Type(), 0) {
			f.typeName(x)
			return 0
		}
		if !f.u.versions[o] {
			return f.object(o)
		}
		if l := f.lit(); l != nil && (o.Pos() < l.Pos() || o.Pos() > l.End()) {
			return f.all(o) // the closure may run at any time
		}
		return f.env[o]
	case *types.Func:
		return f.function(o)
	case *types.TypeName:
		f.typeName(x)
	}
	return 0
}

// function returns the node of a declared function as a value.
func (f *frame) function(o *types.Func) node {
	u := f.a.unitOf(o)
	if u == nil {
		return 0
	}
	f.a.calls(f.u, u)
	return f.a.value(u)
}

func (f *frame) selector(x *ast.SelectorExpr) node {
	if id, ok := x.X.(*ast.Ident); ok {
		if _, ok := f.obj(id).(*types.PkgName); ok {
			return f.ident(x.Sel)
		}
	}
	recv := f.eval(x.X)
	switch o := f.obj(x.Sel).(type) {
	case *types.Var:
		if !carries(o.Type(), 0) {
			f.typeName(x)
			return 0
		}
		if o.Name() == "Handler" && isHTTP(f.typeOf(x.X), "Server") {
			return f.handlerOf(recv)
		}
		return f.object(o)
	case *types.Func:
		if n := f.function(o); n != 0 {
			return n
		}
		if o.Name() == "ServeHTTP" { // h.ServeHTTP as a value answers as h does
			return f.receiver(x, recv)
		}
	case nil:
		return recv // of an unknown type: what is in it is as good as it
	}
	return 0
}

// receiver returns the node of what a method is called on: of a promoted method,
// the embedded field.
func (f *frame) receiver(x *ast.SelectorExpr, recv node) node {
	sel := f.u.pkg.info.Selections[x]
	if sel == nil || len(sel.Index()) < 2 {
		return recv
	}
	if field := embedded(sel); field != nil {
		return f.object(field)
	}
	return recv
}

// embedded returns the field that a selection of a promoted method ends in, as
// long as it is a field of the project's types and not one inside a router.
func embedded(sel *types.Selection) *types.Var {
	t := sel.Recv()
	var last *types.Var
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		n := namedOf(t)
		s, ok := t.Underlying().(*types.Struct)
		if p, isPtr := t.Underlying().(*types.Pointer); isPtr {
			s, ok = p.Elem().Underlying().(*types.Struct)
		}
		if !ok {
			return last
		}
		if n != nil {
			if _, stubbed := stubOf(n.Obj()); stubbed {
				return last
			}
		}
		last = s.Field(i)
		t = last.Type()
	}
	return last
}

// closure walks a function literal.
func (f *frame) closure(x *ast.FuncLit) node {
	if n, ok := f.memo[x]; ok {
		return n
	}
	n := f.a.flow.node()
	f.memo[x] = n
	s := &source{kind: aFunc, at: n, lit: x, frame: f, file: f.u.file, fn: f.u, inLit: f.lit(), pos: x.Pos()}
	if sig, ok := f.typeOf(x).(*types.Signature); ok {
		for range sig.Results().Len() {
			s.results = append(s.results, f.a.flow.node())
		}
	}
	f.a.flow.source(n, s)
	env, goes, loops, conds := f.env, f.goes, f.loops, f.conds
	f.conds = 0
	f.lits = append(f.lits, &scope{x, s})
	f.env = maps.Clone(env)
	f.stmts(x.Body.List)
	f.named(x.Type, s.results)
	f.lits = f.lits[:len(f.lits)-1]
	f.env, f.goes, f.loops, f.conds = env, goes, loops, conds
	return n
}

// composite walks a composite literal.
func (f *frame) composite(x *ast.CompositeLit) node {
	if n, ok := f.memo[x]; ok {
		return n
	}
	n := f.a.flow.node()
	f.memo[x] = n
	t := f.typeOf(x)
	if named := namedOf(t); named != nil {
		f.a.mention(named)
	}
	f.implicit(n, t, nil)
	src := &source{at: n, expr: x, frame: f, fn: f.u, file: f.u.file, inLit: f.lit(), pos: x.Pos(), loop: f.loops > 0}
	switch r := routerOf(t); {
	case r != None:
		src.kind, src.router, src.imp = aRouter, r, namedOf(t).Obj().Pkg().Path()
		f.a.flow.source(n, src)
	case isHTTP(t, "Server"):
		src.kind = aServer
		f.a.flow.source(n, src)
	}
	var st *types.Struct
	known := false
	if t != nil {
		known = t != types.Typ[types.Invalid]
		u := t.Underlying()
		if p, ok := u.(*types.Pointer); ok {
			u = p.Elem().Underlying()
		}
		st, _ = u.(*types.Struct)
	}
	for i, el := range x.Elts {
		value := el
		var field types.Object
		key := ""
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			value = kv.Value
			if id, ok := kv.Key.(*ast.Ident); ok {
				key = id.Name
				field = f.u.pkg.info.Uses[id]
			}
			if st == nil {
				f.eval(kv.Key)
			}
		} else if st != nil && i < st.NumFields() {
			field = st.Field(i)
		}
		v := f.eval(value)
		switch {
		case src.kind == aServer && key == "Handler":
			f.setHandler(n, value, v, el)
			continue
		case !known && key == "Handler": // some server that is not here
			f.serve(&serving{Serve: Serve{What: types.ExprString(x.Type) + "{Handler}", Pos: el.Pos(), Handler: value}, node: v, weak: true})
		}
		if fv, ok := field.(*types.Var); ok && st != nil {
			if !fv.IsField() {
				continue
			}
			if carries(fv.Type(), 0) {
				f.a.flow.edge(v, f.object(fv), nil)
			}
			if serveHTTP(t) == nil {
				continue
			}
			continue
		}
		f.a.flow.edge(v, n, nil) // an element, or a field of an unknown type
	}
	return n
}

// setHandler notes that a server answers with a handler.
func (f *frame) setHandler(server node, e ast.Expr, n node, at ast.Node) {
	if tv := f.u.pkg.info.Types[e]; tv.IsNil() {
		return // http.DefaultServeMux, like no handler at all
	}
	s := &serving{Serve: Serve{What: "http.Server", Pos: at.Pos(), Handler: e}, node: n}
	f.serve(s)
	f.a.flow.watch(server, func(o *source) {
		if o.kind == aServer {
			o.handlers = append(o.handlers, handlerOf{n, e})
			for _, r := range o.readers {
				f.a.flow.edge(n, r, nil)
			}
			if s.server == nil {
				s.server = o
			}
		}
	})
}

// handlerOf returns a node for the handler of the servers in a node.
func (f *frame) handlerOf(server node) node {
	n := f.a.flow.node()
	f.a.flow.watch(server, func(o *source) {
		if o.kind == aServer {
			o.readers = append(o.readers, n)
			for _, h := range o.handlers {
				f.a.flow.edge(h.node, n, nil)
			}
		}
	})
	return n
}

// serve notes a place that serves.
func (f *frame) serve(s *serving) {
	s.File, s.Func, s.fn, s.lit = f.u.file, f.u.name, f.u, f.lit()
	s.InGo = f.goes > 0
	f.a.serves = append(f.a.serves, s)
}

// mount notes a handler that is put below a path.
func (f *frame) mount(recv, arg node, p pattern, at ast.Node) {
	if recv != 0 && arg != 0 {
		f.a.mounts = append(f.a.mounts, mounting{recv, arg, p, f.u.file, at})
	}
}

// event notes something that is done to a router.
func (f *frame) event(e *event) {
	e.frame, e.file, e.lit, e.inGo = f, f.u.file, f.lit(), f.goes > 0
	f.a.events = append(f.a.events, e)
}

// isNil says whether e is the nil of the language.
func (f *frame) isNil(e ast.Expr) bool { return f.u.pkg.info.Types[e].IsNil() }

var _ = token.NoPos
