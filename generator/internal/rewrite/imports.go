package rewrite

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A spec is an import to add.
type spec struct {
	name string // "" for the package's own
	path string
}

func (s spec) String() string {
	if s.name == "" {
		return strconv.Quote(s.path)
	}
	return s.name + " " + strconv.Quote(s.path)
}

// importVariants returns the ways to import s in f, the best first: in the group
// whose paths have most in common with it; in a group of its own, which is the
// best where it would be the first that is not of the standard library; in a
// declaration of its own. module is the module that f belongs to: its packages
// are not of the standard library, whatever they are called.
//
// No variant stands between an import "C" and the comment that belongs to it.
func importVariants(f *project.File, s spec, module string) []variant {
	decls := importDecls(f)
	if len(decls) == 0 {
		return []variant{afterPackage(f, s)}
	}
	var groups []importGroup
	for _, d := range decls {
		groups = append(groups, importGroups(f, d)...)
	}
	var all []variant
	if n := len(groups); n > 0 {
		own := groups[n-1].apart(f, s)
		if g := closest(groups, s.path, module); g != nil {
			all = append(all, g.sorted(f, s), g.last(f, s), own)
		} else {
			all = append(all, own, groups[n-1].sorted(f, s))
		}
	}
	last := decls[len(decls)-1]
	for _, d := range decls {
		if !isC(d) {
			last = d
		}
	}
	return append(all, afterDecl(f, last, s, false), afterDecl(f, last, s, true))
}

// importDecls returns the import declarations of f that are not empty.
func importDecls(f *project.File) []*ast.GenDecl {
	var all []*ast.GenDecl
	for _, d := range f.AST.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			break
		}
		if len(g.Specs) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// isC reports whether d imports "C" alone.
func isC(d *ast.GenDecl) bool {
	return len(d.Specs) == 1 && importPath(d.Specs[0].(*ast.ImportSpec)) == "C"
}

func importPath(s *ast.ImportSpec) string {
	p, _ := strconv.Unquote(s.Path.Value) // the parser has checked it
	return p
}

// isStd reports whether path looks like one of the standard library.
func isStd(path, module string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && path != module && !strings.HasPrefix(path, module+"/")
}

// An importGroup is a run of imports on successive lines of a declaration in
// parentheses. gofmt sorts each for itself.
type importGroup []*ast.ImportSpec

// importGroups returns the groups of d, none if it has no parentheses.
func importGroups(f *project.File, d *ast.GenDecl) []importGroup {
	if !d.Lparen.IsValid() {
		return nil
	}
	var all []importGroup
	line := -1
	for _, s := range d.Specs {
		if line < 0 || f.Line(s.Pos()) > line+1 {
			all = append(all, nil)
		}
		n := len(all) - 1
		all[n] = append(all[n], s.(*ast.ImportSpec))
		line = f.Line(s.End())
	}
	return all
}

// closest returns the group that an import of path belongs to: of those with
// imports of its kind, which is the standard library or not, the one that shares
// most leading elements with it, and the last of several. Groups of blank imports are a
// makeshift. It is nil if there is none of its kind.
func closest(groups []importGroup, path, module string) importGroup {
	std := isStd(path, module)
	var best importGroup
	most := -1
	for _, g := range groups {
		n := -1
		for _, s := range g {
			p := importPath(s)
			if isStd(p, module) != std || p == "C" {
				continue
			}
			shared := 0
			if s.Name == nil || s.Name.Name != "_" {
				shared = 1 + sharedElements(p, path)
			}
			n = max(n, shared)
		}
		if n >= 0 && n >= most {
			best, most = g, n
		}
	}
	return best
}

func sharedElements(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}

// sorted returns the variant that puts s where it belongs in g, if g is sorted.
func (g importGroup) sorted(f *project.File, s spec) variant {
	if !slices.IsSortedFunc(g, func(a, b *ast.ImportSpec) int { return strings.Compare(importPath(a), importPath(b)) }) {
		return g.last(f, s)
	}
	n := 0
	for n < len(g) && importPath(g[n]) <= s.path {
		n++
	}
	if n > 0 {
		return afterSpec(f, g[n-1], s, "")
	}
	first := g[0]
	at := f.Offset(first.Pos())
	if !firstOnLine(f.Data, at) {
		return insert(at, s.String()+"; ", s.String())
	}
	indent := indentation(f.Data, at)
	if first.Doc != nil {
		at = f.Offset(first.Doc.Pos())
	}
	at = lineStart(f.Data, at)
	return insert(at, indent+s.String()+lineBreak(f.Data, at), s.String())
}

// last returns the variant that puts s at the end of g.
func (g importGroup) last(f *project.File, s spec) variant {
	return afterSpec(f, g[len(g)-1], s, "")
}

// apart returns the variant that puts s into a group of its own, behind g.
func (g importGroup) apart(f *project.File, s spec) variant {
	last := g[len(g)-1]
	return afterSpec(f, last, s, lineBreak(f.Data, f.Offset(last.Pos())))
}

// afterSpec puts s on the line after that of prev, below a line that holds blank.
func afterSpec(f *project.File, prev *ast.ImportSpec, s spec, blank string) variant {
	start, end := f.Offset(prev.Pos()), f.Offset(prev.End())
	eol, whole := restOfLine(f.Data, end)
	if !whole || !firstOnLine(f.Data, start) {
		return insert(end, "; "+s.String(), s.String())
	}
	return insert(eol, blank+lineBreak(f.Data, eol)+indentation(f.Data, start)+s.String(), s.String())
}

// afterDecl puts a declaration with s on the line after d, or below a blank line.
func afterDecl(f *project.File, d *ast.GenDecl, s spec, blank bool) variant {
	return ownLine(f, d.End(), "import "+s.String(), blank)
}

// afterPackage puts a declaration with s below the package clause.
func afterPackage(f *project.File, s spec) variant {
	return ownLine(f, f.AST.Name.End(), "import "+s.String(), true)
}

// ownLine puts a declaration on the line after pos, or below a blank line.
func ownLine(f *project.File, pos token.Pos, decl string, blank bool) variant {
	end := f.Offset(pos)
	eol, whole := restOfLine(f.Data, end)
	if !whole {
		return insert(end, "; "+decl, decl)
	}
	text := lineBreak(f.Data, eol) + decl
	if blank {
		text = lineBreak(f.Data, eol) + text
	}
	return insert(eol, text, decl)
}
