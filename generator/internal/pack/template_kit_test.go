package pack_test

import (
	"bytes"
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

// theKit renders what goes into a project that is there already.
func theKit(t *testing.T, p *pack.Pack, mount, server, module, into string) []pack.File {
	t.Helper()
	s, err := p.Resolve(server, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err = p.Choose(s, map[string]string{"mount": mount, "setup": "lobby"})
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.Render(t.Context(), "websockets", s, pack.Identity{
		Name: path.Base(module), Module: module, Route: "/api/live", Into: map[string]string{"internal/realtime": into},
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Whatever router and server a project has, and wherever the kit goes: it is
// formatted, it imports nothing but itself, the library and the router, and two
// directories of the template that became one package get along.
func TestTemplateKitFitsIn(t *testing.T) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, mount := range p.Slots["mount"].Choices {
		for _, server := range p.Slots[pack.Server].Choices {
			for _, into := range []string{"internal/realtime", "pkg/ws"} {
				t.Run(mount.Name+"+"+server.Name+"/"+path.Base(into), func(t *testing.T) {
					const module = "git.example.com/shop/backend/v2"
					fitsIn(t, theKit(t, p, mount.Name, server.Name, module, into), module, into, append(slices.Sorted(maps.Keys(mount.Routers)), server.Module))
				})
			}
		}
	}
}

func fitsIn(t *testing.T, files []pack.File, module, into string, modules []string) {
	dirs := map[string]bool{}
	for _, f := range files {
		dirs[path.Dir(f.Path)] = true
		if !strings.HasPrefix(f.Path, into+"/") {
			t.Errorf("%s is outside of %s", f.Path, into)
		}
	}
	if !dirs[into] || !dirs[into+"/hub"] || dirs[into+"/mount"] || dirs[into+"/setup"] || dirs[into+"/mounttest"] {
		t.Errorf("directories %v", slices.Sorted(maps.Keys(dirs)))
	}
	declared := map[string]string{} // in the facade -> template file
	for _, f := range files {
		if bytes.Contains(f.Data, []byte("wsgen")) {
			t.Errorf("%s: names the template", f.Source)
		}
		if path.Ext(f.Path) != ".go" {
			continue
		}
		if want, err := format.Source(f.Data); err != nil || !bytes.Equal(f.Data, want) {
			t.Errorf("%s: is not as gofmt has it, %v", f.Source, err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Source, f.Data, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			dir, own := strings.CutPrefix(imp, module+"/")
			first, _, _ := strings.Cut(imp, "/")
			switch {
			case own && !dirs[dir]:
				t.Errorf("%s: imports %s, which is not there", f.Source, imp)
			case !own && strings.Contains(first, ".") && !slices.ContainsFunc(modules, func(m string) bool { return m == imp || strings.HasPrefix(imp, m+"/") }):
				t.Errorf("%s: imports %s; a project with %v need not have that", f.Source, imp, modules)
			}
		}
		if path.Dir(f.Path) != into || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		for _, name := range topLevel(file) {
			if other, twice := declared[name]; twice {
				t.Errorf("%s declares %s, as %s does", f.Source, name, other)
			}
			declared[name] = f.Source
		}
	}
	for _, name := range []string{"New", "Wrap", "Shutdown", "Script", "Route", "setup"} {
		if declared[name] == "" {
			t.Errorf("the facade declares no %s", name)
		}
	}
	if (declared["Mount"] == "") == (declared["MountDefault"] == "") {
		t.Errorf("the facade has Mount from %q and MountDefault from %q", declared["Mount"], declared["MountDefault"])
	}
}

// The settings that a project gets are for the sample that it gets.
func TestTemplateSetups(t *testing.T) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Resolve("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	topic := func(files []pack.File) (all []string) {
		for _, f := range files {
			if f.Path != "internal/realtime/setup.go" {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), f.Source, f.Data, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 {
					if sel, ok := a.Lhs[0].(*ast.SelectorExpr); ok && sel.Sel.Name == "DefaultTopic" {
						all = append(all, a.Rhs[0].(*ast.BasicLit).Value)
					}
				}
				return true
			})
		}
		return all
	}
	id := pack.Identity{Name: "a", Module: "a", Route: "/w"}
	if got := topic(render(t, p, s, id)); !slices.Equal(got, []string{`"chat"`}) {
		t.Errorf("a new project is in the topics %v", got)
	}
	if got := topic(theKit(t, p, "nethttp", "gorilla", "a", "internal/realtime")); !slices.Equal(got, []string{`"lobby"`}) {
		t.Errorf("another's project is in the topics %v", got)
	}
}
