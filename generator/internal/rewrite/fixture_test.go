package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
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

// lists returns the lists of statements in f that are not empty.
func lists(f *project.File) [][]ast.Stmt {
	var all [][]ast.Stmt
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			if len(n.List) > 0 && !isClause(n.List[0]) {
				all = append(all, n.List)
			}
		case *ast.CaseClause:
			if len(n.Body) > 0 {
				all = append(all, n.Body)
			}
		case *ast.CommClause:
			if len(n.Body) > 0 {
				all = append(all, n.Body)
			}
		}
		return true
	})
	return all
}

func isClause(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}
