package generator

import (
	"bytes"
	"context"
	"errors"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/generator/plan"
)

// A source is a Go file of the project, whatever its build constraints.
type source struct {
	path string // slash-separated, relative to the module's root
	data []byte
	ast  *ast.File
	fset *token.FileSet
}

func (f *source) offset(pos token.Pos) int { return f.fset.PositionFor(pos, false).Offset }
func (f *source) line(pos token.Pos) int   { return f.fset.PositionFor(pos, false).Line }

// readSources reads the Go files of the module, all of them: also those of
// other systems, and tests. Files that do not parse are left out; the go
// command does not build with them either.
func (t *removal) readSources(ctx context.Context) error {
	return filepath.WalkDir(t.Root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrPermission):
			return nil
		case err != nil:
			return err
		case d.IsDir():
			return enterDir(t.Root, name)
		case path.Ext(name) != ".go" || !d.Type().IsRegular():
			return nil
		}
		rel, err := filepath.Rel(t.Root, name)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); within(rel, t.kit.Dir) {
			return nil
		}
		f := &source{path: rel, fset: token.NewFileSet()}
		if f.data, err = os.ReadFile(name); err != nil {
			return err
		}
		if f.ast, err = parser.ParseFile(f.fset, name, f.data, parser.ParseComments|parser.SkipObjectResolution); err == nil {
			t.all = append(t.all, f)
		}
		return nil
	})
}

// enterDir leaves out folders whose packages are not of the module.
func enterDir(root, name string) error {
	if name == root {
		return nil
	}
	base := filepath.Base(name)
	if base == "vendor" || base == "testdata" || base == "node_modules" || base[0] == '.' || base[0] == '_' {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// filesBelow lists the files in a folder of the project and below it.
func filesBelow(root, dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir)), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, name)
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	return names, err
}

// A leftover is a use of the kit that is the user's own.
type leftover struct {
	ast.Node
	what string
}

// takeOut returns the edits that take what wsgen puts in out of f: statements
// that mount or drain, Wrap around a handler, and the imports that nothing needs
// then. It returns the other uses of the kit, too; then there are no edits.
func takeOut(f *source, kit string) ([]plan.Edit, []leftover) {
	mine := map[ast.Node]bool{} // selectors and statements that go
	var gone []span
	sels := uses(f.ast, kit)
	is := func(x ast.Expr, names ...string) *ast.CallExpr {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			return nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains(sels, sel) && slices.Contains(names, sel.Sel.Name) {
			return call
		}
		return nil
	}
	eachList(f.ast, func(list []ast.Stmt) {
		for i, s := range list {
			if call := removable(f, s, is); call != nil {
				mine[call.Fun] = true
				gone = append(gone, f.statement(list, i))
			}
		}
	})
	ast.Inspect(f.ast, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if call, ok := x.(*ast.CallExpr); ok && !mine[call.Fun] && is(call, "Wrap") != nil && len(call.Args) == 1 {
			mine[call.Fun] = true
			start, end := f.offset(call.Args[0].Pos()), f.offset(call.Args[0].End())
			gone = append(gone, span{f.offset(call.Pos()), start}, span{end, f.offset(call.End())})
		}
		return true
	})
	var left []leftover
	for _, sel := range sels {
		if !mine[sel] {
			left = append(left, leftover{sel, "realtime." + sel.Sel.Name})
		}
	}
	for _, s := range f.ast.Imports {
		if imp, _ := strconv.Unquote(s.Path.Value); strings.HasPrefix(imp, kit+"/") || imp == kit && s.Name != nil && s.Name.Name == "." {
			left = append(left, leftover{s, imp})
		}
	}
	if len(left) > 0 || len(gone) == 0 && len(importsOf(f, kit)) == 0 {
		return nil, left
	}
	slices.SortFunc(gone, func(a, b span) int { return a.start - b.start })
	for _, s := range f.ast.Imports {
		imp, _ := strconv.Unquote(s.Path.Value)
		if imp == kit || f.onlyIn(s, gone) {
			gone = append(gone, f.importSpan(s))
		}
	}
	return edits(gone), nil
}

func importsOf(f *source, kit string) []*ast.ImportSpec {
	var all []*ast.ImportSpec
	for _, s := range f.ast.Imports {
		if s.Path.Value == strconv.Quote(kit) {
			all = append(all, s)
		}
	}
	return all
}

// removable returns the call of the kit that s is there for, nil if it is there
// for something else as well.
func removable(f *source, s ast.Stmt, is func(ast.Expr, ...string) *ast.CallExpr) *ast.CallExpr {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return is(s.X, "Mount", "MountDefault", "Shutdown")
	case *ast.DeferStmt:
		return is(s.Call, "Shutdown")
	case *ast.AssignStmt:
		if len(s.Lhs) != 1 || len(s.Rhs) != 1 {
			return nil
		}
		if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" {
			return is(s.Rhs[0], "Mount", "MountDefault", "Shutdown")
		}
		call := is(s.Rhs[0], "Wrap")
		if call != nil && s.Tok == token.ASSIGN && len(call.Args) == 1 && f.text(s.Lhs[0]) == f.text(call.Args[0]) {
			return call // h = realtime.Wrap(h)
		}
	}
	return nil
}

func (f *source) text(n ast.Node) string { return string(f.data[f.offset(n.Pos()):f.offset(n.End())]) }

// eachList calls fn with every list of statements in f.
func eachList(n ast.Node, fn func([]ast.Stmt)) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			fn(n.List)
		case *ast.CaseClause:
			fn(n.Body)
		case *ast.CommClause:
			fn(n.Body)
		}
		return true
	})
}

// A span is a part of a file that goes.
type span struct{ start, end int }

func edits(gone []span) []plan.Edit {
	slices.SortFunc(gone, func(a, b span) int { return a.start - b.start })
	var all []plan.Edit
	for _, s := range gone {
		if n := len(all); n > 0 && s.start <= all[n-1].End {
			all[n-1].End = max(all[n-1].End, s.end)
			continue
		}
		all = append(all, plan.Edit{Start: s.start, End: s.end})
	}
	return all
}

// statement returns what goes with a statement: its line, or, where others are on
// it, what sets it apart from them.
func (f *source) statement(list []ast.Stmt, i int) span {
	start, end := f.offset(list[i].Pos()), f.offset(list[i].End())
	if from, to, whole := f.wholeLine(start, end); whole {
		return span{from, to}
	}
	if i > 0 && f.line(list[i-1].End()) == f.line(list[i].Pos()) {
		return span{f.offset(list[i-1].End()), end}
	}
	if i+1 < len(list) {
		return span{start, f.offset(list[i+1].Pos())}
	}
	return span{start, end}
}

// wholeLine returns the line, or lines, of start to end with the line break, if
// nothing else is on it.
func (f *source) wholeLine(start, end int) (from, to int, whole bool) {
	from = bytes.LastIndexByte(f.data[:start], '\n') + 1
	to = len(f.data)
	if i := bytes.IndexByte(f.data[end:], '\n'); i >= 0 {
		to = end + i + 1
	}
	return from, to, len(bytes.TrimSpace(f.data[from:start]))+len(bytes.TrimSpace(f.data[end:to])) == 0
}

// onlyIn reports whether an import is used, and only in what goes.
func (f *source) onlyIn(s *ast.ImportSpec, gone []span) bool {
	imp, _ := strconv.Unquote(s.Path.Value)
	name := path.Base(imp)
	if s.Name != nil {
		name = s.Name.Name
	}
	inside, outside := 0, 0
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
			at := f.offset(x.Pos())
			if slices.ContainsFunc(gone, func(g span) bool { return g.start <= at && at < g.end }) {
				inside++
			} else {
				outside++
			}
		}
		return true
	})
	return inside > 0 && outside == 0
}

// importSpan returns what goes with an import: its line, the blank line that set
// it apart, or the declaration if it is all there is in it.
func (f *source) importSpan(s *ast.ImportSpec) span {
	start, end := f.offset(s.Pos()), f.offset(s.End())
	for _, d := range f.ast.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Pos() <= s.Pos() && s.End() <= g.End() && len(g.Specs) == 1 {
			start, end = f.offset(g.Pos()), f.offset(g.End())
		}
	}
	from, to, whole := f.wholeLine(start, end)
	if !whole {
		// "a"; "b": with the semicolon before it, or else behind it.
		if i := bytes.LastIndexByte(f.data[from:start], ';'); i >= 0 {
			return span{from + i, end}
		}
		if i := bytes.IndexByte(f.data[end:to], ';'); i >= 0 {
			return span{start, end + i + 1}
		}
		return span{start, end}
	}
	above := bytes.LastIndexByte(f.data[:max(0, from-1)], '\n') + 1
	next, _, _ := bytes.Cut(f.data[to:], []byte("\n"))
	next = bytes.TrimSpace(next)
	if from > 0 && len(bytes.TrimSpace(f.data[above:from])) == 0 && (len(next) == 0 || next[0] == ')') {
		from = above
	}
	return span{from, to}
}

// tidied makes sure that what is left of a file parses, and that gofmt leaves it
// alone if it did so before.
func tidied(c *plan.Change) error {
	if _, err := parser.ParseFile(token.NewFileSet(), c.Path, c.New.Data, parser.SkipObjectResolution); err != nil {
		return err
	}
	before, err := format.Source(c.Old.Data)
	if err != nil || !bytes.Equal(before, c.Old.Data) {
		return nil
	}
	after, err := format.Source(c.New.Data)
	if err == nil && !bytes.Equal(after, c.New.Data) {
		c.New = &plan.File{Data: after, Mode: c.New.Mode}
		c.Edits = nil
	}
	return err
}
