package project

import (
	"go/ast"
	"go/token"
	"go/types"
)

// walk goes through the body of a function, or the variables of a file.
func (f *frame) walk() {
	if f.walked {
		return
	}
	f.walked = true
	u := f.u
	f.a.walkedBy[u.decl] = append(f.a.walkedBy[u.decl], f)
	if u.decl != nil {
		if u.decl.Body == nil {
			return
		}
		d := f.a.w.digest(u)
		if d.idle {
			f.walkIdle(d)
			return
		}
		u.versions = d.versions
	} else if u.versions == nil {
		u.versions = findVersions(u.pkg.info, u.file.AST)
	}
	f.ready()
	for o := range u.versions {
		f.env[o] = f.object(o)
	}
	if u.decl == nil {
		for _, d := range u.file.AST.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				f.decl(g)
			}
		}
		return
	}
	f.stmts(u.decl.Body.List)
	f.named(u.decl.Type, f.result)
}

// ready makes the tables of a frame that is walked.
func (f *frame) ready() {
	f.memo, f.env = map[ast.Expr]node{}, map[types.Object]node{}
	f.made, f.given = map[*ast.CallExpr][]node{}, map[*ast.CallExpr][]node{}
	if f.vars == nil {
		f.vars = map[types.Object]node{}
	}
}

// named lets named results flow out of a function that ends in a bare return.
func (f *frame) named(ft *ast.FuncType, results []node) {
	if ft.Results == nil {
		return
	}
	i := 0
	for _, field := range ft.Results.List {
		for _, name := range field.Names {
			if o := f.def(name); o != nil && i < len(results) && carries(o.Type(), 0) {
				f.a.flow.edge(f.object(o), results[i], nil)
				if f.u.versions[o] {
					f.a.flow.edge(f.all(o), results[i], nil)
				}
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
}

// stmts walks a list and says whether control leaves it early.
func (f *frame) stmts(list []ast.Stmt) bool {
	for i, s := range list {
		if f.stmt(s) {
			for _, rest := range list[i+1:] {
				f.stmt(rest) // after a label, perhaps
			}
			return true
		}
	}
	return false
}

// stmt walks a statement and says whether control never gets behind it.
func (f *frame) stmt(s ast.Stmt) bool {
	switch x := s.(type) {
	case *ast.BlockStmt:
		return f.stmts(x.List)
	case *ast.LabeledStmt:
		return f.stmt(x.Stmt)
	case *ast.ExprStmt:
		f.eval(x.X)
		if c, ok := x.X.(*ast.CallExpr); ok {
			return ends(c)
		}
	case *ast.DeclStmt:
		if g, ok := x.Decl.(*ast.GenDecl); ok {
			f.decl(g)
		}
	case *ast.AssignStmt:
		f.assigns(x.Lhs, x.Rhs, x.Tok == token.DEFINE)
	case *ast.GoStmt:
		f.goes++
		f.eval(x.Call)
		f.goes--
	case *ast.DeferStmt:
		f.eval(x.Call)
	case *ast.SendStmt:
		f.a.flow.edge(f.eval(x.Value), f.eval(x.Chan), nil)
	case *ast.IncDecStmt:
		f.eval(x.X)
	case *ast.ReturnStmt:
		f.returns(x)
		return true
	case *ast.BranchStmt:
		return x.Tok != token.FALLTHROUGH
	case *ast.IfStmt:
		if x.Init != nil {
			f.stmt(x.Init)
		}
		f.eval(x.Cond)
		start := f.env
		yes := f.branch(start, func() bool { return f.stmts(x.Body.List) })
		no := f.branch(start, func() bool { return x.Else != nil && f.stmt(x.Else) })
		f.join(start, yes, no)
		return yes == nil && no == nil
	case *ast.ForStmt:
		if x.Init != nil {
			f.stmt(x.Init)
		}
		f.loop(func() {
			if x.Cond != nil {
				f.eval(x.Cond)
			}
			f.stmts(x.Body.List)
			if x.Post != nil {
				f.stmt(x.Post)
			}
		})
	case *ast.RangeStmt:
		from := f.eval(x.X)
		f.loop(func() {
			for _, v := range []ast.Expr{x.Key, x.Value} {
				if v != nil {
					f.store(v, from)
				}
			}
			f.stmts(x.Body.List)
		})
	case *ast.SwitchStmt:
		if x.Init != nil {
			f.stmt(x.Init)
		}
		if x.Tag != nil {
			f.eval(x.Tag)
		}
		return f.clauses(x.Body, nil, 0)
	case *ast.TypeSwitchStmt:
		if x.Init != nil {
			f.stmt(x.Init)
		}
		var from node
		switch a := x.Assign.(type) {
		case *ast.AssignStmt:
			from = f.eval(a.Rhs[0])
		case *ast.ExprStmt:
			from = f.eval(a.X)
		}
		return f.clauses(x.Body, x, from)
	case *ast.SelectStmt:
		return f.clauses(x.Body, nil, 0)
	}
	return false
}

// clauses walks the cases of a switch or select. Ts is set for a type switch
// over the value in from.
func (f *frame) clauses(body *ast.BlockStmt, ts ast.Node, from node) bool {
	start := f.env
	var ways []map[types.Object]node
	deflt := false
	for _, s := range body.List {
		ways = append(ways, f.branch(start, func() bool {
			switch c := s.(type) {
			case *ast.CaseClause:
				deflt = deflt || c.List == nil
				if o := f.u.pkg.info.Implicits[c]; ts != nil && o != nil && from != 0 {
					f.a.flow.edge(from, f.object(o), nil)
				}
				if ts == nil {
					for _, e := range c.List {
						f.eval(e)
					}
				}
				return f.stmts(c.Body)
			case *ast.CommClause:
				deflt = true // one of them is taken
				if c.Comm != nil {
					f.stmt(c.Comm)
				}
				return f.stmts(c.Body)
			}
			return false
		}))
	}
	if !deflt {
		ways = append(ways, start)
	}
	f.join(start, ways...)
	for _, w := range ways {
		if w != nil {
			return false
		}
	}
	// A break leaves the switch, and not what is around it.
	breaks := false
	ast.Inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.BREAK {
			breaks = true
		}
		return !breaks
	})
	return !breaks && len(ways) > 0
}

// ends says whether a call never returns.
func ends(c *ast.CallExpr) bool {
	switch x := c.Fun.(type) {
	case *ast.Ident:
		return x.Name == "panic"
	case *ast.SelectorExpr:
		id, ok := x.X.(*ast.Ident)
		return ok && id.Name == "os" && x.Sel.Name == "Exit"
	}
	return false
}

// returns lets results flow out of the function or closure around it.
func (f *frame) returns(x *ast.ReturnStmt) {
	results := f.result
	if n := len(f.lits); n > 0 {
		results = f.lits[n-1].source.results
	}
	if len(x.Results) == 1 && len(results) > 1 {
		if c, ok := ast.Unparen(x.Results[0]).(*ast.CallExpr); ok {
			for i, n := range f.call(c) {
				if i < len(results) {
					f.a.flow.edge(n, results[i], nil)
				}
			}
			return
		}
	}
	for i, e := range x.Results {
		n := f.eval(e)
		if i < len(results) {
			f.a.flow.edge(n, results[i], nil)
		}
	}
	if len(x.Results) == 0 {
		ft := f.u.decl
		if n := len(f.lits); n > 0 {
			f.named(f.lits[n-1].lit.Type, results)
		} else if ft != nil {
			f.named(ft.Type, results)
		}
	}
}
