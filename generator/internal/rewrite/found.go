package rewrite

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A Use is a place where a file calls the kit, or mentions it otherwise.
type Use struct {
	File *project.File
	Name string        // "Mount", "MountDefault", "Wrap", "Shutdown", or another name of the kit
	Call *ast.CallExpr // nil if it is no call
	Pos  token.Pos
}

// Uses returns where the files use the kit at an import path, by what the code
// means: through whatever name it is imported, with a comment beside it or
// without. A project that has a Mount or a Wrap has the kit mounted. A kit that
// is imported with a dot counts by its calls of Mount, MountDefault, Wrap and
// Shutdown.
func Uses(files []*project.File, imp string) []Use {
	var all []Use
	for _, f := range files {
		name, dot := kitName(f, imp)
		if name == "" {
			continue
		}
		calls := map[ast.Expr]*ast.CallExpr{}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				calls[n.Fun] = n
				if id, ok := n.Fun.(*ast.Ident); ok && dot && (strings.HasPrefix(id.Name, "Mount") || id.Name == "Wrap" || id.Name == "Shutdown") {
					all = append(all, Use{f, id.Name, n, id.Pos()})
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && !dot && x.Name == name && !shadowed(f, name, x.Pos()) {
					all = append(all, Use{f, n.Sel.Name, calls[n], n.Pos()})
				}
			}
			return true
		})
	}
	return all
}

// Mounted reports whether one of uses mounts the kit.
func Mounted(uses []Use) bool {
	for _, u := range uses {
		if u.Call != nil && (strings.HasPrefix(u.Name, "Mount") || u.Name == "Wrap") {
			return true
		}
	}
	return false
}

// kitName returns the name under which f imports a path, "" if it does not.
func kitName(f *project.File, imp string) (name string, dot bool) {
	for _, s := range f.AST.Imports {
		if importPath(s) != imp {
			continue
		}
		switch n := importName(f, s); n {
		case "_":
		case ".":
			return n, true
		default:
			return n, false
		}
	}
	return "", false
}
