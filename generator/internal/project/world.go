package project

import (
	"context"
	"go/ast"
	"go/build"
	"go/parser"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A pkg is a package of the project, or of a local replacement.
type pkg struct {
	path, dir string
	name      string
	files     []*File
	imports   []string
	readOnly  bool // of another module
	serving   bool // has to do with serving: its bodies are read
	mains     int  // functions called main
	types     *types.Package
	info      *types.Info // nil unless serving
	checking  bool
}

// A world holds the packages that the binaries of a project are made of, as far
// as they are at hand.
type world struct {
	p      *Project
	build  build.Context
	local  []replacement // modules whose source is here, the project's own first
	pkgs   map[string]*pkg
	order  []*pkg // in the order of checking: imports first
	stubs  map[string]*types.Package
	others map[string]*types.Package // unknown packages: names without content

	mu      sync.Mutex                // held by Find and At, which fill in what follows
	digests map[*ast.FuncDecl]*digest // what functions are about
	stricts map[types.Type]bool
}

// dirOf returns the folder of a package that is here, and the module it is of.
func (w *world) dirOf(imp string) (dir string, readOnly, ok bool) {
	best := -1
	for i, m := range w.local {
		rest, is := strings.CutPrefix(imp, m.path)
		if is && (rest == "" || rest[0] == '/') && len(m.path) > best {
			best, dir, readOnly, ok = len(m.path), filepath.Join(m.dir, filepath.FromSlash(rest)), i > 0, true
		}
	}
	return dir, readOnly, ok
}

// load reads the packages that paths need, in parallel, level by level.
func (w *world) load(ctx context.Context, paths []string) error {
	for len(paths) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		level := make([]*pkg, 0, len(paths))
		for _, imp := range paths {
			if w.pkgs[imp] != nil {
				continue
			}
			dir, readOnly, ok := w.dirOf(imp)
			if _, stubbed := stubFor(imp); !ok || stubbed {
				continue
			}
			p := &pkg{path: imp, dir: dir, readOnly: readOnly}
			w.pkgs[imp] = p
			level = append(level, p)
		}
		parallel(level, w.read)
		next := map[string]bool{}
		for _, p := range level {
			for _, imp := range p.imports {
				next[imp] = true
			}
		}
		paths = slices.Sorted(maps.Keys(next))
	}
	return nil
}

// markServing finds the packages whose function bodies matter: those that import
// a router package, or one that does, down to the binaries.
func (w *world) markServing(mains []*Main) {
	seen := map[*pkg]bool{}
	var visit func(p *pkg) bool
	visit = func(p *pkg) bool {
		if p == nil {
			return false
		}
		if seen[p] {
			return p.serving
		}
		seen[p] = true
		for _, imp := range p.imports {
			_, stubbed := stubFor(imp)
			if stubbed || visit(w.pkgs[imp]) {
				p.serving = true
			}
		}
		return p.serving
	}
	for _, m := range mains {
		visit(w.pkgs[m.Path])
	}
}

// check type-checks what mains need. Packages that have nothing to do with
// serving lose their bodies first: only what they declare is asked for.
func (w *world) check(ctx context.Context, mains []*Main) error {
	w.markServing(mains)
	for _, m := range mains {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.checkOne(w.pkgs[m.Path])
	}
	return nil
}

func (w *world) checkOne(p *pkg) {
	if p == nil || p.types != nil || p.checking {
		return
	}
	p.checking = true
	for _, imp := range p.imports {
		w.checkOne(w.pkgs[imp])
	}
	files := make([]*ast.File, len(p.files))
	for i, f := range p.files {
		files[i] = f.AST
	}
	conf := types.Config{
		Importer:                 importer{w, clashes(w, p)},
		Error:                    func(error) {}, // what imports an unknown package is full of them
		FakeImportC:              true,
		DisableUnusedImportCheck: true,
		IgnoreFuncBodies:         !p.serving,
	}
	if p.serving {
		p.info = &types.Info{
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Types:      map[ast.Expr]types.TypeAndValue{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Implicits:  map[ast.Node]types.Object{},
		}
	}
	p.types, _ = conf.Check(p.path, w.p.Fset, files, p.info)
	p.checking = false
	for _, f := range p.files {
		f.Pkg, f.Info = p.types, p.info
	}
	if !p.serving {
		p.files = nil
	}
	w.order = append(w.order, p)
}

// An importer finds packages for the type checker: those that are here, our
// declarations of the routers, and empty ones in place of all others.
type importer struct {
	w       *world
	clashes map[string]bool // unknown packages whose guessed name another import has
}

func (i importer) Import(imp string) (*types.Package, error) {
	if imp == "unsafe" {
		return types.Unsafe, nil
	}
	w := i.w
	if s, ok := stubFor(imp); ok {
		return w.stub(imp, s)
	}
	if p := w.pkgs[imp]; p != nil && p.types != nil && p.types.Name() != "" {
		return p.types, nil
	}
	name := packageName(imp)
	if i.clashes[imp] {
		name = "unknown_" + name
	}
	key := name + " " + imp
	if w.others[key] == nil {
		t := types.NewPackage(imp, name)
		t.MarkComplete()
		w.others[key] = t
	}
	return w.others[key], nil
}

// stub type-checks our declarations of a router package.
func (w *world) stub(imp string, s stub) (*types.Package, error) {
	if t := w.stubs[imp]; t != nil {
		return t, nil
	}
	data, err := stubFiles.ReadFile("stubs/" + s.name + ".txt")
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(w.p.Fset, s.name, data, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: importer{w: w}, IgnoreFuncBodies: true}
	t, err := conf.Check(imp, w.p.Fset, []*ast.File{f}, nil)
	if err != nil {
		return nil, err
	}
	w.stubs[imp] = t
	return t, nil
}

// clashes finds the unknown imports of p whose guessed name is that of a package
// which is known: the guess is wrong, since a file cannot have both.
func clashes(w *world, p *pkg) map[string]bool {
	var bad map[string]bool
	for _, f := range p.files {
		known := map[string]bool{}
		for _, s := range f.AST.Imports {
			imp, _ := strconv.Unquote(s.Path.Value)
			if name, ok := w.nameOf(imp); ok && s.Name == nil {
				known[name] = true
			} else if s.Name != nil {
				known[s.Name.Name] = true
			}
		}
		for _, s := range f.AST.Imports {
			imp, _ := strconv.Unquote(s.Path.Value)
			if _, ok := w.nameOf(imp); !ok && s.Name == nil && known[packageName(imp)] {
				if bad == nil {
					bad = map[string]bool{}
				}
				bad[imp] = true
			}
		}
	}
	return bad
}

// nameOf returns the name of a package, if that is known and not guessed.
func (w *world) nameOf(imp string) (string, bool) {
	if _, ok := stubFor(imp); ok {
		if imp == "net/http" {
			return "http", true
		}
		return packageName(imp), true
	}
	if p := w.pkgs[imp]; p != nil && p.name != "" {
		return p.name, true
	}
	first, _, _ := strings.Cut(imp, "/")
	return packageName(imp), !strings.Contains(first, ".")
}

// packageName guesses the name of a package from its import path.
func packageName(imp string) string {
	elems := strings.Split(imp, "/")
	last := elems[len(elems)-1]
	if major.MatchString(last) && len(elems) > 1 {
		last = elems[len(elems)-2]
	}
	if i := strings.LastIndex(last, ".v"); i > 0 {
		last = last[:i]
	}
	last = strings.TrimPrefix(last, "go-")
	last = strings.TrimSuffix(strings.TrimSuffix(last, "-go"), ".go")
	return strings.NewReplacer("-", "", ".", "").Replace(last)
}
