package project

import (
	"context"
	"fmt"
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// Load reads the module that o.Dir belongs to. The nearest go.mod above the
// folder counts, as it does for the go command.
//
// Errors are for people: there is no go.mod (with the commands that make one),
// go.mod or go.work cannot be read, o.Main is no main package. Code that does
// not compile is no error. Load reads files only; it takes from milliseconds to
// a second, and returns early when ctx ends.
func Load(ctx context.Context, o Options) (*Project, error) {
	p, err := findModule(o.Dir)
	if err != nil {
		return nil, err
	}
	p.Fset = token.NewFileSet()
	w := &world{p: p, build: build.Default, pkgs: map[string]*pkg{}, stubs: map[string]*types.Package{}, others: map[string]*types.Package{},
		digests: map[*ast.FuncDecl]*digest{}, stricts: map[types.Type]bool{}}
	w.build.BuildTags = append(slices.Clip(w.build.BuildTags), o.Tags...)
	w.build.CgoEnabled = true
	if o.GOOS != "" {
		w.build.GOOS = o.GOOS
	}
	if o.GOARCH != "" {
		w.build.GOARCH = o.GOARCH
	}
	p.world = w
	w.local = append([]replacement{{p.Module, p.Root}}, p.replaced...)

	if o.Main != "" {
		dir := resolve(o.Dir, o.Main)
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs
		}
		if rel, err := filepath.Rel(p.Root, dir); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return nil, fmt.Errorf("%s is not in the module of %s", o.Main, filepath.Join(p.Root, "go.mod"))
		}
		if !w.isMain(dir) {
			return nil, fmt.Errorf("%s holds no main package", o.Main)
		}
		p.Mains = []*Main{w.main(dir)}
	} else if p.Mains, err = w.findMains(); err != nil {
		return nil, err
	}

	paths := make([]string, len(p.Mains))
	for i, m := range p.Mains {
		paths[i] = m.Path
	}
	if err := w.load(ctx, paths); err != nil {
		return nil, err
	}
	for _, m := range p.Mains {
		if pk := w.pkgs[m.Path]; pk != nil {
			m.Funcs = pk.mains
		}
	}
	p.Mains = slices.DeleteFunc(p.Mains, func(m *Main) bool { return m.Funcs == 0 })
	if err := w.check(ctx, p.Mains); err != nil {
		return nil, err
	}
	for _, pk := range w.order {
		if !pk.readOnly {
			p.Files = append(p.Files, pk.files...)
		}
	}
	slices.SortFunc(p.Files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return p, nil
}
