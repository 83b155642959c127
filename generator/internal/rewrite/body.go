package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A body is the list of statements that takes the mount, and what each of them
// does to the router.
type body struct {
	*mounting
	home project.Home
}

// registers reports whether s makes an answer to some requests. A function that
// is given the router, and of which nothing is known, may well do so.
func registers(s *project.Step) bool {
	return s.Does&(project.Add|project.Sub|project.UsePath) != 0 || s.Does&^project.Go == project.Pass
}

// A room is where in a body the mount may stand: behind the statement after and
// ahead of the statement before, so that there is none when after >= before.
type room struct {
	after, before int // from -1, behind none, to len(list), ahead of none

	// The steps that made it as small as it is, if any did.
	afterStep, beforeStep *project.Step
}

// behind has the room begin after s at the earliest.
func (r *room) behind(s *project.Step) {
	if s != nil && s.Index > r.after {
		r.after, r.afterStep = s.Index, s
	}
}

// ahead has the room end before s at the latest.
func (r *room) ahead(s *project.Step) {
	if s != nil && s.Index < r.before {
		r.before, r.beforeStep = s.Index, s
	}
}

func (r *room) empty() bool { return r.after >= r.before }

// room returns where the mount may stand whatever the router: where the router
// has its value, before anything serves and before the list ends.
func (b *body) room() room {
	r := room{after: -1, before: len(b.home.List)}
	for i := range b.home.Steps {
		switch s := &b.home.Steps[i]; {
		case s.Does.Has(project.Return) && !s.Nested:
			r.ahead(s)
		case s.Does.Has(project.ServeIt) && !b.later(i, registers) && !b.later(i, uses):
			r.ahead(s) // where the user goes on with the router, it only prepares to serve
		case s.Does.Has(project.Make) && !b.before(i, uses) && !b.before(i, registers):
			r.behind(s)
		}
	}
	r.after = b.pastErrorCheck(r.after)
	return r
}

// uses reports whether s installs middleware for everything.
func uses(s *project.Step) bool { return s.Does.Has(project.Use) && !s.Does.Has(project.Go) }

// before reports whether a statement before that of step i does what is asked.
func (b *body) before(i int, does func(*project.Step) bool) bool {
	for j := range b.home.Steps {
		if s := &b.home.Steps[j]; s.Index < b.home.Steps[i].Index && does(s) {
			return true
		}
	}
	return false
}

// later reports whether a statement after that of step i does what is asked.
func (b *body) later(i int, does func(*project.Step) bool) bool {
	for j := range b.home.Steps {
		if s := &b.home.Steps[j]; s.Index > b.home.Steps[i].Index && does(s) {
			return true
		}
	}
	return false
}

// elsewhere reports whether routes are registered outside of the list, maybe
// before it runs: it does not make the router itself.
func (b *body) elsewhere() bool {
	if len(b.home.List) == 0 {
		return false
	}
	first, last := b.home.List[0].Pos(), b.home.List[len(b.home.List)-1].End()
	for i := range b.home.Steps {
		if b.home.Steps[i].Does.Has(project.Make) {
			return false
		}
	}
	return slices.ContainsFunc(b.c.Routes, func(r project.Route) bool {
		return r.File != b.home.File || r.Pos < first || r.Pos >= last
	})
}

// passes reports whether s hands the router to a function.
func passes(s *project.Step) bool { return s.Does.Has(project.Pass) }

// pastErrorCheck returns the index of the statement that belongs to statement i
// and comes after it: in r, err := newRouter(), the router is one only behind
// the if that looks at err.
func (b *body) pastErrorCheck(i int) int {
	if i < 0 || i+1 >= len(b.home.List) {
		return i
	}
	assign, ok := b.home.List[i].(*ast.AssignStmt)
	check, isIf := b.home.List[i+1].(*ast.IfStmt)
	if !ok || !isIf || len(assign.Lhs) < 2 || check.Init != nil {
		return i
	}
	for _, x := range assign.Lhs[1:] {
		if id, ok := x.(*ast.Ident); ok && id.Name != "_" && mentions(check.Cond, id.Name) {
			return i + 1
		}
	}
	return i
}

// gaps returns the places in r, the best first: behind the router's making and
// the middleware that follows it, or before the first statement that uses it.
func (b *body) gaps(r room) []gap {
	if r.empty() || len(b.home.List) == 0 {
		return nil
	}
	at := r.after
	first := -1
	for i := range b.home.Steps {
		s := &b.home.Steps[i]
		if s.Index >= r.before {
			break
		}
		if first < 0 && s.Index > r.after && s.Does&^(project.Return|project.Go) != 0 {
			first = s.Index
		}
		if uses(s) && !registers(s) && !b.before(i, registers) {
			at = max(at, s.Index)
		}
	}
	var all []gap
	switch {
	case at >= 0:
		all = append(all, gap{b.home.List, at, true})
	case first >= 0:
		all, at = append(all, gap{b.home.List, first, false}), first
	case r.before < len(b.home.List):
		all, at = append(all, gap{b.home.List, r.before, false}), r.before
	default:
		return []gap{{b.home.List, len(b.home.List) - 1, true}}
	}
	const enough = 6
	for i := at + 1; i <= min(r.before, len(b.home.List)-1, at+enough); i++ {
		if _, empty := b.home.List[i].(*ast.EmptyStmt); !empty {
			all = append(all, gap{b.home.List, i, false})
		}
	}
	return all
}

// pos returns the position that decides what names mean at g.
func (g gap) pos() token.Pos {
	if g.Below {
		return g.List[g.Index].End()
	}
	return g.List[g.Index].Pos()
}

// visible reports whether all names of a Go expression mean something at pos.
func visible(f *project.File, expr string, pos token.Pos) bool {
	if expr == "" || f.Pkg == nil {
		return true
	}
	x, err := parser.ParseExpr(expr)
	if err != nil {
		return false
	}
	all := true
	eachName(x, func(name string) { all = all && lookup(f, name, pos) != nil })
	return all
}

// eachName calls fn with the names in x, but for those that are selected.
func eachName(x ast.Node, fn func(string)) {
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			eachName(n.X, fn)
			return false
		case *ast.Ident:
			fn(n.Name)
		}
		return true
	})
}

// mentions reports whether name is a name in x that is not selected.
func mentions(x ast.Node, name string) bool {
	found := false
	eachName(x, func(n string) { found = found || n == name })
	return found
}
