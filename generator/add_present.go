package generator

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// A Presence is what a project has of the websockets. It is found by meaning:
// what counts is the code, and not who wrote it, or a marker.
type Presence struct {
	Kit    *Kit   // nil if there is none
	Calls  []Call // where it is mounted, by file and line
	taken  string // a folder in the way of the kit, which is none
	module string
}

// A Kit is the folder that the websocket code is in.
type Kit struct {
	Dir    string // slash-separated, relative to the module's root
	Import string // its import path
	Route  string // where it is served; "" if setup.go does not say
	Server string // the websocket library; "" if go.mod does not say
}

// A Call is a place that uses the kit.
type Call struct {
	Path string
	Line int
	Func string // of the kit: "Mount", "MountDefault", "Wrap", "Shutdown"
}

func (p *Presence) mounted() bool {
	for _, c := range p.Calls {
		if mounting(c.Func) {
			return true
		}
	}
	return false
}

func mounting(fn string) bool { return fn == "Mount" || fn == "MountDefault" || fn == "Wrap" }

// presence looks for the kit where the manifest says, or else at into, and for
// the code that uses it.
func presence(p *project.Project, into string) (*Presence, error) {
	have := &Presence{module: p.Module}
	dirs := []string{into}
	m, err := readManifest(p.Root)
	if err != nil {
		return nil, err
	}
	if m != nil {
		dirs = append([]string{m.into()}, dirs...)
	}
	for _, dir := range append(dirs, DefaultInto) {
		kit, there, err := findKit(p, dir)
		if err != nil {
			return nil, err
		}
		if kit != nil {
			have.Kit = kit
			break
		}
		if there && dir == into && have.taken == "" {
			have.taken = dir
		}
	}
	if have.Kit == nil {
		return have, nil
	}
	for _, f := range p.Files {
		if f.ReadOnly || path.Dir(f.Path) == have.Kit.Dir || strings.HasPrefix(f.Path, have.Kit.Dir+"/") {
			continue
		}
		for _, use := range uses(f.AST, have.Kit.Import) {
			have.Calls = append(have.Calls, Call{Path: f.Path, Line: f.Line(use.Pos()), Func: use.Sel.Name})
		}
	}
	return have, nil
}

// findKit looks at a folder: is anything there, and is it a kit: a package
// realtime with Wrap, Shutdown and setup?
func findKit(p *project.Project, dir string) (kit *Kit, there bool, err error) {
	abs := filepath.Join(p.Root, filepath.FromSlash(dir))
	entries, err := os.ReadDir(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	} else if err != nil {
		return nil, true, nil // a file, or what cannot be read: it is in the way
	}
	kit = &Kit{Dir: dir, Import: p.Module + "/" + dir}
	want := map[string]bool{"Wrap": true, "Shutdown": true, "setup": true}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(abs, name), nil, parser.SkipObjectResolution)
		if f == nil || f.Name == nil || f.Name.Name != "realtime" {
			_ = err // a file that does not parse may still say enough
			continue
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					delete(want, d.Name.Name)
				}
			case *ast.GenDecl:
				if r := routeConst(d); r != "" {
					kit.Route = r
				}
			}
		}
		for _, s := range Servers() {
			for _, imp := range f.Imports {
				if strings.Trim(imp.Path.Value, `"`) == s.Module {
					kit.Server = s.Name
				}
			}
		}
	}
	if len(want) > 0 {
		return nil, len(entries) > 0, nil
	}
	kit.Server = serverOf(abs)
	return kit, true, nil
}

// routeConst returns the value of const Route, "" if d does not declare it.
func routeConst(d *ast.GenDecl) string {
	if d.Tok != token.CONST {
		return ""
	}
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		if len(v.Names) == 1 && v.Names[0].Name == "Route" && len(v.Values) == 1 {
			if lit, ok := v.Values[0].(*ast.BasicLit); ok {
				route, _ := strconv.Unquote(lit.Value)
				return route
			}
		}
	}
	return ""
}

// serverOf says which websocket library the transport of a kit imports.
func serverOf(kit string) string {
	files, _ := filepath.Glob(filepath.Join(kit, "transport", "*.go"))
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, imp := range f.Imports {
			for _, s := range Servers() {
				if imp.Path.Value == strconv.Quote(s.Module) {
					return s.Name
				}
			}
		}
	}
	return ""
}

// uses returns the places in f that name something of the package imp.
func uses(f *ast.File, imp string) []*ast.SelectorExpr {
	name := ""
	for _, s := range f.Imports {
		if s.Path.Value == strconv.Quote(imp) {
			if name = "realtime"; s.Name != nil {
				name = s.Name.Name
			}
		}
	}
	if name == "" {
		return nil
	}
	var all []*ast.SelectorExpr
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
				all = append(all, sel)
			}
		}
		return true
	})
	return all
}

// already answers for a project that has the websockets: there is nothing to
// do, unless something else is asked for.
func (t *addTarget) already(have *Presence) (*Addition, error) {
	k := have.Kit
	const fix = "wsgen remove websockets takes them out; then add them again"
	switch {
	case t.o.Server != "" && k.Server != "" && t.server() != k.Server:
		return nil, refused("server", fmt.Sprintf("the websockets are there already, with --server=%s", k.Server), fix)
	case t.o.Route != "" && k.Route != "" && t.route != k.Route:
		return nil, refused("route", fmt.Sprintf("the websockets are there already, at %s", k.Route), "change Route in "+k.Dir+"/setup.go")
	case t.o.Into != "" && t.into != k.Dir:
		return nil, refused("into", fmt.Sprintf("the websockets are there already, in %s", k.Dir), fix)
	}
	a := &Addition{
		Plan: &plan.Plan{Version: plan.Version, Command: t.o.Command}, Root: t.project.Root, Present: have, project: t.project,
		Module: t.project.Module, Into: k.Dir, Server: k.Server, URL: k.Route,
	}
	for _, c := range have.Calls {
		if mounting(c.Func) {
			a.Path, a.Line = c.Path, c.Line
			break
		}
	}
	return a, nil
}

// readFile returns the contents of a file of the project, nil if it is not there.
func readFile(root, name string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if data == nil && err == nil {
		data = []byte{}
	}
	return data, err
}
