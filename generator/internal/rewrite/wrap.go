package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// wrapCandidate wraps the handler of a candidate that takes no route.
func (m *mounting) wrapCandidate() error {
	if n := m.outside(nil); n >= 0 {
		return m.wrapOutside(n)
	}
	h := m.c.Home
	no := refuse(NoPlace, h.File, h.File.AST.Package, fmt.Sprintf("%s has neither a router that takes a route nor a handler to wrap", h.Func), "choose another place with --at=file.go:Func")
	no.Line = h.Line
	no.Snippet = m.o.Package + ".Wrap(handler)"
	return m.wrapServed("since wsgen knows no router here that takes a route", no)
}

// wrapServed wraps the handler that is served; why says for people why the
// websocket is put around it. otherwise says what is wrong where there is none.
func (m *mounting) wrapServed(why string, otherwise *Refusal) error {
	var serves, often []project.Serve
	for _, s := range m.c.Serves {
		switch {
		case s.Handler == nil || !editable(s.File):
		case m.once(s.File, s.Handler.Pos(), true):
			serves = append(serves, s)
		default:
			often = append(often, s)
		}
	}
	switch {
	case len(serves) > 0:
	case len(often) > 0 && otherwise.Reason == NoPlace:
		no := refuse(NoPlace, often[0].File, often[0].Pos, "this runs more than once, and each "+m.o.Package+".Wrap here would be a hub of its own, whose users do not see the others", "wrap the handler by hand, where there is one of it")
		no.Snippet = otherwise.Snippet
		return no
	default:
		return otherwise
	}
	if guard := m.guard(0); guard != nil && m.o.Auth == Inherit {
		no := refuse(NoPlace, guard.File, guard.Pos, fmt.Sprintf("the only place for the websocket is outside of %s, open to everybody", guard.Name), "use --auth=none if that is meant")
		no.Option, no.Choices = "auth", []string{"none"}
		return no
	}
	if len(serves) > 1 {
		done, err := m.wrapVariable(serves, why)
		if done || err != nil {
			return err
		}
		for _, s := range serves[1:] {
			m.note(s.File, s.Pos, "this serves the same, without the websocket; a second realtime.Wrap would be a second hub, whose users do not see those of the first")
		}
	}
	return m.wrap(serves[0].File, serves[0].Handler, 0, why)
}

// orWrap wraps what is served instead of what no says.
func (m *mounting) orWrap(no *Refusal) error {
	err := m.wrapServed(fmt.Sprintf("since %s:%d: %s", no.Path, no.Line, no.Text), no)
	var taken *Refusal
	if errors.As(err, &taken) && taken.Reason != RouteTaken {
		return no
	}
	return err
}

// wrap puts Wrap around x. The websocket does not pass the middleware from
// inside on.
func (m *mounting) wrap(f *project.File, x ast.Expr, inside int, why string) error {
	if err := m.wrapRoute(); err != nil {
		return err
	}
	d, err := m.draft(f)
	if err != nil {
		return err
	}
	qualifier, err := m.importKit(d, x.Pos())
	if err != nil {
		return err
	}
	before := qualifier + "Wrap("
	code := before + oneLine(f.Data[f.Offset(x.Pos()):f.Offset(x.End())]) + ")"
	if err := d.put(around(f, x, before, ")")); err != nil {
		return unformatted(f, x.Pos(), code, err)
	}
	m.did(project.Wrap, f, x.Pos(), code, m.o.Route)
	m.wrapNotes(f, x.Pos(), inside, why)
	return nil
}

// oneLine returns an expression, or what its first line has of it.
func oneLine(x []byte) string {
	first, _, more := strings.Cut(string(x), "\n")
	if more {
		return strings.TrimRight(first, "\r") + " …"
	}
	return first
}

// wrapVariable wraps the variable that several calls serve, on a line before the
// first of them: h = realtime.Wrap(h). It reports whether that is possible.
func (m *mounting) wrapVariable(serves []project.Serve, why string) (done bool, err error) {
	f := serves[0].File
	name, ok := serves[0].Handler.(*ast.Ident)
	if !ok || f.Info == nil || f.Info.Uses[name] == nil || !isHandler(f.Info.TypeOf(name)) {
		return false, nil
	}
	for _, s := range serves[1:] {
		if id, ok := s.Handler.(*ast.Ident); !ok || s.File != f || f.Info.Uses[id] != f.Info.Uses[name] {
			return false, nil
		}
	}
	list, i := commonList(f, serves)
	if list == nil || !visible(f, name.Name, list[i].Pos()) || lookup(f, name.Name, list[i].Pos()) != f.Info.Uses[name] {
		return false, nil
	}
	if err := m.wrapRoute(); err != nil {
		return true, err
	}
	d, err := m.draft(f)
	if err != nil {
		return true, err
	}
	qualifier, err := m.importKit(d, list[i].Pos())
	if err != nil {
		return true, err
	}
	code := fmt.Sprintf("%s = %sWrap(%s)", name.Name, qualifier, name.Name)
	if err := d.put(statement(f, gap{list, i, false}, code)); err != nil {
		return true, unformatted(f, list[i].Pos(), code, err)
	}
	m.did(project.Wrap, f, list[i].Pos(), code, m.o.Route)
	m.wrapNotes(f, list[i].Pos(), 0, why)
	return true, nil
}

// commonList returns the innermost list of statements that holds all of serves,
// and the first statement in it that holds one. It is nil if they are in
// several functions.
func commonList(f *project.File, serves []project.Serve) (list []ast.Stmt, first int) {
	all := func(n ast.Node) bool {
		for _, s := range serves {
			if s.Handler.Pos() < n.Pos() || s.Handler.Pos() >= n.End() {
				return false
			}
		}
		return true
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if n == nil || !all(n) {
			return false
		}
		if l := listOf(n); l != nil {
			list = l
		}
		return true
	})
	for i, s := range list {
		if s.Pos() <= serves[0].Handler.Pos() && serves[0].Handler.Pos() < s.End() {
			first = i
		}
	}
	for i := first; i >= 0; i-- {
		for _, s := range serves {
			if list[i].Pos() <= s.Handler.Pos() && s.Handler.Pos() < list[i].End() {
				first = i
			}
		}
	}
	return list, first
}

// listOf returns the statements of a block or clause.
func listOf(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		if len(n.List) > 0 {
			switch n.List[0].(type) {
			case *ast.CaseClause, *ast.CommClause:
				return nil
			}
		}
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// wrapRoute reports, as a *Refusal, that the route is one of the handler's own:
// what is wrapped no longer sees it.
func (m *mounting) wrapRoute() error {
	var routes []project.Route
	for _, r := range m.c.Routes {
		r.Pattern = m.c.Prefix + r.Pattern
		routes = append(routes, r)
	}
	if c := routeConflict(unordered{}, routes, m.o.Route); c != nil {
		return c.refusal(m.o.Route, freeRoutes(unordered{}, routes, m.o.Route))
	}
	return nil
}

// wrapNotes says why the handler was wrapped, and what the websocket does not pass.
func (m *mounting) wrapNotes(f *project.File, pos token.Pos, inside int, why string) {
	m.note(f, pos, "the websocket is put around the handler, "+why)
	var past []string
	for _, w := range m.c.Middleware[inside:] {
		if w.Name != "func literal" { // not a name that would tell anybody something
			past = append(past, w.Name)
		}
		if w.Breaks != "" && w.Type != nil {
			m.note(w.Type.File, w.Type.Pos, fmt.Sprintf("%s hides the connection from what is inside of it; this would show it: %s", w.Type.Name, unwrapMethod(w.Type)))
		}
	}
	if len(past) > 0 {
		m.note(f, pos, "requests for "+m.o.Route+" do not pass "+strings.Join(past, ", "))
	}
}
