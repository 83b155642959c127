package project

import (
	"go/ast"
	"go/types"
	"maps"
)

// versioned has the local variables of a function that are assigned more than
// once and only by the function (or closure) that declares them. For these, the
// order of the assignments matters: in
//
//	h := http.Handler(site)
//	h = gzip(h)
//	outer.Handle("/", h)
//	h = outer
//
// outer is not behind gzip. All others have one node for the whole function.
type versioned map[types.Object]bool

// findVersions looks for such variables in a body.
func findVersions(info *types.Info, body ast.Node) versioned {
	type seen struct {
		lit   ast.Node
		count int
		bad   bool
	}
	vars := map[types.Object]*seen{}
	addressed := map[types.Object]bool{}
	var lits []ast.Node
	assign := func(e ast.Expr) {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok || id.Name == "_" {
			return
		}
		o := info.Defs[id]
		if o == nil {
			o = info.Uses[id]
		}
		v, ok := o.(*types.Var)
		if !ok || v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() || !carries(v.Type(), 0) {
			return
		}
		var lit ast.Node
		if len(lits) > 0 {
			lit = lits[len(lits)-1]
		}
		s := vars[o]
		if s == nil {
			s = &seen{lit: lit}
			vars[o] = s
			if info.Defs[id] == nil {
				s.count++ // a parameter, or declared without a value
			}
		}
		if s.lit != lit {
			s.bad = true
		}
		s.count++
	}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncDecl:
			return false // when body is a whole file: the variables of the package
		case *ast.FuncLit:
			lits = append(lits, x)
			ast.Inspect(x.Body, visit)
			lits = lits[:len(lits)-1]
			return false
		case *ast.AssignStmt:
			for _, l := range x.Lhs {
				assign(l)
			}
		case *ast.UnaryExpr:
			if x.Op.String() == "&" {
				if id, ok := x.X.(*ast.Ident); ok {
					addressed[info.Uses[id]] = true
				}
			}
		}
		return true
	}
	ast.Inspect(body, visit)
	out := versioned{}
	for o, s := range vars {
		if s.count > 1 && !s.bad && !addressed[o] {
			out[o] = true
		}
	}
	return out
}

// branch walks one way that control can take, and returns where variables stand
// at its end; nil if it never gets there.
func (f *frame) branch(start map[types.Object]node, walk func() bool) map[types.Object]node {
	f.env = maps.Clone(start)
	f.conds++
	defer func() { f.conds-- }()
	if walk() {
		return nil
	}
	return f.env
}

// join goes on where several ways meet.
func (f *frame) join(start map[types.Object]node, ways ...map[types.Object]node) {
	out := maps.Clone(start)
	for o := range out {
		var at node
		many := false
		for _, w := range ways {
			if w == nil {
				continue
			}
			if at == 0 {
				at = w[o]
			} else if w[o] != at {
				many = true
			}
		}
		if many {
			at = f.a.flow.node()
			for _, w := range ways {
				if w != nil {
					f.a.flow.edge(w[o], at, nil)
				}
			}
		}
		if at != 0 {
			out[o] = at
		}
	}
	f.env = out
}

// loop walks a body that runs any number of times.
func (f *frame) loop(walk func()) {
	f.loops++
	head := maps.Clone(f.env)
	for o, at := range head {
		n := f.a.flow.node()
		f.a.flow.edge(at, n, nil)
		head[o] = n
	}
	f.env = maps.Clone(head)
	walk()
	for o, n := range head {
		f.a.flow.edge(f.env[o], n, nil)
	}
	f.env = head
	f.loops--
}
