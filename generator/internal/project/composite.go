package project

import (
	"go/ast"
	"go/types"
)

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
	f.implicit(n, t)
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

// serverHandler returns a node for the handler of the servers in a node.
func (f *frame) serverHandler(server node) node {
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
