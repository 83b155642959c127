package rewrite

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A fixture is a case of TestMount. Its comment says what it shows and then, in
// lines "name value", what is known:
//
//	router  chi              project.Router.String()
//	func    routes           the function that is the home; main if it is not said
//	expr    r                the router
//	route   /ws
//	auth    none             or inherit
//	prefix  /api
//	base    basePath
//	require github.com/gin-gonic/gin v1.7.0
//	into    example.com/app/internal/live
//	package live             the kit's package name
//	kind    wrap
//
// A statement may end in a mark //= with words that say what it does to the
// router: those of steps below; "wraps NAME" for middleware around it, "uses
// NAME" for middleware on it, with auth, or with breaks and a reason last;
// "serve NAME" for a handler that is served; "shutdown". "GET /x" is a route,
// on the home's router if it is in the home.
type fixture struct {
	project   *project.Project
	candidate *project.Candidate
	options   Options
	files     map[string]*project.File
	want      string
}

var steps = map[string]project.Does{
	"make": project.Make, "use": project.Use, "usepath": project.UsePath, "auth": project.Auth, "add": project.Add,
	"param": project.Param, "catchall": project.CatchAll, "sub": project.Sub, "pass": project.Pass, "go": project.Go,
	"serves": project.ServeIt, "stops": project.Stop, "return": project.Return, "fallback": project.Fallback,
}

func read(t *testing.T, a *txtar.Archive) *fixture {
	t.Helper()
	p := &project.Project{Module: "example.com/app", GoLine: "1.22", GoMod: new(modfile.File), Fset: token.NewFileSet()}
	c := &project.Candidate{Expr: "r", Main: &project.Main{Path: "example.com/app", Dir: "."}}
	x := &fixture{project: p, candidate: c, files: map[string]*project.File{}}
	x.options = Options{Import: "example.com/app/internal/realtime", Route: "/ws"}

	home := "main"
	_, settings, _ := strings.Cut(string(a.Comment), "\n\n")
	for line := range strings.Lines(settings) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		value = strings.TrimSpace(value)
		switch name {
		case "":
		case "router":
			for r := project.None; r <= project.Own; r++ {
				if r.String() == value {
					c.Router = r
				}
			}
		case "kind":
			c.Kind = project.Wrap
		case "func":
			home = value
		case "expr":
			c.Expr = value
		case "prefix":
			c.Prefix = value
		case "base":
			c.Base = value
		case "route":
			x.options.Route = value
		case "into":
			x.options.Import = value
		case "package":
			x.options.Package = value
		case "auth":
			x.options.Auth = map[string]Auth{"inherit": Inherit, "none": None}[value]
		case "require":
			path, version, _ := strings.Cut(value, " ")
			p.GoMod.Require = append(p.GoMod.Require, &modfile.Require{Mod: module.Version{Path: path, Version: version}})
		default:
			t.Fatalf("what is %q?", name)
		}
	}
	for _, f := range a.Files {
		if f.Name == "want" {
			x.want = string(f.Data)
			continue
		}
		tree, err := parser.ParseFile(p.Fset, f.Name, f.Data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		x.files[f.Name] = &project.File{Path: f.Name, Data: f.Data, AST: tree, Fset: p.Fset, Generated: ast.IsGenerated(tree)}
		p.Files = append(p.Files, x.files[f.Name])
	}
	x.check()
	x.marks(t, home)
	return x
}

// check type-checks the packages, as far as that goes without their imports.
func (x *fixture) check() {
	dirs := map[string][]*project.File{}
	for _, f := range x.project.Files {
		dirs[path.Dir(f.Path)] = append(dirs[path.Dir(f.Path)], f)
	}
	for dir, files := range dirs {
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}}
		var trees []*ast.File
		for _, f := range files {
			trees = append(trees, f.AST)
		}
		conf := types.Config{Importer: fakes{}, Error: func(error) {}, DisableUnusedImportCheck: true, FakeImportC: true}
		pkg, _ := conf.Check(path.Join(x.project.Module, dir), x.project.Fset, trees, info)
		for _, f := range files {
			f.Pkg, f.Info = pkg, info
		}
	}
}

// fakes imports net/http as far as it is needed here, and empty packages.
type fakes struct{}

func (fakes) Import(p string) (*types.Package, error) {
	src := "package " + path.Base(strings.TrimSuffix(p, "/v5"))
	if p == "net/http" {
		src = `package http
			type Handler interface{ ServeHTTP(int) }
			type ServeMux struct{}
			func (*ServeMux) ServeHTTP(int)
			func NewServeMux() *ServeMux
			func ListenAndServe(string, Handler) error
			func ListenAndServeTLS(string, string, string, Handler) error
			func TimeoutHandler(Handler, int, string) Handler
			type Server struct { Addr string; Handler Handler }
			func (*Server) ListenAndServe() error
			func (*Server) Shutdown(any) error`
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, p, src, 0)
	if err != nil {
		return nil, err
	}
	conf := types.Config{IgnoreFuncBodies: true, Error: func(error) {}, Importer: importer.Default()}
	return conf.Check(p, fset, []*ast.File{f}, nil)
}

// marks reads what the files say about their statements.
func (x *fixture) marks(t *testing.T, home string) {
	t.Helper()
	c := x.candidate
	for _, f := range x.project.Files {
		marks := map[int][]string{} // by line
		for _, g := range f.AST.Comments {
			for _, m := range g.List {
				if words, ok := strings.CutPrefix(m.Text, "//= "); ok {
					marks[f.Line(m.Pos())] = strings.Fields(words)
				}
			}
		}
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Name.Name == home {
				c.Home = project.Home{File: f, Func: home, Line: f.Line(fn.Pos()), Decl: fn, Block: fn.Body, List: fn.Body.List}
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				for i, s := range listOf(n) {
					words, ok := marks[f.Line(s.End())]
					if !ok {
						words = marks[f.Line(s.Pos())]
					}
					x.mark(f, fn, listOf(n), i, words, n == ast.Node(fn.Body) && fn.Name.Name == home)
				}
				return true
			})
		}
	}
	if c.Home.File == nil {
		t.Fatalf("no function %s", home)
	}
}

// mark reads the words behind one statement.
func (x *fixture) mark(f *project.File, fn *ast.FuncDecl, list []ast.Stmt, i int, words []string, home bool) {
	c := x.candidate
	step := project.Step{Index: i, Stmt: list[i]}
	for n := 0; n < len(words); n++ {
		w := words[n]
		switch {
		case steps[w] != 0:
			step.Does |= steps[w]
		case w == "nested":
			step.Nested = true
		case w == "wraps", w == "uses":
			call := callOf(list[i], words[n+1])
			m := project.Middleware{Name: words[n+1], File: f, Pos: call.Pos(), Inside: w == "uses"}
			for _, more := range words[n+2:] {
				m.Auth = m.Auth || more == "auth"
			}
			if b := slices.Index(words, "breaks"); b >= 0 {
				m.Breaks = strings.Join(words[b+1:], " ")
			}
			if m.Inside {
				step.Does |= project.Use
			}
			if m.Auth && m.Inside {
				step.Does |= project.Auth
			}
			if o := f.Pkg.Scope().Lookup("recorder"); o != nil && m.Breaks != "" {
				m.Type = &project.Type{Name: "recorder", File: f, Pos: o.Pos(), Recv: "ResponseWriter"}
			}
			c.Middleware = append(c.Middleware, m)
			n = len(words)
		case w == "serve":
			c.Serves = append(c.Serves, project.Serve{File: f, Pos: list[i].Pos(), Func: fn.Name.Name, What: w, Handler: exprOf(list[i], words[n+1])})
			n++
		case w == "shutdown":
			call := callOf(list[i], "Shutdown")
			s := project.Shutdown{File: f, Func: fn.Name.Name, Call: call, Stmt: list[i], List: list, Index: i}
			if len(call.Args) > 0 {
				s.Ctx = call.Args[0]
			}
			c.Shutdowns = append(c.Shutdowns, s)
		case strings.ToUpper(w) == w && !strings.HasPrefix(w, "/"):
			step.Method = w
		case strings.HasPrefix(w, "/"):
			step.Pattern = strings.Replace(w, "/…", "…", 1) // a mark begins with a slash
		}
	}
	if step.Pattern != "" && step.Does.Has(project.Add) {
		c.Routes = append(c.Routes, project.Route{Method: step.Method, Pattern: step.Pattern, File: f, Pos: list[i].Pos(), Func: fn.Name.Name})
	}
	if home && step.Does != 0 {
		c.Home.Steps = append(c.Home.Steps, step)
	}
}

// callOf returns the first call in n that mentions name.
func callOf(n ast.Node, name string) (call *ast.CallExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && call == nil && strings.Contains(types.ExprString(c), name) {
			call = c
		}
		return call == nil
	})
	return call
}

// exprOf returns the last expression in n that is written as text.
func exprOf(n ast.Node, text string) (x ast.Expr) {
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && types.ExprString(e) == text {
			x = e
		}
		return true
	})
	return x
}
