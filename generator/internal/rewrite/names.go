package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// importAs makes sure that d's file imports the package name at path, for use at
// all of the places, and returns what its names are qualified with: "realtime.",
// or "" if its names are the file's own through an import with a dot.
//
// The import that is there already does it, under the name that it has. Else
// the name is one that means nothing at any of the places and collides with
// nothing in the package: realtime, wsrealtime, realtime2, realtime3.
func (d *draft) importAs(name, imp, module string, at ...token.Pos) (string, error) {
	for _, s := range d.file.AST.Imports {
		if importPath(s) != imp {
			continue
		}
		has := name
		if s.Name != nil {
			has = s.Name.Name
		}
		switch {
		case has == "_":
		case has == ".":
			return "", nil
		case !slices.ContainsFunc(at, func(pos token.Pos) bool { return shadowed(d.file, has, pos) }):
			return has + ".", nil
		}
	}
	free := name
	for n := 1; taken(d.file, free, at); n++ {
		if free = name + strconv.Itoa(n); n == 1 {
			free = "ws" + name
		}
	}
	s := spec{path: imp}
	if free != name || path.Base(imp) != name {
		s.name = free
	}
	return free + ".", d.put(importVariants(d.file, s, module)...)
}

// taken reports whether an import of f cannot have name and be seen at all of
// the places.
func taken(f *project.File, name string, at []token.Pos) bool {
	for _, s := range f.AST.Imports {
		if importName(f, s) == name {
			return true
		}
	}
	if f.Pkg == nil {
		return mentioned(f, name)
	}
	return f.Pkg.Scope().Lookup(name) != nil || slices.ContainsFunc(at, func(pos token.Pos) bool { return lookup(f, name, pos) != nil })
}

// shadowed reports whether name, which is that of an import, means something
// else at pos.
func shadowed(f *project.File, name string, pos token.Pos) bool {
	if f.Pkg == nil {
		return false
	}
	o := lookup(f, name, pos)
	_, imported := o.(*types.PkgName)
	return o != nil && !imported
}

// lookup returns what name means at pos.
func lookup(f *project.File, name string, pos token.Pos) types.Object {
	scope := f.Pkg.Scope().Innermost(pos)
	if scope == nil {
		return nil
	}
	_, o := scope.LookupParent(name, pos)
	return o
}

// mentioned reports whether name is an identifier of f that is not selected from
// something.
func mentioned(f *project.File, name string) bool {
	found := false
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			ast.Inspect(n.X, func(m ast.Node) bool {
				id, ok := m.(*ast.Ident)
				found = found || ok && id.Name == name
				return true
			})
			return false
		case *ast.Ident:
			found = found || n.Name == name
		}
		return !found
	})
	return found
}

// importName returns the name of an import, which is a guess if nothing is known
// of the package.
func importName(f *project.File, s *ast.ImportSpec) string {
	if s.Name != nil {
		return s.Name.Name
	}
	if f.Info != nil {
		if p, ok := f.Info.Implicits[s].(*types.PkgName); ok {
			return p.Name()
		}
	}
	name := path.Base(importPath(s))
	if strings.HasPrefix(name, "v") && strings.Trim(name[1:], "0123456789") == "" && len(name) > 1 {
		name = path.Base(path.Dir(importPath(s)))
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}
