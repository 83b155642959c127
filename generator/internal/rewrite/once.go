package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// once reports whether what is at pos is run once, as far as can be seen: a Wrap
// makes a hub, and each run would make another. It is not in a loop, and not in a
// function that several places call. A closure is run once where closures is
// true, as those that start a server are; those that handle requests are not.
func (m *mounting) once(f *project.File, pos token.Pos, closures bool) bool {
	yes := true
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			yes = yes && pos < n.Body.Pos()
		case *ast.RangeStmt:
			yes = yes && pos < n.Body.Pos()
		case *ast.FuncLit:
			yes = yes && closures
		}
		return true
	})
	fn := declAround(f, pos)
	if !yes || fn == nil || f.Info == nil {
		return yes
	}
	return fn.Name.Name != "ServeHTTP" && m.mentions(f.Info.Defs[fn.Name]) <= 1
}

// declAround returns the function that pos is in, nil if it is in none.
func declAround(f *project.File, pos token.Pos) *ast.FuncDecl {
	for _, d := range f.AST.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= pos && pos < fn.End() {
			return fn
		}
	}
	return nil
}

// mentions returns how often the binary of the candidate mentions an object:
// other binaries call it for themselves.
func (m *mounting) mentions(o types.Object) int {
	n := 0
	seen := map[*types.Info]bool{}
	for _, f := range m.p.Files {
		if o == nil || f.Info == nil || seen[f.Info] || m.otherMain(f) {
			continue
		}
		seen[f.Info] = true
		for _, used := range f.Info.Uses {
			if used == o {
				n++
			}
		}
	}
	return n
}

// otherMain reports whether f belongs to another binary than the candidate's.
func (m *mounting) otherMain(f *project.File) bool {
	return m.c.Main != nil && f.Pkg != nil && f.Pkg.Name() == "main" && f.Pkg.Path() != m.c.Main.Path
}
