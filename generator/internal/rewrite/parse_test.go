package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// parse returns a file as package project has it, without types.
func parse(t testing.TB, data string) *project.File {
	t.Helper()
	f, err := parseFile("main.go", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func parseFile(path string, data []byte) (*project.File, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, path, data, parser.ParseComments|parser.SkipObjectResolution)
	return &project.File{Path: path, Data: data, AST: tree, Fset: fset}, err
}

// lists returns the lists of statements in f that are not empty, and have no
// empty statement; no such is ever next to what is put in.
func lists(f *project.File) [][]ast.Stmt {
	var all [][]ast.Stmt
	ast.Inspect(f.AST, func(n ast.Node) bool {
		isEmpty := func(s ast.Stmt) bool { _, ok := s.(*ast.EmptyStmt); return ok }
		if l := listOf(n); len(l) > 0 && !slices.ContainsFunc(l, isEmpty) {
			all = append(all, l)
		}
		return true
	})
	return all
}
