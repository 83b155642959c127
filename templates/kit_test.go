package templates_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// The kit goes into modules of others, whose go line decides which language it
// is read in: it must not need a newer one than this.
const kitLanguage = "go1.18"

// The kit may be built with this Go and any later one.
const kitMinor = 21

// loadKit returns the packages of internal/realtime with their tests. Nobody
// changes them.
func loadKit(t *testing.T) []*packages.Package {
	t.Helper()
	kit.Do(func() { kit.packages = load(t, true, "./app/internal/realtime/...") })
	if kit.packages == nil {
		t.Fatal("the kit does not type-check")
	}
	return kit.packages
}

var kit struct {
	sync.Once
	packages []*packages.Package
}

// The kit type-checks in the old language: no min, max and clear, no range over
// integers and functions.
func TestKitLanguage(t *testing.T) {
	for _, p := range loadKit(t) {
		if strings.HasSuffix(p.ID, ".test") {
			continue // the generated main
		}
		conf := types.Config{
			GoVersion: kitLanguage,
			Sizes:     p.TypesSizes,
			Error:     func(err error) { t.Error(err) },
			Importer: importer(func(path string) (*types.Package, error) {
				if path == "unsafe" {
					return types.Unsafe, nil
				}
				return p.Imports[path].Types, nil
			}),
		}
		conf.Check(p.PkgPath, p.Fset, p.Syntax, nil)
	}
}

type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }

// In the old language a loop has one variable for all its rounds. So nothing
// that outlives a round may refer to it: no goroutine, no deferred or stored
// function, no pointer.
func TestKitLoopVariables(t *testing.T) {
	for _, p := range loadKit(t) {
		for _, f := range p.Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				vars, body := loopVariables(p.TypesInfo, n)
				if len(vars) == 0 {
					return true
				}
				ast.PreorderStack(body, nil, func(n ast.Node, within []ast.Node) bool {
					switch n := n.(type) {
					case *ast.UnaryExpr:
						if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND && vars[p.TypesInfo.Uses[id]] {
							t.Errorf("%s: the address of loop variable %s", p.Fset.Position(n.Pos()), id.Name)
						}
					case *ast.GoStmt:
						captures(t, p, vars, n.Call.Fun)
					case *ast.DeferStmt:
						// In a function of the round it runs before that returns.
						if !slices.ContainsFunc(within, isFuncLit) {
							captures(t, p, vars, n.Call.Fun)
						}
					case *ast.AssignStmt:
						for _, x := range n.Rhs {
							if n.Tok == token.ASSIGN {
								captures(t, p, vars, x)
							}
						}
					case *ast.CallExpr:
						for _, x := range n.Args {
							if outlives(n.Fun) {
								captures(t, p, vars, x)
							}
						}
					}
					return true
				})
				return true
			})
		}
	}
}

func isFuncLit(n ast.Node) bool {
	_, ok := n.(*ast.FuncLit)
	return ok
}

// outlives reports whether what a function is given lives longer than the call.
func outlives(fun ast.Expr) bool {
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name == "append"
	case *ast.SelectorExpr:
		return fun.Sel.Name == "AfterFunc" || fun.Sel.Name == "Cleanup"
	}
	return false
}

// loopVariables returns the variables that a loop declares, and its body.
func loopVariables(info *types.Info, n ast.Node) (map[types.Object]bool, *ast.BlockStmt) {
	vars := map[types.Object]bool{}
	add := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok && info.Defs[id] != nil {
			vars[info.Defs[id]] = true
		}
	}
	switch n := n.(type) {
	case *ast.RangeStmt:
		add(n.Key)
		add(n.Value)
		return vars, n.Body
	case *ast.ForStmt:
		if a, ok := n.Init.(*ast.AssignStmt); ok {
			for _, x := range a.Lhs {
				add(x)
			}
		}
		return vars, n.Body
	}
	return nil, nil
}

// captures reports a function literal x that refers to one of vars.
func captures(t *testing.T, p *packages.Package, vars map[types.Object]bool, x ast.Expr) {
	lit, ok := ast.Unparen(x).(*ast.FuncLit)
	if !ok {
		return
	}
	ast.Inspect(lit, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && vars[p.TypesInfo.Uses[id]] {
			t.Errorf("%s: a function refers to loop variable %s; pass it, or copy it in the loop", p.Fset.Position(id.Pos()), id.Name)
		}
		return true
	})
}

// The kit uses nothing of the standard library that the oldest Go lacks.
func TestKitStandardLibrary(t *testing.T) {
	newer := newerAPI(t)
	for _, p := range loadKit(t) {
		for id, o := range p.TypesInfo.Uses {
			if o.Pkg() == nil || strings.Contains(o.Pkg().Path(), ".") {
				continue
			}
			if since, ok := newer[apiName(o)]; ok {
				t.Errorf("%s: %s is of Go 1.%d", p.Fset.Position(id.Pos()), apiName(o), since)
			}
		}
		for _, f := range p.Syntax {
			for _, spec := range f.Imports {
				if since, ok := newer[strings.Trim(spec.Path.Value, `"`)]; ok {
					t.Errorf("%s: %s is of Go 1.%d", p.Fset.Position(spec.Pos()), spec.Path.Value, since)
				}
			}
		}
	}
}

// apiName returns path.Name of a declaration, path.Type.Name of a method.
func apiName(o types.Object) string {
	name := o.Pkg().Path() + "."
	if f, ok := o.(*types.Func); ok {
		if recv := f.Signature().Recv(); recv != nil {
			t := recv.Type()
			if ptr, ok := t.(*types.Pointer); ok {
				t = ptr.Elem()
			}
			if named, ok := t.(*types.Named); ok {
				name += named.Obj().Name() + "."
			}
		}
	}
	return name + o.Name()
}

// newerAPI reads from the Go distribution what came after kitMinor: each
// declaration, method and package, and the minor version that brought it.
func newerAPI(t *testing.T) map[string]int {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "api", "go1*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	// pkg log/slog, method (*Logger) With(...interface{}) *Logger #56345
	// pkg syscall (freebsd-386), const AF_INET = 2
	line := regexp.MustCompile(`^pkg ([\w/]+)(?: \([^)]*\))?, (?:func|const|var|type|method \(\*?(\w+)(?:\[[^)]*)?\)) (\w+)`)
	since := map[string]int{}
	for _, file := range files {
		minor := 0
		if base := filepath.Base(file); base != "go1.txt" {
			if minor, err = strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(base, "go1."), ".txt")); err != nil {
				t.Fatal(err)
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.Lines(string(data)) {
			m := line.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			name := m[1] + "."
			if m[2] != "" {
				name += m[2] + "."
			}
			for _, name := range []string{m[1], name + m[3]} {
				if old, ok := since[name]; !ok || minor < old {
					since[name] = minor
				}
			}
		}
	}
	if since["crypto/rand.Text"] != 24 || since["iter"] != 23 || since["sync.WaitGroup.Go"] != 25 || since["crypto/rand"] != 0 {
		t.Fatalf("the API of Go could not be read from %d files in %s/api", len(files), strings.TrimSpace(string(root)))
	}
	maps.DeleteFunc(since, func(_ string, minor int) bool { return minor <= kitMinor })
	return since
}
