package generator

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/internal/rewrite"
	"github.com/wsgen/wsgen/generator/plan"
)

// A Finding is one thing that [Inspect] has looked at.
type Finding struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Path  string `json:"path,omitempty"` // relative to the module's root
	Line  int    `json:"line,omitempty"`
	Text  string `json:"text"`          // what was found, one line
	Fix   string `json:"fix,omitempty"` // what to do about it, one line
}

// A State is how a check ended.
type State string

// The states of a check.
const (
	OK   State = "ok"
	Warn State = "warn" // it works, or may work, and something is to be looked at
	Fail State = "fail" // websockets cannot work, or cannot be added, like this
)

// Inspect looks at the project at dir as far as websockets go: Go, the module,
// the router and why it is the one, where the websocket is mounted or would be,
// middleware that would break it, the websocket library, who may connect, and
// what has changed since wsgen wrote it. It writes nothing and starts no process.
//
// The error is for a place without a Go module, and that of ctx.
func Inspect(ctx context.Context, dir string) ([]Finding, error) {
	p, err := load(ctx, dir, "")
	if err != nil {
		return nil, err
	}
	have, err := presence(p, DefaultInto)
	if err != nil {
		return nil, err
	}
	i := &inspection{p: p, have: have}
	i.goVersion()
	i.module()
	if err := i.router(ctx); err != nil {
		return nil, err
	}
	i.libraries()
	i.origins()
	return i.all, i.drift()
}

// An inspection is an Inspect in progress.
type inspection struct {
	p    *project.Project
	have *Presence
	all  []Finding
}

func (i *inspection) add(name string, state State, text, fix string) {
	i.all = append(i.all, Finding{Name: name, State: state, Text: text, Fix: fix})
}

func (i *inspection) at(name string, state State, path string, line int, text, fix string) {
	i.all = append(i.all, Finding{Name: name, State: state, Path: path, Line: line, Text: text, Fix: fix})
}

// goVersion compares the go command in PATH with what go.mod wants.
func (i *inspection) goVersion() {
	have := installedGo()
	want := "go" + i.p.GoLine
	switch {
	case have == "":
		i.add("go", Warn, "no go command in PATH", "install Go from https://go.dev/dl; wsgen add needs it to check what it writes")
	case version.Compare(have, want) < 0:
		i.add("go", Warn, fmt.Sprintf("%s is installed, and go.mod says go %s: the go command will fetch a newer one, or refuse", have, i.p.GoLine), "")
	default:
		i.add("go", OK, have, "")
	}
}

// installedGo returns the version of the go command in PATH, from the file
// VERSION beside it; "" if it cannot be told.
func installedGo() string {
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(path)), "VERSION"))
		if err != nil {
			continue
		}
		line, _, _ := strings.Cut(string(data), "\n")
		if v := strings.TrimSpace(line); version.IsValid(v) {
			return v
		}
	}
	return ""
}

func (i *inspection) module() {
	text := fmt.Sprintf("%s, go %s", i.p.Module, i.p.GoLine)
	if i.p.Workspace != "" {
		text += ", in the workspace " + i.p.Workspace
	}
	if i.p.Vendored {
		text += ", vendored"
	}
	if err := i.p.CheckGo(); err != nil {
		i.at("module", Fail, "go.mod", 0, text+": the websocket code needs go 1.18", "go mod edit -go=1.18")
		return
	}
	i.add("module", OK, text, "")
}

// router says what answers requests, and where the websocket is or would be.
func (i *inspection) router(ctx context.Context) error {
	all, doubt, err := i.p.Find(ctx)
	if err != nil {
		return err
	}
	for _, c := range i.have.Calls {
		i.at("mounted", OK, c.Path, c.Line, "realtime."+c.Func, "")
	}
	if len(all) == 0 {
		state, fix := Fail, "realtime.Wrap(handler) goes around whatever answers requests"
		if i.have.mounted() {
			state, fix = OK, ""
		}
		i.add("router", state, doubt.Reason, fix)
		return nil
	}
	values := atValues(all)
	if doubt != nil && !i.have.mounted() {
		i.add("router", Warn, "wsgen add would ask: "+doubt.Reason, "")
		for n, c := range all {
			i.at("candidate", OK, c.Home.File.Path, c.Home.Line, describe(c)+" ("+strings.Join(c.Why, "; ")+")", "--at="+values[n])
		}
		return nil
	}
	c := all[0]
	i.at("router", OK, c.Home.File.Path, c.Home.Line, describe(c)+" ("+strings.Join(c.Why, "; ")+")", "")
	if !i.have.mounted() {
		i.place(c)
	}
	i.middleware(c)
	return nil
}

// place says where wsgen add would mount the websocket.
func (i *inspection) place(c *project.Candidate) {
	r, err := rewrite.Mount(i.p, c, rewrite.Options{Import: i.p.Module + "/" + DefaultInto, Route: DefaultRoute})
	if err != nil {
		i.add("place", Fail, err.Error(), "")
		return
	}
	i.at("place", OK, r.Path, r.Line, "wsgen add would put "+r.Code+" near here, websocket at "+r.URL, "")
}

// middleware names what a request passes that would break an upgrade.
func (i *inspection) middleware(c *project.Candidate) {
	for _, m := range c.Middleware {
		if m.Breaks == "" {
			continue
		}
		fix := "mount outside of it, as wsgen add does"
		state := Warn
		if m.Type != nil && m.Type.Recv != "" {
			fix = fmt.Sprintf("%s:%d: func (w *%s) Unwrap() http.ResponseWriter { return w.%s }", m.Type.File.Path, m.Type.File.Line(m.Type.Pos), m.Type.Name, m.Type.Recv)
		}
		i.at("middleware", state, m.File.Path, m.File.Line(m.Pos), m.Name+": "+m.Breaks, fix)
	}
}

// otherLibraries are websocket libraries beside those that wsgen can use.
var otherLibraries = []string{
	"nhooyr.io/websocket", "golang.org/x/net/websocket", "github.com/gobwas/ws", "github.com/olahol/melody", "github.com/gofiber/contrib/websocket",
	"github.com/gofiber/websocket/v2", "github.com/centrifugal/centrifuge", "github.com/zishang520/socket.io",
}

// libraries names the websocket libraries that go.mod requires.
func (i *inspection) libraries() {
	known := slices.Clone(otherLibraries)
	for _, s := range Servers() {
		known = append(known, s.Module)
	}
	n := 0
	for _, r := range i.p.GoMod.Require {
		if slices.Contains(known, r.Mod.Path) {
			n++
			i.at("library", OK, "go.mod", r.Syntax.Start.Line, r.Mod.String(), "")
		}
	}
	if k := i.have.Kit; k != nil && k.Server != "" {
		for _, s := range Servers() {
			if s.Name == k.Server && !slices.ContainsFunc(i.all, func(f Finding) bool { return f.Name == "library" && strings.HasPrefix(f.Text, s.Module+"@") }) {
				i.at("library", Fail, "go.mod", 0, fmt.Sprintf("%s imports %s, and go.mod does not require it", k.Dir, s.Module), "go get "+s.Module+"@"+s.Version)
			}
		}
	} else if n == 0 {
		i.add("library", OK, "none yet", "")
	}
}

// origins says whose pages may connect, as setup.go has it.
func (i *inspection) origins() {
	k := i.have.Kit
	if k == nil {
		return
	}
	name := k.Dir + "/setup.go"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(i.p.Root, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
	if err != nil {
		i.at("origins", Warn, name, 0, "cannot be read", "")
		return
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return true
		}
		sel, ok := a.Lhs[0].(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Origins" {
			return true
		}
		found = true
		line := fset.Position(a.Pos()).Line
		var list []string
		ast.Inspect(a.Rhs[0], func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				list = append(list, strings.Trim(lit.Value, "`\""))
			}
			return true
		})
		if slices.Contains(list, "*") {
			i.at("origins", Warn, name, line, "every page of the web may connect, with the cookies of its visitor", "list the hosts")
		} else {
			i.at("origins", OK, name, line, "pages of this host, and of "+strings.Join(list, ", "), "")
		}
		return true
	})
	if !found {
		i.at("origins", OK, name, 0, "only pages of the same host may connect", "")
	}
}

// drift compares the project with its manifest.
func (i *inspection) drift() error {
	m, err := readManifest(i.p.Root)
	if err != nil || m == nil {
		return err
	}
	var names, edited []string
	for name := range m.Files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if i.have.Kit != nil && !within(name, i.have.Kit.Dir) && len(m.Injections) > 0 {
			continue
		}
		data, err := readFile(i.p.Root, name)
		switch {
		case err != nil:
			return err
		case data == nil:
			i.at("drift", Warn, name, 0, "is gone", "")
		case (&plan.File{Data: []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))}).Sum() != m.Files[name] && (&plan.File{Data: data}).Sum() != m.Files[name]:
			edited = append(edited, name)
		}
	}
	if i.have.Kit != nil && !i.have.mounted() {
		i.at("drift", Warn, i.have.Kit.Dir, 0, "is there, and nothing mounts it", "wsgen add websockets")
	}
	switch {
	case len(edited) == 0:
		i.add("drift", OK, fmt.Sprintf("%d files are as wsgen wrote them", len(names)), "")
	default:
		i.add("drift", OK, fmt.Sprintf("%d of %d files were edited since: %s", len(edited), len(names), strings.Join(edited, ", ")), "")
	}
	return nil
}
