package project

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// steps works out what each statement of a home does to the router of a class.
func (a *analysis) steps(h *Home, c *class, expr ast.Expr) {
	within := func(pos token.Pos) int {
		for i, s := range h.List {
			if s.Pos() <= pos && pos < s.End() {
				return i
			}
		}
		return -1
	}
	add := func(pos token.Pos, st Step) {
		i := within(pos)
		if i < 0 {
			return
		}
		st.Index, st.Stmt = i, h.List[i]
		st.Nested = nested(h.List[i], pos)
		if goes(h.List[i], pos) {
			st.Does |= Go
		}
		h.Steps = append(h.Steps, st)
	}
	inHere := func(f *File, pos token.Pos) bool {
		return f == h.File && h.Block.Pos() <= pos && pos < h.Block.End()
	}
	for _, s := range c.sources {
		if s.file == h.File && s.expr != nil && inHere(s.file, s.pos) {
			call, _ := s.expr.(*ast.CallExpr)
			add(s.pos, Step{Call: call, Does: Make})
			break
		}
	}
	for _, as := range a.assigned(h, expr) {
		if !slices.ContainsFunc(h.Steps, func(s Step) bool {
			return s.Does == Make && s.Index == within(as.Pos()) && !nested(h.List[s.Index], as.Pos())
		}) {
			add(as.Pos(), Step{Does: Make})
		}
	}
	called := map[*ast.CallExpr]bool{}
	for _, e := range c.events {
		if !inHere(e.file, e.call.Pos()) {
			continue
		}
		call, _ := e.call.(*ast.CallExpr)
		called[call] = true
		does := e.does
		if e.remote {
			does |= Pass
		}
		if e.does&(Add|Use) != 0 && (e.does&Use == 0 || e.does&UsePath != 0) {
			does |= e.pattern.does(c.router)
		}
		_, text := e.pattern.host()
		add(e.call.Pos(), Step{Call: call, Does: does, Method: e.method, Pattern: show(text, e.pattern)})
	}
	serves := map[token.Pos]bool{}
	for _, s := range c.serves {
		serves[s.Pos] = true
		if inHere(s.File, s.Pos) {
			add(s.Pos, Step{Does: ServeIt})
		}
	}
	for _, s := range a.shutdowns {
		if inHere(s.file, s.call.Pos()) && a.stopsClass(s, c) {
			add(s.call.Pos(), Step{Call: s.call, Does: Stop})
		}
	}
	for _, s := range h.List {
		returned := false
		ast.Inspect(s, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncLit:
				return true
			case *ast.ReturnStmt:
				if !inLit(s, x) && !returned {
					returned = true
					add(x.Pos(), Step{Does: Return})
				}
			case *ast.CallExpr:
				if does := a.passes(c, h, x); does != 0 && !called[x] && !serves[x.Pos()] {
					add(x.Pos(), Step{Call: x, Does: does})
				}
			}
			return true
		})
	}
	slices.SortStableFunc(h.Steps, func(x, y Step) int {
		return cmp.Or(cmp.Compare(x.Index, y.Index), cmp.Compare(stepPos(x), stepPos(y)))
	})
}

func stepPos(s Step) token.Pos {
	if s.Call != nil {
		return s.Call.End()
	}
	return s.Stmt.End()
}

// passes says what a call of a function of the project does to a router that is
// not made in the call itself.
func (a *analysis) passes(c *class, h *Home, call *ast.CallExpr) Does {
	u := a.calleeIn(h, call)
	if u == nil {
		if a.givenTo(c, h, call) {
			return Pass
		}
		return 0
	}
	var does Does
	for v := range a.reachable(u) {
		if v == a.unitAt(h) {
			return 0 // it calls back to here
		}
		for _, e := range c.events {
			if e.frame.u != v {
				continue
			}
			does |= e.does
			if e.does&(Add|Use) != 0 && (e.does&Use == 0 || e.does&UsePath != 0) {
				does |= e.pattern.does(c.router)
			}
		}
		for _, s := range c.sources {
			if s.fn == v && s.expr != nil {
				does |= Make
			}
		}
		for _, s := range c.serves {
			if s.fn == v {
				does |= ServeIt
			}
		}
	}
	if does == 0 {
		if a.givenTo(c, h, call) {
			return Pass
		}
		return 0
	}
	return does | Pass
}

// givenTo says whether the router is an argument of a call.
func (a *analysis) givenTo(c *class, h *Home, call *ast.CallExpr) bool {
	for _, f := range a.framesOf(h) {
		for i, n := range f.given[call] {
			if i < len(call.Args) && plain(call.Args[i]) && c.holds(n, a.flow) {
				return true
			}
		}
	}
	return false
}

// framesOf returns the frames in which the function of a home was walked.
func (a *analysis) framesOf(h *Home) []*frame { return a.walkedBy[h.Decl] }

func (a *analysis) unitAt(h *Home) *unit {
	if h.Decl == nil {
		return nil
	}
	for _, f := range a.framesOf(h) {
		return f.u
	}
	return nil
}

// calleeIn returns the function of the project that a call in a home goes to.
func (a *analysis) calleeIn(h *Home, call *ast.CallExpr) *unit {
	var o types.Object
	switch x := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		o = h.File.Info.Uses[x]
	case *ast.SelectorExpr:
		o = h.File.Info.Uses[x.Sel]
	}
	fn, _ := o.(*types.Func)
	return a.unitOf(fn)
}

// reachable returns what a function may call or mention, itself included.
func (a *analysis) reachable(u *unit) map[*unit]bool {
	seen := map[*unit]bool{u: true}
	for todo := []*unit{u}; len(todo) > 0; {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for w := range a.edges[v] {
			if !seen[w] {
				seen[w] = true
				todo = append(todo, w)
			}
		}
	}
	return seen
}

// assigned returns the assignments of the router's variable, or field, in a home.
func (a *analysis) assigned(h *Home, expr ast.Expr) []*ast.AssignStmt {
	if expr == nil {
		return nil
	}
	want := types.ExprString(expr)
	var all []*ast.AssignStmt
	for _, s := range h.List {
		ast.Inspect(s, func(n ast.Node) bool {
			if as, ok := n.(*ast.AssignStmt); ok {
				for _, l := range as.Lhs {
					if types.ExprString(l) == want && a.same(h, l, expr) {
						all = append(all, as)
					}
				}
			}
			_, lit := n.(*ast.FuncLit)
			return !lit
		})
	}
	return all
}

// same says whether two expressions begin with the same variable.
func (a *analysis) same(h *Home, x, y ast.Expr) bool {
	of := func(e ast.Expr) types.Object {
		id := root(e)
		if id == nil || h.File.Info == nil {
			return nil
		}
		if o := h.File.Info.Uses[id]; o != nil {
			return o
		}
		return h.File.Info.Defs[id]
	}
	return of(x) == of(y)
}

// show writes a pattern for people.
func show(text string, p pattern) string {
	if p.below && text != "" && text[len(text)-1] != '/' && text[len(text)-1] != '*' {
		return text + "*"
	}
	return text
}
