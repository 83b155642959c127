package project

import (
	"go/ast"
	"go/types"
	"regexp"
	"strings"
)

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
