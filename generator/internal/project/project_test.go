package project

import (
	"context"
	"errors"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The declarations that we carry are correct Go, and each name that the model of
// the routers speaks of is declared.
func TestStubs(t *testing.T) {
	w := &world{p: &Project{Fset: token.NewFileSet()}, stubs: map[string]*types.Package{}, others: map[string]*types.Package{}}
	declared := map[string]bool{}
	paths := map[string]stub{}
	for p, s := range stubPaths {
		paths[p] = s
	}
	for p, s := range stubMajors {
		paths[p] = s
	}
	used := map[string]bool{}
	for path, s := range paths {
		used[s.name+".txt"] = true
		p, err := w.stub(path, s)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		if p.Name() != packageName(path) && path != "net/http" {
			t.Errorf("%s is declared as package %s", path, p.Name())
		}
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			declared[s.name+"."+name] = true
			tn, ok := o.(*types.TypeName)
			if !ok {
				continue
			}
			for m := range types.NewMethodSet(types.NewPointer(tn.Type())).Methods() {
				declared[s.name+"."+m.Obj().Name()] = true
				declared[s.name+"."+name+"."+m.Obj().Name()] = true
			}
			if i, ok := tn.Type().Underlying().(*types.Interface); ok {
				for m := range i.Methods() {
					declared[s.name+"."+m.Name()] = true
				}
			}
		}
	}
	for key := range effects {
		// The verbs are the same for all routers; not each has all.
		if last := key[strings.LastIndex(key, ".")+1:]; strings.ToUpper(last) == last || slices.Contains([]string{"Query", "Mount", "Static", "Domain"}, last) {
			continue
		}
		if !declared[key] {
			t.Errorf("%s is modelled and not declared", key)
		}
	}
	for key := range routerTypes {
		if !declared[key] {
			t.Errorf("%s is a router and not declared", key)
		}
	}
	names, _ := filepath.Glob("stubs/*")
	for _, n := range names {
		if !used[filepath.Base(n)] {
			t.Errorf("%s is not used", n)
		}
	}
}

// No body in the declarations: what they say is all that there is.
func TestStubsHaveNoBodies(t *testing.T) {
	names, _ := filepath.Glob("stubs/*.txt")
	for _, n := range names {
		f, err := parser.ParseFile(token.NewFileSet(), n, nil, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, s := range f.Imports {
			if s.Path.Value != `"net/http"` {
				t.Errorf("%s imports %s", n, s.Path.Value)
			}
		}
	}
}

func TestStubFor(t *testing.T) {
	for path, want := range map[string]Router{
		"net/http":                                          NetHTTP,
		"github.com/go-chi/chi":                             Chi,
		"github.com/go-chi/chi/v5":                          Chi,
		"github.com/go-chi/chi/v5/middleware":               None,
		"github.com/labstack/echo":                          Own,
		"github.com/labstack/echo/v4":                       Echo4,
		"github.com/labstack/echo/v5":                       Echo5,
		"github.com/labstack/echo/v6":                       Own,
		"github.com/gofiber/fiber/v2":                       Fiber2,
		"github.com/gofiber/fiber/v3":                       Fiber3,
		"github.com/gofiber/fiber/v3/middleware/static":     None,
		"github.com/gorilla/mux":                            GorillaMux,
		"github.com/uptrace/bunrouter":                      BunRouter,
		"github.com/grpc-ecosystem/grpc-gateway/v2/runtime": Own,
		"runtime":              None,
		"example.com/net/http": None,
	} {
		s, ok := stubFor(path)
		if ok != (want != None) || s.router != want {
			t.Errorf("%s: %v, %v", path, s.router, ok)
		}
	}
}

func TestPackageName(t *testing.T) {
	for path, want := range map[string]string{
		"github.com/go-chi/chi/v5": "chi", "gopkg.in/yaml.v3": "yaml", "github.com/mattn/go-sqlite3": "sqlite3",
		"github.com/nats-io/nats.go": "nats", "math/rand/v2": "rand", "v2": "v2", "example.com/a-b": "ab",
	} {
		if got := packageName(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// What a route takes from others depends on whose pattern it is.
func TestPatternDoes(t *testing.T) {
	for _, tt := range []struct {
		router  Router
		pattern pattern
		want    Does
	}{
		{NetHTTP, pattern{text: "/", below: true}, CatchAll},
		{NetHTTP, pattern{text: "/{$}"}, 0},
		{NetHTTP, pattern{text: "/{id}"}, Param},
		{NetHTTP, pattern{text: "/{path...}"}, CatchAll},
		{NetHTTP, pattern{text: "example.com/{id}"}, Param},
		{NetHTTP, pattern{text: "/items/{id}"}, 0},
		{Chi, pattern{text: "/*"}, CatchAll},
		{Chi, pattern{text: "/{slug}"}, Param},
		{Chi, pattern{text: "/files/*"}, 0},
		{GorillaMux, pattern{text: "/", below: true}, CatchAll},
		{GorillaMux, pattern{text: "/"}, 0},
		{GorillaMux, pattern{text: "/{rest:.*}"}, CatchAll},
		{GorillaMux, pattern{text: "/{path:.*}/track"}, Param},
		{Gin, pattern{text: "/:id"}, Param},
		{Gin, pattern{text: "/*any"}, CatchAll},
		{HTTPRouter, pattern{text: "/*filepath"}, CatchAll},
		{Echo4, pattern{text: "/:id/x"}, Param},
		{Echo4, pattern{text: "*"}, CatchAll},
		{Fiber2, pattern{text: "/", below: true}, CatchAll},
		{Fiber2, pattern{text: "/api", below: true}, 0},
		{BunRouter, pattern{text: "/*path"}, CatchAll},
	} {
		if got := tt.pattern.does(tt.router); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.router, tt.pattern.text, got, tt.want)
		}
	}
}

func TestPatternJoin(t *testing.T) {
	for _, tt := range []struct{ p, q, want string }{
		{"", "/x", "/x"}, {"/api", "", "/api"}, {"/api", "/x", "/api/x"}, {"/api/", "/x", "/api/x"}, {"/api", "x", "/api/x"}, {"/api", "/", "/api/"}, {"/", "/x", "/x"},
	} {
		if got := (pattern{text: tt.p}).join(pattern{text: tt.q}).text; got != tt.want {
			t.Errorf("%q below %q: %q, want %q", tt.q, tt.p, got, tt.want)
		}
	}
}

// The same project gives the same answer, whatever order its files are read in.
func TestFindIsDeterministic(t *testing.T) {
	for _, fixture := range []string{"fx", "helper_interface", "chi", "workspace", "two_mains_one_server"} {
		dir := t.TempDir()
		unpack(t, "testdata/"+fixture+".txtar", dir)
		o := Options{Dir: dir}
		if exists(filepath.Join(dir, "app")) {
			o.Dir = filepath.Join(dir, "app")
		}
		first := report(o)
		for range 10 {
			if again := report(o); again != first {
				t.Fatalf("%s: first\n%s\nthen\n%s", fixture, first, again)
			}
		}
	}
}

func TestFindConcurrently(t *testing.T) {
	dir := t.TempDir()
	unpack(t, "testdata/field.txtar", dir)
	p, err := Load(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if cs, doubt, err := p.Find(context.Background()); err != nil || doubt != nil || len(cs) != 1 {
				t.Errorf("%v, %v, %v", cs, doubt, err)
			}
		})
	}
	wg.Wait()
}

func TestCancelled(t *testing.T) {
	dir := t.TempDir()
	unpack(t, "testdata/field.txtar", dir)
	ctx, cancel := context.WithCancel(t.Context())
	p, err := Load(ctx, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := Load(ctx, Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("Load: %v", err)
	}
	if _, _, err := p.Find(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Find: %v", err)
	}
	if _, err := p.At(ctx, "x.go:f"); !errors.Is(err, context.Canceled) {
		t.Errorf("At: %v", err)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	unpack(t, "testdata/old_go.txtar", dir)
	p, err := Load(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckGo(); !errors.Is(err, ErrOldGo) {
		t.Errorf("CheckGo: %v", err)
	}
	if _, err := Load(t.Context(), Options{Dir: t.TempDir()}); !errors.Is(err, ErrNoModule) {
		t.Errorf("no go.mod: %v", err)
	}
	if _, err := Load(t.Context(), Options{Dir: filepath.Join(dir, "absent")}); err == nil {
		t.Errorf("an absent folder of a module is found")
	}
	for _, bad := range []string{"module", "go 1.22\n", "module a b c\n", "module x\n\nrequire ("} {
		d := t.TempDir()
		if err := os.WriteFile(filepath.Join(d, "go.mod"), []byte(bad), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(t.Context(), Options{Dir: d}); err == nil || !strings.Contains(err.Error(), "go.mod") {
			t.Errorf("go.mod of %q: %v", bad, err)
		}
	}
}

// Loading writes nothing.
func TestLoadOnlyReads(t *testing.T) {
	dir := t.TempDir()
	unpack(t, "testdata/chi.txtar", dir)
	list := func() string {
		var b strings.Builder
		fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			b.WriteString(name + "\n")
			return err
		})
		return b.String()
	}
	before := list()
	report(Options{Dir: dir})
	if after := list(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}
