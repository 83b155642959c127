package pack_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/templates"
)

// everySelection calls fn for each combination of server and features that
// Resolve allows.
func everySelection(t *testing.T, fn func(t *testing.T, p *pack.Pack, s *pack.Selection)) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	features := p.FeatureNames()
	for _, server := range p.Slots[pack.Server].Choices {
		for bits := range 1 << len(features) {
			var with, without []string
			for i, f := range features {
				switch on := bits>>i&1 == 1; {
				case on:
					with = append(with, f)
				case p.Features[f].Default:
					without = append(without, f)
				}
			}
			s, err := p.Resolve(server.Name, with, without)
			if err != nil {
				continue
			}
			t.Run(strings.Join(append([]string{server.Name}, with...), "+"), func(t *testing.T) { fn(t, p, s) })
		}
	}
}

func render(t *testing.T, p *pack.Pack, s *pack.Selection, id pack.Identity) []pack.File {
	t.Helper()
	files, err := p.Render(t.Context(), "app", s, id)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Whatever is chosen, each Go file parses and is as gofmt would have it, though
// most have never seen it; and a second time gives the same.
func TestTemplateRendersFormatted(t *testing.T) {
	everySelection(t, func(t *testing.T, p *pack.Pack, s *pack.Selection) {
		for _, id := range []pack.Identity{
			{Name: "a", Module: "a", Route: "/w"},
			{Name: "a-rather-long-name", Module: "zz.example.com/team/a-rather-long-name/v2", Route: "/api/v1/live"},
		} {
			files := render(t, p, s, id)
			again := render(t, p, s, id)
			for i, f := range files {
				if f.Path != again[i].Path || !bytes.Equal(f.Data, again[i].Data) {
					t.Errorf("%s: the second time gives something else", f.Path)
				}
				if path.Ext(f.Path) != ".go" {
					continue
				}
				want, err := format.Source(f.Data)
				if err != nil {
					t.Errorf("%s: %v", f.Source, err)
				} else if !bytes.Equal(f.Data, want) {
					t.Errorf("%s: is not as gofmt has it:\n%s", f.Source, firstDifference(f.Data, want))
				}
			}
		}
	})
}

func firstDifference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\ngot  %q\nwant %q", i+1, a[i], b[i])
		}
	}
	return "one is longer"
}

// Two directories of the template that become one package must not declare the
// same name, and no file of the one may import something by a name that the
// other declares.
func TestTemplateMergesWithoutCollisions(t *testing.T) {
	everySelection(t, func(t *testing.T, p *pack.Pack, s *pack.Selection) {
		type name struct{ dir, pkg, name string }
		declared := map[name]string{} // -> template directory
		imported := map[name]string{} // -> template file
		for _, f := range render(t, p, s, pack.Identity{Name: "a", Module: "a", Route: "/w"}) {
			if path.Ext(f.Path) != ".go" {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f.Source, f.Data, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			in := name{dir: path.Dir(f.Path), pkg: file.Name.Name}
			for _, n := range topLevel(file) {
				in.name = n
				if dir, ok := declared[in]; ok && dir != path.Dir(f.Source) {
					t.Errorf("%s declares %s, as %s does", f.Source, n, dir)
				}
				declared[in] = path.Dir(f.Source)
			}
			for _, spec := range file.Imports {
				in.name = importName(spec)
				imported[in] = f.Source
			}
		}
		for n, file := range imported {
			if dir, ok := declared[n]; ok {
				t.Errorf("%s imports %s, which %s declares", file, n.name, dir)
			}
		}
	})
}

// topLevel returns what a file declares in its package.
func topLevel(f *ast.File) []string {
	var names []string
	add := func(id *ast.Ident) {
		if id.Name != "_" && id.Name != "init" {
			names = append(names, id.Name)
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						add(id)
					}
				}
			}
		}
	}
	return names
}

func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	p, _ := strconv.Unquote(spec.Path.Value)
	return path.Base(p)
}

// A set can be put into a project of somebody else because it imports nothing
// of the template but itself.
func TestTemplateSetsAreClosed(t *testing.T) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range slices.Sorted(maps.Keys(p.Sets)) {
		for name, s := range p.Locks() { // every choice once
			id := pack.Identity{Name: "a", Module: "example.com/a", Route: "/w"}
			files, err := p.Render(t.Context(), set, s, id)
			if err != nil {
				t.Fatal(err)
			}
			dirs := map[string]bool{}
			for _, f := range files {
				dirs[path.Dir(f.Path)] = true
			}
			for _, f := range files {
				if path.Ext(f.Path) != ".go" {
					continue
				}
				file, err := parser.ParseFile(token.NewFileSet(), f.Source, f.Data, parser.ImportsOnly)
				if err != nil {
					t.Fatal(err)
				}
				for _, spec := range file.Imports {
					imp, _ := strconv.Unquote(spec.Path.Value)
					if dir, own := strings.CutPrefix(imp, id.Module+"/"); own && !dirs[dir] {
						t.Errorf("set %s, %s: %s imports %s, which is not in the set", set, name, f.Source, dir)
					}
				}
			}
		}
	}
}

// A feature or choice that is on adds its own files to those that are there
// without it, and changes only files that have a fence; the same file is made
// from the same template file.
func TestTemplateFeaturesKeepToThemselves(t *testing.T) {
	everySelection(t, func(t *testing.T, p *pack.Pack, s *pack.Selection) {
		id := pack.Identity{Name: "a", Module: "a", Route: "/w"}
		without := map[string]pack.File{}
		base, err := p.Resolve(s.Slots[pack.Server], nil, slices.DeleteFunc(p.FeatureNames(), func(f string) bool { return !p.Features[f].Default }))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range render(t, p, base, id) {
			without[f.Source] = f
		}
		for _, f := range render(t, p, s, id) {
			old, there := without[f.Source]
			switch {
			case !there:
				if !slices.ContainsFunc(s.Features, func(feature string) bool { return owns(p, feature, f.Source) }) {
					t.Errorf("%s is of no feature that is on, and yet not in every project", f.Source)
				}
			case f.Path != old.Path:
				t.Errorf("%s goes to %s with %s, and to %s without", f.Source, f.Path, s.Features, old.Path)
			case !f.Fenced && !bytes.Equal(f.Data, old.Data):
				t.Errorf("%s has no fence, and differs with %s", f.Source, s.Features)
			}
		}
	})
}

// owns reports whether a template file comes with a feature: by its own globs,
// or because it is of the choice that the feature makes.
func owns(p *pack.Pack, feature, source string) bool {
	name := strings.TrimPrefix(source, pack.Root+"/")
	f := p.Features[feature]
	for slot, choice := range f.Sets {
		if strings.HasPrefix(name, p.Slots[slot].Dir+"/"+choice+"/") {
			return true
		}
	}
	return slices.ContainsFunc(f.Owns, func(glob string) bool { return pack.Match(glob, name) })
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := pack.Load(templates.FS); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		b.Fatal(err)
	}
	s, err := p.Resolve("gws", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Render(b.Context(), "app", s, pack.Identity{Name: "my-app", Module: "example.com/my-app", Route: "/ws"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Digest(); err != nil {
			b.Fatal(err)
		}
	}
}
