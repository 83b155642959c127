package pack

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// A choice of a slot may import the directory that its files end up in, for
// the types that all choices share. In the project the two are one package: the
// import goes, and what was transport.Conn is Conn. Likewise a file that
// imports both, a shared type from the one and something that each choice has
// from the other, imports a single package in the project.

// unqualify makes the edits that follow from two packages becoming one.
func (g *goFile) unqualify() {
	for _, s := range g.imports {
		switch {
		case s.self && s.used != "_" && s.used != ".":
			g.merged = true
			g.ragged = true
			g.selectors(s.used, func(sel *ast.SelectorExpr) edit {
				return edit{start: g.offset(sel.X.Pos()), end: g.offset(sel.Sel.Pos()), freed: true}
			})
			g.mentions(s.used)
		case s.drop && s.call != "" && s.call != s.used:
			g.ragged = true
			g.selectors(s.used, func(sel *ast.SelectorExpr) edit {
				return edit{start: g.offset(sel.X.Pos()), end: g.offset(sel.X.End()), text: s.call}
			})
		}
	}
}

// selectors adds an edit for every selector whose operand is the import called
// name, and not something in the file that shadows it.
func (g *goFile) selectors(name string, edit func(*ast.SelectorExpr) edit) {
	ast.Inspect(g.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && x.Obj == nil {
				g.edits = append(g.edits, edit(sel))
			}
		}
		return true
	})
}

// mentions takes the qualifier off in comments too, where an exported name
// follows it.
func (g *goFile) mentions(name string) {
	re := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\.[A-Z]`)
	imports := token.NoPos // what is in there goes with the import
	if n := len(g.ast.Imports); n > 0 {
		imports = g.ast.Imports[n-1].End()
	}
	for _, group := range g.ast.Comments {
		if group.Pos() < imports && group.Pos() > g.ast.Name.End() {
			continue
		}
		for _, c := range group.List {
			if !strings.Contains(c.Text, name+".") {
				continue
			}
			start := g.offset(c.Pos())
			for _, m := range re.FindAllStringIndex(c.Text, -1) {
				g.edits = append(g.edits, edit{start: start + m[0], end: start + m[1] - 1})
			}
		}
	}
}

// check formats the merged file src after making sure that the names at the
// offsets freed, which have lost their qualifier, mean what they meant: that
// nothing in the file has the same name.
func (g *goFile) check(src []byte, freed []int) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, g.name, src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("%s: does not parse when merged: %w", g.name, err)
	}
	tf := fset.File(f.Pos())
	ast.Inspect(f, func(n ast.Node) bool {
		x, ok := n.(*ast.Ident)
		if !ok || x.Obj == nil || err != nil {
			return true
		}
		if _, found := slices.BinarySearch(freed, tf.Offset(x.Pos())); found {
			err = fmt.Errorf("%s: %s of the package that this file is merged into is hidden by another %[2]s here; rename that", g.name, x.Name)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := format.Node(&b, fset, f); err != nil {
		return nil, fmt.Errorf("%s: %w", g.name, err)
	}
	return b.Bytes(), nil
}
