package project

import (
	"go/ast"
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

// isNil says whether e is the nil of the language.
func (f *frame) isNil(e ast.Expr) bool { return f.u.pkg.info.Types[e].IsNil() }

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
			return f.serverHandler(recv)
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
