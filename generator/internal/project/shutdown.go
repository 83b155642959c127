package project

import (
	"go/ast"
	"slices"
)

// shutdowns lists the calls that stop the server of a router.
func (f *finder) shutdowns(cand *Candidate, c *class) {
	for _, s := range f.a.shutdowns {
		if s.file.Generated || s.file.ReadOnly || !f.a.stopsClass(s, c) {
			continue
		}
		if slices.ContainsFunc(cand.Shutdowns, func(x Shutdown) bool { return x.Call == s.call }) {
			continue
		}
		sd := Shutdown{File: s.file, Func: s.fn.name, Call: s.call, Ctx: s.ctx}
		sd.List, sd.Index = listAround(s.file.AST, s.call)
		if sd.List != nil {
			sd.Stmt = sd.List[sd.Index]
		}
		cand.Shutdowns = append(cand.Shutdowns, sd)
	}
}

// stopsClass says whether a call stops what serves a router.
func (a *analysis) stopsClass(s shutting, c *class) bool {
	if c.sources != nil && c.holds(s.node, a.flow) {
		return true
	}
	found := false
	a.flow.has[s.node].each(func(o origin) {
		srv := a.flow.sources[o]
		if srv.kind != aServer {
			return
		}
		for _, sv := range c.serves {
			if sv.server == srv {
				found = true
			}
		}
		for _, h := range srv.handlers {
			if c.sources != nil && c.holds(h.node, a.flow) {
				found = true
			}
			for _, sv := range c.serves {
				if sv.node == h.node {
					found = true
				}
			}
		}
	})
	return found
}

// listAround returns the innermost statement list around a node and the index of
// the statement that holds it.
func listAround(f *ast.File, at ast.Node) ([]ast.Stmt, int) {
	var list []ast.Stmt
	index := 0
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil || at.Pos() < n.Pos() || n.End() < at.End() {
			return false
		}
		var l []ast.Stmt
		switch x := n.(type) {
		case *ast.BlockStmt:
			l = x.List
		case *ast.CaseClause:
			l = x.Body
		case *ast.CommClause:
			l = x.Body
		}
		for i, s := range l {
			if s.Pos() <= at.Pos() && at.End() <= s.End() {
				list, index = l, i
			}
		}
		return true
	})
	return list, index
}
