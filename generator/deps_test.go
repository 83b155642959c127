package generator

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const self = "github.com/wsgen/wsgen"

// linked has the modules that may be part of the wsgen binary, and why. A new
// one is a decision, and a line here.
var linked = map[string]string{
	"github.com/spf13/cobra":               "commands and flags",
	"github.com/spf13/pflag":               "cobra",
	"github.com/inconshreveable/mousetrap": "cobra on Windows",
	"github.com/AlecAivazis/survey/v2":     "questions",
	"github.com/kballard/go-shellquote":    "survey",
	"github.com/mattn/go-colorable":        "survey",
	"github.com/mattn/go-isatty":           "survey",
	"github.com/mgutz/ansi":                "survey",
	"golang.org/x/term":                    "is it a terminal",
	"golang.org/x/text":                    "survey",
	"golang.org/x/sys":                     "x/term",
	"golang.org/x/mod":                     "module paths, go.mod",
	"golang.org/x/sync":                    "x/tools/go/packages",
	"golang.org/x/tools":                   "txtar, type-checking",
	"github.com/rogpeppe/go-internal":      "diffs",
}

// templateOnly has modules that our go.mod requires for what we generate, and
// for tests. That they are not linked follows from the list above; here they
// are named, because that is the promise.
var templateOnly = []string{
	"github.com/chromedp/cdproto",
	"github.com/chromedp/chromedp",
	"github.com/coder/websocket",
	"github.com/creack/pty",
	"github.com/gin-gonic/gin",
	"github.com/go-chi/chi/v5",
	"github.com/gofiber/fiber/v2",
	"github.com/gofiber/fiber/v3",
	"github.com/gorilla/mux",
	"github.com/gorilla/websocket",
	"github.com/hinshun/vt10x",
	"github.com/julienschmidt/httprouter",
	"github.com/klauspost/compress",
	"github.com/labstack/echo/v4",
	"github.com/labstack/echo/v5",
	"github.com/lxzan/gws",
	"github.com/uptrace/bunrouter",
	"github.com/valyala/fasthttp",
}

func TestLinkedModules(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, p := range list(t, goos, "-deps", self+"/cmd/wsgen") {
			if p.Module == nil || p.Module.Path == self {
				continue
			}
			if linked[p.Module.Path] == "" {
				t.Errorf("%s: wsgen is linked with %s, for %s; deps_test.go does not allow it", goos, p.Module.Path, p.ImportPath)
			}
			if slices.Contains(templateOnly, p.Module.Path) {
				t.Errorf("%s: %s is for templates and tests only", goos, p.Module.Path)
			}
		}
	}
}

// imports says which packages of ours each may import, by the longest prefix
// of its path that is here: from the command through the generator down to the
// plan, and never back. A path that ends in ... stands for all below it.
var imports = map[string][]string{
	"cmd/wsgen":          {"cmd/wsgen/internal/...", "generator", "generator/apply", "generator/plan"},
	"generator":          {"generator/internal/...", "generator/plan", "templates"},
	"generator/internal": {"generator/internal/...", "generator/plan"},
	"generator/apply":    {"generator/plan"},
	"generator/plan":     {},
	"templates":          {},
	"templates/app":      {"templates/app/..."},
}

func TestImportDirections(t *testing.T) {
	for _, p := range list(t, "", self+"/...") {
		from := strings.TrimPrefix(p.ImportPath, self+"/")
		rule := from
		for imports[rule] == nil && rule != "." {
			rule = path.Dir(rule)
		}
		if rule == "." {
			t.Errorf("%s: deps_test.go does not say what it may import", from)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, self+"/")
			first, _, _ := strings.Cut(imp, "/")
			switch {
			case ours && !slices.ContainsFunc(imports[rule], func(may string) bool {
				all, below := strings.CutSuffix(may, "/...")
				return may == to || below && strings.HasPrefix(to, all+"/")
			}):
				t.Errorf("%s may not import %s", from, to)
			case !ours && rule == "generator/plan" && strings.Contains(first, "."):
				t.Errorf("%s may only import the standard library, not %s", from, imp)
			case strings.HasPrefix(imp, "github.com/AlecAivazis/survey") && from != "cmd/wsgen",
				strings.HasPrefix(imp, "github.com/spf13/") && from != "cmd/wsgen":
				t.Errorf("%s may not import %s; only the command does", from, imp)
			}
		}
	}
}

// Survey is not maintained any more; one file knows it, so that one file can do
// without it.
func TestSurveyIsBehindOneFile(t *testing.T) {
	var files []string
	eachSource(t, "../cmd", func(name string, _ *token.FileSet, f *ast.File) {
		if !strings.HasSuffix(name, "_test.go") && slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool {
			return strings.HasPrefix(s.Path.Value, `"github.com/AlecAivazis/survey`)
		}) {
			files = append(files, filepath.Base(name))
		}
	})
	if len(files) > 1 {
		t.Errorf("survey is imported by %s", files)
	}
}

// writes has what package os can do to a file system.
var writes = []string{
	"Chmod", "Chown", "Chtimes", "CopyFS", "Create", "CreateTemp", "Lchown", "Link", "Mkdir", "MkdirAll", "MkdirTemp",
	"NewFile", "OpenFile", "OpenInRoot", "OpenRoot", "Remove", "RemoveAll", "Rename", "Symlink", "Truncate", "WriteFile",
}

// Only package apply writes. So what wsgen shows is all that it does, and there
// is one place to look at for what can go wrong on a disk. The generator also
// starts no process and opens no connection.
func TestOnlyApplyWrites(t *testing.T) {
	check := func(name string, fset *token.FileSet, f *ast.File) {
		dir, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		if strings.HasSuffix(name, "_test.go") || dir == "apply" || dir == "e2e" { // e2e has tests, and what takes pictures of them
			return
		}
		osName := ""
		for _, s := range f.Imports {
			imp, _ := strconv.Unquote(s.Path.Value)
			switch {
			case imp == "os" && s.Name != nil:
				osName = s.Name.Name
			case imp == "os":
				osName = "os"
			case strings.HasPrefix(name, ".."):
			case slices.Contains([]string{"io/ioutil", "net", "os/exec", "syscall"}, imp),
				strings.HasPrefix(imp, "net/"), strings.HasPrefix(imp, "golang.org/x/sys/"):
				t.Errorf("%s: imports %s", fset.Position(s.Pos()), imp)
			}
		}
		if osName == "" {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(writes, s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == osName {
					t.Errorf("%s: os.%s; let package apply do it", fset.Position(s.Pos()), s.Sel.Name)
				}
			}
			return true
		})
	}
	eachSource(t, ".", check)
	eachSource(t, "../cmd", check)
}

// eachSource calls fn for every Go file below dir.
func eachSource(t *testing.T, dir string, fn func(name string, fset *token.FileSet, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err == nil {
			fn(name, fset, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A listed is what go list says of a package.
type listed struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func list(t *testing.T, goos string, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports,Module"}, args...)...)
	cmd.Env = os.Environ()
	if goos != "" {
		cmd.Env = append(cmd.Env, "GOOS="+goos, "CGO_ENABLED=0")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
