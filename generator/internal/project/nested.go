package project

import (
	"go/ast"
	"go/token"
)

// nested says whether a position in a statement is not always reached, or more
// than once, when the statement runs.
func nested(s ast.Stmt, pos token.Pos) bool {
	deep := false
	ast.Inspect(s, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch x := n.(type) {
		case *ast.IfStmt:
			deep = deep || x.Body.Pos() <= pos || x.Else != nil && x.Else.Pos() <= pos
		case *ast.ForStmt, *ast.RangeStmt, *ast.CaseClause, *ast.CommClause, *ast.FuncLit:
			deep = true
		}
		return true
	})
	return deep
}

// inner says whether a home is a block inside a function, or a closure that runs
// on its own.
func (a *analysis) inner(h Home) bool {
	if h.Lit != nil && h.Block != h.Lit.Body || h.Lit == nil && h.Decl != nil && h.Block != h.Decl.Body {
		return true
	}
	if h.Lit == nil {
		return false
	}
	inGo := false
	ast.Inspect(h.File.AST, func(n ast.Node) bool {
		if n == nil || h.Lit.Pos() < n.Pos() || n.End() < h.Lit.End() {
			return false
		}
		if g, ok := n.(*ast.GoStmt); ok && g.Call.Fun == h.Lit {
			inGo = true
		}
		return !inGo
	})
	return inGo
}

// goes says whether a position in a statement is in a goroutine or deferred.
func goes(s ast.Stmt, pos token.Pos) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n.(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			found = true
		}
		return true
	})
	return found
}

// inLit says whether a node is in a closure inside a statement.
func inLit(s ast.Stmt, at ast.Node) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if n == nil || at.Pos() < n.Pos() || n.End() <= at.Pos() {
			return false
		}
		if _, ok := n.(*ast.FuncLit); ok {
			found = true
		}
		return true
	})
	return found
}
