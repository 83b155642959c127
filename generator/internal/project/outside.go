package project

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"
)

// serveName fits functions that are likely to serve a handler they are given.
var serveName = regexp.MustCompile(`^(?i:listen|serve|start|run)`)

// containers have packages that call what they are given with values that they
// find by type.
var containers = []string{"go.uber.org/fx", "go.uber.org/dig", "github.com/google/wire", "github.com/goava/di", "github.com/defval/di", "github.com/samber/do"}

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
