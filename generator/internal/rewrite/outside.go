package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// outside returns the index of the outermost middleware that the websocket has
// to be outside of, -1 if there is none: what breaks the upgrade, and with
// --auth=none also what keeps people out. Where the place in the body decides
// that, r being a router of that kind, it is no matter of wrapping.
func (m *mounting) outside(r router) int {
	for i, w := range m.c.Middleware {
		inBody := w.Inside && r != nil && !r.guards()
		if !inBody && (w.Breaks != "" || w.Auth && m.o.Auth == None) {
			return i
		}
	}
	return -1
}

// wrapOutside wraps the handler that middleware n makes, so that recovery, logs
// and the like further out stay around the websocket. Where there is no such
// expression it wraps what is served, outside of everything.
func (m *mounting) wrapOutside(n int) error {
	w := &m.c.Middleware[n]
	why := fmt.Sprintf("outside of %s, since --auth=none opens it to everybody", w.Name)
	if w.Breaks != "" {
		why = fmt.Sprintf("outside of %s, which would break it: %s", w.Name, w.Breaks)
	}
	x := handlerOf(w)
	if x != nil && !m.once(w.File, x.Pos(), false) {
		x = nil
	}
	if x == nil {
		n = 0
	}
	if guard := m.guard(n); guard != nil && m.o.Auth != None {
		return m.lost(w, guard)
	}
	if x != nil {
		return m.wrap(w.File, x, n, why)
	}
	return m.wrapServed(why, m.lost(w, nil))
}

// guard returns the first middleware from n on that keeps people out.
func (m *mounting) guard(n int) *project.Middleware {
	for i := range m.c.Middleware[n:] {
		if w := &m.c.Middleware[n+i]; w.Auth {
			return w
		}
	}
	return nil
}

// lost says that w cannot be got around: there is nothing to wrap, or it would
// mean to get around guard too.
func (m *mounting) lost(w, guard *project.Middleware) *Refusal {
	no := refuse(Breaks, w.File, w.Pos, fmt.Sprintf("%s would break the websocket: %s", w.Name, w.Breaks), "")
	var ways []string
	if t := w.Type; t != nil {
		ways = append(ways, fmt.Sprintf("give %s (%s:%d) an Unwrap method", t.Name, t.File.Path, t.File.Line(t.Pos)))
		no.Snippet = unwrapMethod(t)
	}
	switch {
	case w.Breaks == "":
		no.Reason = NoPlace
		no.Text = fmt.Sprintf("%s guards every route, and there is no handler to wrap outside of it", w.Name)
		ways = append(ways, "let it pass "+m.o.Route+", or use --auth=inherit")
	case guard != nil:
		no.Text += fmt.Sprintf("; a place outside of it is also outside of %s, open to everybody", guard.Name)
		ways = append(ways, "use --auth=none if that is meant")
		no.Option, no.Choices = "auth", []string{"none"}
	default:
		ways = append(ways, "keep it off "+m.o.Route, "serve the router through net/http, so that the websocket can stand in front of it")
		if no.Snippet == "" && m.c.Expr != "" {
			no.Snippet = fmt.Sprintf("http.ListenAndServe(addr, %s.Wrap(%s))", m.o.Package, m.c.Expr)
		}
	}
	no.Fix = strings.Join(ways, ", or ")
	return no
}

// unwrapMethod returns the method with which http.ResponseController, and so the
// kit, finds the connection behind a response writer.
func unwrapMethod(t *project.Type) string {
	return fmt.Sprintf("func (w *%s) Unwrap() http.ResponseWriter { return w.%s }", t.Name, t.Recv)
}

// handlerOf returns the expression that applies w to a handler, if its value is
// an http.Handler, as in gzip(mux) or New(options)(mux). It is nil for
// middleware in a list or behind a method.
func handlerOf(w *project.Middleware) ast.Expr {
	if w.Inside || !editable(w.File) || w.File.Info == nil {
		return nil
	}
	var best ast.Expr
	ast.Inspect(w.File.AST, func(n ast.Node) bool {
		if n == nil || n.Pos() > w.Pos || n.End() <= w.Pos {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && call.Pos() == w.Pos && best == nil && isHandler(w.File.Info.TypeOf(call)) {
			best = call
		}
		return true
	})
	return best
}

// isHandler reports whether t is http.Handler itself.
func isHandler(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Handler" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}
