package pack

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A goFile is a Go file on its way from the template into a project. Nothing
// but its imports is looked at unless it has fences or is merged with another
// package.
type goFile struct {
	*renderer
	source
	name   string // for messages
	src    []byte // without fences
	fenced bool

	fset    *token.FileSet
	ast     *ast.File
	imports []importSpec // as the project has them
	edits   []edit
	merged  bool
	ragged  bool // no longer as gofmt would have it
}

// An edit replaces src[start:end].
type edit struct {
	start, end int
	text       string
	freed      bool // takes a qualifier off the identifier that follows
}

// render returns the file as the project has it.
func (g *goFile) render() ([]byte, error) {
	whole := g.fenced
	for {
		if err := g.parse(whole); err != nil {
			return nil, err
		}
		again, err := g.resolve()
		if err != nil {
			return nil, err
		}
		if !again || whole {
			break
		}
		whole = true // the imports say that the body changes
	}
	if whole {
		g.unqualify()
	}
	if g.fenced {
		g.prune()
		g.ragged = true
	}
	g.rewriteImports()
	out, freed := g.apply()
	if !g.ragged {
		return out, nil
	}
	if len(freed) > 0 {
		return g.check(out, freed)
	}
	out, err := format.Source(out)
	if err != nil {
		return nil, fmt.Errorf("%s: does not parse when rendered: %w", g.name, err)
	}
	return out, nil
}

// parse reads the file, or only its imports.
func (g *goFile) parse(whole bool) (err error) {
	mode := parser.ParseComments | parser.ImportsOnly
	if whole {
		mode = parser.ParseComments
	}
	g.fset = token.NewFileSet()
	g.ast, err = parser.ParseFile(g.fset, g.name, g.src, mode)
	return err
}

// offset returns the place of pos in src.
func (g *goFile) offset(pos token.Pos) int { return g.fset.File(pos).Offset(pos) }

// apply returns the source with the edits made and with its tokens replaced,
// except in the text of the edits, and where in it the identifiers are that an
// edit has taken the qualifier of.
func (g *goFile) apply() (out []byte, freed []int) {
	if len(g.edits) == 0 && !g.tok.in(g.src) {
		return g.src, nil
	}
	g.ragged = g.ragged || g.tok.shifts(g.src)
	slices.SortFunc(g.edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	out = make([]byte, 0, len(g.src)+256)
	gap := func(b []byte) {
		out = append(out, g.tok.text(b)...)
	}
	last := 0
	for _, e := range g.edits {
		gap(g.src[last:e.start])
		out = append(out, e.text...)
		if e.freed {
			freed = append(freed, len(out))
		}
		last = e.end
	}
	gap(g.src[last:])
	return out, freed
}

// An importSpec is an import and what becomes of it.
type importSpec struct {
	spec *ast.ImportSpec
	name string // explicit name in the project, if any
	path string // in the project
	drop bool   // the project's file does not have it

	used string // what the template's file calls it; empty if that cannot be told
	call string // what the project's file calls it, if that differs and it is dropped; see unqualify
	self bool   // it is the package that the file becomes part of
}

// resolve finds out what becomes of each import, and whether that needs
// the file to be parsed as a whole.
func (g *goFile) resolve() (whole bool, err error) {
	g.imports = g.imports[:0]
	first := map[string]int{} // path in the project -> its first import
	external := strings.HasSuffix(g.path, "_test.go") && strings.HasSuffix(g.ast.Name.Name, "_test")
	here := g.moved(path.Dir(g.path))
	for i, spec := range g.ast.Imports {
		s := importSpec{spec: spec}
		if s.path, err = strconv.Unquote(spec.Path.Value); err != nil {
			return false, err
		}
		if spec.Name != nil {
			s.name = spec.Name.Name
		}
		s.used = s.name
		dir, own := strings.CutPrefix(s.path, g.p.Module+"/")
		switch {
		case own:
			to, ok := g.meant(dir)
			if !ok {
				return false, fmt.Errorf("%s: imports %s, which is not the default choice of its slot; import the default, it stands for all", g.fset.Position(spec.Pos()), dir)
			}
			into := g.id.into(g.tok.r.Replace(to))
			pkg := path.Base(to) // packages are called like their directories, until these are moved
			if s.used == "" {
				s.used, s.name = pkg, pkg
			}
			if s.name == pkg && pkg == path.Base(into) {
				s.name = "" // the alias has become the plain name
			}
			s.path = g.id.Module + "/" + into
			if to == here && !external {
				s.drop, s.self, whole = true, true, true
				break
			}
			if j, twice := first[s.path]; twice && s.used != "_" {
				s.drop, s.call, whole = true, g.imports[j].used, true
				break
			}
			first[s.path] = i
		case s.used == "" && std(s.path):
			s.used = path.Base(s.path)
			if v := strings.TrimLeft(s.used, "v0123456789"); v == "" { // math/rand/v2
				s.used = path.Base(path.Dir(s.path))
			}
		}
		g.imports = append(g.imports, s)
	}
	return whole, nil
}

// std reports whether p is the path of a package of the standard library.
func std(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

// prune drops the imports that only fenced lines used. One whose name cannot be
// told from its path stays: it must be fenced itself, or named.
func (g *goFile) prune() {
	used := map[string]bool{}
	ast.Inspect(g.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil {
				used[x.Name] = true
			}
		}
		return true
	})
	for i, s := range g.imports {
		if s.used != "" && s.used != "_" && s.used != "." && !used[s.used] {
			g.imports[i].drop = true
		}
	}
}

// rewriteImports makes the edits that turn the template's imports into the
// project's. The groups stay as they are; within each, the imports are sorted
// again as gofmt does it.
func (g *goFile) rewriteImports() {
	at := 0 // in g.imports, which has the specs of all declarations in a row
	for _, d := range g.ast.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			break
		}
		specs := g.imports[at : at+len(d.Specs)]
		at += len(d.Specs)
		if !slices.ContainsFunc(specs, importSpec.changed) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(specs), func(s importSpec) bool { return s.drop })
		switch {
		case len(left) == 0:
			start := d.Pos()
			if d.Doc != nil {
				start = d.Doc.Pos()
			}
			g.edits = append(g.edits, edit{start: g.offset(start), end: g.lineEnd(d.End())})
			g.ragged = true // a blank line too many
		case !d.Lparen.IsValid():
			g.edits = append(g.edits, g.replace(left[0]))
		case len(left) == 1 && len(specs) > 1 && !g.commented(d.Lparen, d.Rparen):
			g.edits = append(g.edits, edit{start: g.offset(d.Lparen), end: g.offset(d.Rparen) + 1, text: left[0].text()})
		case g.commented(d.Lparen, d.Rparen):
			for _, s := range specs {
				if s.drop {
					g.edits = append(g.edits, g.removeLine(s.spec))
				} else if s.changed() {
					g.edits = append(g.edits, g.replace(s))
				}
			}
			g.ragged = true
		default:
			g.edits = append(g.edits, edit{start: g.offset(d.Lparen) + 1, end: g.offset(d.Rparen), text: g.block(specs)})
		}
	}
}

// changed reports whether the project's file has the import otherwise than the
// template's, or not at all.
func (s importSpec) changed() bool {
	return s.drop || strconv.Quote(s.path) != s.spec.Path.Value || s.spec.Name != nil && s.name == ""
}

// text returns the import as it stands in the project.
func (s importSpec) text() string {
	if s.name != "" {
		return s.name + " " + strconv.Quote(s.path)
	}
	return strconv.Quote(s.path)
}

// block returns what is between the parentheses of an import declaration.
func (g *goFile) block(specs []importSpec) string {
	var groups [][]importSpec
	line := -1
	for _, s := range specs {
		l := g.fset.Position(s.spec.Pos()).Line
		if l != line+1 {
			groups = append(groups, nil)
		}
		line = l
		if !s.drop {
			groups[len(groups)-1] = append(groups[len(groups)-1], s)
		}
	}
	var b strings.Builder
	for _, group := range groups {
		if len(group) == 0 {
			continue
		}
		slices.SortFunc(group, func(a, b importSpec) int {
			return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.name, b.name))
		})
		b.WriteByte('\n')
		for _, s := range group {
			b.WriteString("\t" + s.text() + "\n")
		}
	}
	return b.String()
}

// replace returns the edit that writes one import anew where it stands.
func (g *goFile) replace(s importSpec) edit {
	return edit{start: g.offset(s.spec.Pos()), end: g.offset(s.spec.Path.End()), text: s.text()}
}

// removeLine returns the edit that takes out the lines of one import, with
// its comments.
func (g *goFile) removeLine(s *ast.ImportSpec) edit {
	start, end := g.offset(s.Pos()), s.End()
	if s.Doc != nil {
		start = g.offset(s.Doc.Pos())
	}
	if s.Comment != nil {
		end = s.Comment.End()
	}
	return edit{start: bytes.LastIndexByte(g.src[:start], '\n') + 1, end: g.lineEnd(end)}
}

// lineEnd returns the offset behind the newline that ends the line of pos.
func (g *goFile) lineEnd(pos token.Pos) int {
	at := g.offset(pos)
	if i := bytes.IndexByte(g.src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(g.src)
}

// commented reports whether there is a comment between two places.
func (g *goFile) commented(from, to token.Pos) bool {
	return slices.ContainsFunc(g.ast.Comments, func(c *ast.CommentGroup) bool { return from < c.Pos() && c.Pos() < to })
}
