package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// shutdowns puts Shutdown(ctx) before each X.Shutdown(ctx) of the server:
// http.Server.Shutdown neither closes websockets nor waits for them, so clients
// would be cut off instead of told to come back.
//
// Its error is dropped on purpose, `_ = realtime.Shutdown(ctx)`: it says that
// ctx ended, as X.Shutdown(ctx) is about to say, and must not keep that from
// being called. A deferred X.Shutdown(ctx) gets a deferred call behind it, which
// runs before it.
//
// What cannot be done safely is left out and becomes a note: the websocket works
// without.
func (m *mounting) shutdowns() {
	if len(m.c.Shutdowns) == 0 {
		m.result.Notes = append(m.result.Notes, plan.Note{Path: m.result.Path, Line: m.result.Line,
			Text: fmt.Sprintf("nothing shuts this server down; where it is to end, call %s.Shutdown(ctx), so that clients are told to come back", m.o.Package)})
	}
	for _, s := range m.c.Shutdowns {
		if why := m.shutdown(s); why != "" {
			m.note(s.File, s.Call.Pos(), fmt.Sprintf("%s; before it, call %s.Shutdown(ctx), so that clients are told to come back", why, m.o.Package))
		}
	}
}

// shutdown does one; it returns why it does not, or "".
func (m *mounting) shutdown(s project.Shutdown) (why string) {
	if !editable(s.File) {
		return "this shuts the server down, in a file that is not the user's own"
	}
	g := gap{s.List, s.Index, false}
	form := "_ = %sShutdown(%s)"
	switch stmt := s.Stmt.(type) {
	case *ast.DeferStmt:
		if stmt.Call != s.Call {
			return "this shuts the server down in a way that leaves no line before it"
		}
		g.Below, form = true, "defer %sShutdown(%s)"
	default:
		if !runsFirst(s.Stmt, s.Call) {
			return "this shuts the server down in a way that leaves no line before it"
		}
	}
	if m.shared(s) {
		return "this shuts down whichever server it is given"
	}
	ctx, ok := m.context(s, g.pos())
	if !ok {
		return "this shuts the server down with a context that the line before does not have"
	}
	if err := m.importable(s.File); err != nil {
		return err.Error()
	}

	// All or nothing, within the budget.
	d, known := m.drafts[s.File.Path]
	if !known {
		d = newDraft(s.File)
	}
	saved := *d
	err := func() error {
		if ctx == "" {
			q, err := d.importAs("context", "context", m.p.Module, g.pos())
			if err != nil {
				return err
			}
			ctx = q + "Background()"
		}
		q, err := m.importKit(d, g.pos())
		if err != nil {
			return err
		}
		return d.put(statement(s.File, g, fmt.Sprintf(form, q, ctx)))
	}()
	m.drafts[s.File.Path] = d
	if err == nil && m.lines() > MaxLines {
		err = fmt.Errorf("this shuts the server down, and would be one line more than wsgen changes in files of others")
	}
	if err != nil {
		if *d = saved; !known {
			delete(m.drafts, s.File.Path)
		}
		return err.Error()
	}
	return ""
}

// shared reports whether s is in a function that is called from several places
// with the server as an argument: it may stop others, or the same one for a
// while.
func (m *mounting) shared(s project.Shutdown) bool {
	sel, ok := s.Call.Fun.(*ast.SelectorExpr)
	if !ok || s.File.Info == nil {
		return false
	}
	root := rootName(sel.X)
	if root == nil {
		return false
	}
	server, fn := s.File.Info.Uses[root], declAround(s.File, s.Call.Pos())
	if server == nil || fn == nil {
		return false
	}
	isParam := fn.Type.Params.Pos() <= server.Pos() && server.Pos() < fn.Type.Params.End()
	return isParam && m.mentions(s.File.Info.Defs[fn.Name]) > 1
}

// lines returns how many lines the drafts change.
func (m *mounting) lines() int {
	n := 0
	for _, d := range m.drafts {
		if edits, err := d.finish(); err == nil {
			n += changedLines(d.file.Data, edits)
		}
	}
	return n
}

// context returns the context of s as it is written, if that may be written once
// more at pos: a variable that is there already, or the background. It is ""
// where s has none.
func (m *mounting) context(s project.Shutdown, pos token.Pos) (expr string, ok bool) {
	if s.Ctx == nil {
		return "", true
	}
	switch x := ast.Unparen(s.Ctx).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		if root := rootName(x); root == nil || !means(s.File, root, pos) {
			return "", false
		}
	case *ast.CallExpr:
		sel, isSel := x.Fun.(*ast.SelectorExpr)
		if !isSel || len(x.Args) > 0 || sel.Sel.Name != "Background" && sel.Sel.Name != "TODO" {
			return "", false
		}
	default:
		return "", false
	}
	return string(s.File.Data[s.File.Offset(s.Ctx.Pos()):s.File.Offset(s.Ctx.End())]), true
}

// rootName returns s of s.ctx, or of s; nil if it is no name.
func rootName(x ast.Expr) *ast.Ident {
	for {
		switch y := x.(type) {
		case *ast.Ident:
			return y
		case *ast.SelectorExpr:
			x = y.X
		default:
			return nil
		}
	}
}

// means reports whether name, as it is used somewhere, means the same at pos.
func means(f *project.File, name *ast.Ident, pos token.Pos) bool {
	return f.Info == nil || f.Pkg == nil || f.Info.Uses[name] != nil && lookup(f, name.Name, pos) == f.Info.Uses[name]
}

// runsFirst reports whether running s begins with call, or with what leads to
// it, so that a line before s comes right before call.
func runsFirst(s ast.Stmt, call *ast.CallExpr) bool {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return evaluates(s.X, call)
	case *ast.AssignStmt:
		return slices.ContainsFunc(s.Rhs, func(x ast.Expr) bool { return evaluates(x, call) })
	case *ast.ReturnStmt:
		return slices.ContainsFunc(s.Results, func(x ast.Expr) bool { return evaluates(x, call) })
	case *ast.SendStmt:
		return evaluates(s.Value, call)
	case *ast.DeclStmt:
		return evaluates(s.Decl, call)
	case *ast.IfStmt:
		return s.Init != nil && runsFirst(s.Init, call) || evaluates(s.Cond, call)
	case *ast.SwitchStmt:
		return s.Init != nil && runsFirst(s.Init, call) || s.Tag != nil && evaluates(s.Tag, call)
	case *ast.LabeledStmt:
		return runsFirst(s.Stmt, call)
	}
	return false
}

// evaluates reports whether x surely calls call when it is evaluated.
func evaluates(x ast.Node, call *ast.CallExpr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				found = found || evaluates(n.X, call)
				return false
			}
		case *ast.CallExpr:
			found = found || n == call
		}
		return !found
	})
	return found
}
