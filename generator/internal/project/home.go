package project

import (
	"go/ast"
	"go/token"
	"go/types"
)

// home works out where in a place the statement goes, and how the router is
// written there. It fails where the router has no name.
func (a *analysis) home(c *class, p *place) (Home, string, bool) {
	h := Home{File: p.fn.file, Func: p.fn.name, Decl: p.fn.decl, Lit: p.lit}
	var body *ast.BlockStmt
	switch {
	case p.lit != nil:
		body = p.lit.Body
		h.Line = h.File.Line(p.lit.Pos())
		if p.fn.decl == nil {
			h.Func = varAround(h.File.AST, p.lit)
		}
	case p.fn.decl != nil:
		body = p.fn.decl.Body
		h.Line = h.File.Line(p.fn.decl.Pos())
	default:
		return h, "", false // a variable of the package: there is no statement list
	}
	h.Block, h.List = body, body.List
	if c.router == DefaultMux {
		a.steps(&h, c, nil)
		return h, "", true
	}
	expr := p.expr(body)
	if expr == nil {
		return h, "", false
	}
	if id := root(expr); id != nil {
		obj := p.fn.pkg.info.Uses[id]
		if obj == nil {
			obj = p.fn.pkg.info.Defs[id]
		}
		if obj != nil {
			h.Block, h.List = blockOf(body, obj.Pos())
		}
	}
	a.steps(&h, c, expr)
	return h, types.ExprString(expr), true
}

// inside returns how e is written after l = r, with e somewhere in r: l itself, or
// a field of it for a literal. It is nil where e goes into a call.
func inside(l, r, e ast.Expr) ast.Expr {
	switch x := r.(type) {
	case *ast.ParenExpr:
		return inside(l, x.X, e)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return inside(l, x.X, e)
		}
	case *ast.CompositeLit:
		if x == e {
			return l
		}
		for _, el := range x.Elts {
			kv, ok := el.(*ast.KeyValueExpr)
			if !ok || kv.Value.Pos() > e.Pos() || e.End() > kv.Value.End() {
				continue
			}
			if id, ok := kv.Key.(*ast.Ident); ok {
				return inside(&ast.SelectorExpr{X: l, Sel: id}, kv.Value, e)
			}
		}
		return nil
	case *ast.CallExpr:
		if x == e {
			return l
		}
		// mux.NewRouter().StrictSlash(true) is the router, too
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && s.X.Pos() <= e.Pos() && e.End() <= s.X.End() {
			switch s.Sel.Name {
			case "StrictSlash", "SkipClean", "UseEncodedPath", "Subrouter":
				return inside(l, s.X, e)
			}
		}
		return nil
	}
	if r == e {
		return l
	}
	return nil
}

// assigned returns the variable or field that is assigned the value of e.
func assigned(body *ast.BlockStmt, e ast.Expr) ast.Expr {
	var found ast.Expr
	within := func(n ast.Node) bool { return n != nil && n.Pos() <= e.Pos() && e.End() <= n.End() }
	ast.Inspect(body, func(n ast.Node) bool {
		if !within(n) || found != nil {
			return false
		}
		switch x := n.(type) {
		case *ast.AssignStmt:
			for i, r := range x.Rhs {
				if within(r) && i < len(x.Lhs) && plain(x.Lhs[i]) {
					found = inside(x.Lhs[i], r, e)
				}
			}
		case *ast.ValueSpec:
			for i, r := range x.Values {
				if within(r) && i < len(x.Names) {
					found = inside(x.Names[i], r, e)
				}
			}
		}
		return true
	})
	return found
}

// expr returns how the router is written in a place.
func (p *place) expr(body *ast.BlockStmt) ast.Expr {
	var best ast.Expr
	for _, e := range p.events {
		if e.expr == nil || !plain(e.expr) || e.lit != p.lit {
			continue
		}
		if best == nil || len(types.ExprString(e.expr)) < len(types.ExprString(best)) {
			best = e.expr
		}
	}
	if best == nil && p.made != nil {
		if p.made.external {
			return p.made.expr
		}
		best = assigned(body, p.made.expr)
	}
	return best
}

// plain says whether an expression can be written once more without doing
// anything: names and fields.
func plain(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name != "_"
	case *ast.SelectorExpr:
		return plain(x.X)
	case *ast.ParenExpr:
		return plain(x.X)
	}
	return false
}

// root returns the identifier that an expression begins with.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// blockOf returns the innermost statement list of a function around a position,
// closures left out; the body if the position is not in it.
func blockOf(body *ast.BlockStmt, pos token.Pos) (ast.Node, []ast.Stmt) {
	var block ast.Node = body
	list := body.List
	if pos < body.Pos() || pos > body.End() {
		return block, list
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() < pos {
			return false
		}
		switch x := n.(type) {
		case *ast.BlockStmt:
			block, list = x, x.List
		case *ast.CaseClause:
			block, list = x, x.Body
		case *ast.CommClause:
			block, list = x, x.Body
		}
		return true
	})
	return block, list
}

// varAround returns the package-level variable whose value has a closure.
func varAround(f *ast.File, lit *ast.FuncLit) string {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || lit.Pos() < g.Pos() || g.End() < lit.Pos() {
			continue
		}
		for _, s := range g.Specs {
			if v, ok := s.(*ast.ValueSpec); ok && v.Pos() <= lit.Pos() && lit.Pos() <= v.End() {
				return v.Names[0].Name
			}
		}
	}
	return ""
}
