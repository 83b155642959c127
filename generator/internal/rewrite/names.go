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
	for _, s := range d.specs {
		if s.path == imp && !taken(d.file, s.name, at) {
			return s.name + ".", nil
		}
	}
	free := name
	for n := 1; taken(d.file, free, at) || slices.ContainsFunc(d.specs, func(s spec) bool { return s.name == free }); n++ {
		if free = name + strconv.Itoa(n); n == 1 {
			free = "ws" + name
		}
	}
	s := spec{path: imp}
	if free != name || path.Base(imp) != name {
		s.name = free
	}
	if err := d.put(importVariants(d.file, s, module)...); err != nil {
		return "", err
	}
	d.specs = append(slices.Clip(d.specs), spec{free, imp})
	return free + ".", nil
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
		return mentions(f.AST, name)
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
