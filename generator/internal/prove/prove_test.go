package prove

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/plan"
)

// The project of these tests, and the library that plans bring. Its sums are
// those of the version that wsgen itself is tested with.
const project = `
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

import "net/http"

func main() {
	mux := http.NewServeMux()
	_ = mux
}
`

const kit = `
-- internal/realtime/realtime.go --
package realtime

import (
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

func Mount(mux *http.ServeMux) { mux.HandleFunc("/ws", serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	if c, err := upgrader.Upgrade(w, r, nil); err == nil {
		c.Close()
	}
}
-- go.mod --
module example.com/app

go 1.21

require github.com/gorilla/websocket v1.5.3
-- go.sum --
github.com/gorilla/websocket v1.5.3 h1:saDtZ6Pbx/0u+bgYQ3q96pZgCzfhKXGPqt7kZ72aNNg=
github.com/gorilla/websocket v1.5.3/go.mod h1:YR8l580nyteQvAITg2hZ9XVh4b55+EU/adAjf1fMHhE=
`

const mounted = `
-- main.go --
package main

import (
	"net/http"

	"example.com/app/internal/realtime"
)

func main() {
	mux := http.NewServeMux()
	realtime.Mount(mux)
}
`

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name    string
		project string // besides the one above
		plan    string
		options Options
		want    []string // of New
		old     []string
	}{
		{name: "a package, a requirement and sums that are not there yet", plan: kit + mounted},
		{name: "an argument of the wrong type, at its line", plan: kit + strings.Replace(mounted, "Mount(mux)", "Mount(mux, 1)", 1),
			want: []string{"main.go:11: too many arguments in call to realtime.Mount\n\thave (*http.ServeMux, number)\n\twant (*http.ServeMux)"}},
		{name: "an error in a new package", plan: strings.Replace(kit, "c.Close()", "c.Colse()", 1) + mounted,
			want: []string{"internal/realtime/realtime.go:15: c.Colse undefined (type *websocket.Conn has no field or method Colse)"}},
		{name: "a requirement that is missing", plan: strings.Replace(kit, "\nrequire github.com/gorilla/websocket v1.5.3\n", "", 1) + mounted,
			want: []string{"no required module provides package github.com/gorilla/websocket"}},
		{name: "a sum that is missing", plan: kit[:strings.Index(kit, "-- go.sum --")] + mounted,
			want: []string{"missing go.sum entry"}},
		{name: "errors that were there are no errors of the plan", project: "-- broken.go --\npackage main\n\nvar x int = \"\"\n", plan: kit + mounted,
			old: []string{`broken.go:3: cannot use "" (untyped string constant) as int value in variable declaration`}},
		{name: "but one more of them is", project: "-- broken.go --\npackage main\n\nvar x int = \"\"\n", plan: kit + mounted + "-- more.go --\npackage main\n\nvar y = z\n",
			want: []string{"more.go:3: undefined: z"}, old: []string{"broken.go:3: "}},
		{name: "a file that does not parse", project: "-- broken.go --\npackage main\n\nfunc {\n", plan: kit + mounted,
			old: slices.Repeat([]string{"broken.go:3: expected "}, 4)},
		{name: "a package that imports the edited one is not looked at, unless it is asked for",
			project: "-- cmd/x/main.go --\npackage main\n\nimport \"example.com/app/lib\"\n\nfunc main() { lib.F() }\n-- lib/lib.go --\npackage lib\n\nfunc F() {}\n",
			plan:    "-- lib/lib.go --\npackage lib\n\nfunc G() {}\n", options: Options{Dirs: []string{"cmd/x"}},
			want: []string{"cmd/x/main.go:5: undefined: lib.F"}},
		{name: "with the tags of the project", project: "-- only.go --\n//go:build only\n\npackage main\n\nvar x = undefinedName\n", plan: kit + mounted, options: Options{Tags: []string{"only"}},
			old: []string{"only.go:5: undefined: undefinedName"}},
		{name: "with Windows line breaks, and GOFLAGS that let the go command write", plan: strings.ReplaceAll(kit+mounted, "\n", "\r\n"),
			options: Options{Env: append(os.Environ(), "GOFLAGS=-mod=mod")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && tt.project != "" {
				t.Skip("a load of packages takes a second")
			}
			root := lay(t, project+tt.project)
			before := read(t, root)
			report, err := Check(t.Context(), root, planned(t, root, tt.plan), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			matches(t, "new", report.New, tt.want)
			matches(t, "old", report.Old, tt.old)
			if after := read(t, root); !maps.Equal(before, after) {
				t.Errorf("the project has changed: %v", slices.Sorted(maps.Keys(after)))
			}
		})
	}
}

// matches compares problems with the beginnings of what is wanted, or parts.
func matches(t *testing.T, what string, got []Problem, want []string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		ok = ok && strings.Contains(got[i].String(), want[i])
	}
	if !ok {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// Files that a plan takes away are not seen.
func TestCheckRemoval(t *testing.T) {
	root := lay(t, project+"-- extra.go --\npackage main\n\nfunc used() {}\n-- more.go --\npackage main\n\nvar _ = used\n")
	p := planned(t, root, "")
	p.Changes = []plan.Change{{Path: "extra.go", Old: &plan.File{Mode: 0o644}}}
	report, err := Check(t.Context(), root, p, Options{Dirs: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "new", report.New, []string{"more.go:3: undefined: used"})
}

// In a workspace, where -modfile is not allowed.
func TestCheckWorkspace(t *testing.T) {
	root := lay(t, project+"-- work/go.work --\ngo 1.21\n\nuse ..\nuse ../other\n-- other/go.mod --\nmodule example.com/other\n\ngo 1.21\n-- other/other.go --\npackage other\n")
	before := read(t, root)
	work := filepath.Join(root, "work", "go.work")
	o := Options{Workspace: work, Env: append(os.Environ(), "GOWORK="+work)}
	report, err := Check(t.Context(), root, planned(t, root, kit+mounted), o)
	if err != nil || len(report.New) > 0 {
		t.Fatal(report, err)
	}
	if after := read(t, root); !maps.Equal(before, after) {
		t.Errorf("the project has changed: %v", slices.Sorted(maps.Keys(after)))
	}
}

// With a vendor folder that the plan leaves alone, modules come from the cache.
func TestCheckVendored(t *testing.T) {
	root := lay(t, project+"-- vendor/modules.txt --\n# example.com/x v1.0.0\n## explicit\nexample.com/x\n-- vendor/example.com/x/x.go --\npackage x\n")
	p := planned(t, root, kit+mounted)
	report, err := Check(t.Context(), root, p, Options{Vendored: true})
	if err != nil || len(report.New) > 0 {
		t.Fatal(report, err)
	}
}

// With a vendor folder that the plan brings up to date it is the same.
func TestCheckVendorPlanned(t *testing.T) {
	root := lay(t, project+"-- vendor/modules.txt --\n")
	p := planned(t, root, kit+mounted+`
-- vendor/modules.txt --
# github.com/gorilla/websocket v1.5.3
## explicit; go 1.12
github.com/gorilla/websocket
-- vendor/github.com/gorilla/websocket/websocket.go --
package websocket
`)
	report, err := Check(t.Context(), root, p, Options{Vendored: true})
	if err != nil || len(report.New) > 0 {
		t.Fatal(report, err)
	}
}

// Where the go command cannot do its work, that is what is said.
func TestUnavailable(t *testing.T) {
	env := func(more ...string) []string { return append(os.Environ(), more...) }
	for _, tt := range []struct {
		name, from, to string // in go.mod
		env            []string
		want           string
	}{
		{"the library cannot be had", "", "", env("GOPROXY=off", "GOFLAGS=", "GOMODCACHE="+t.TempDir()), "go mod download"},
		{"the go line is newer than the toolchain", "go 1.21", "go 1.999", env("GOTOOLCHAIN=local"), "use a newer Go"},
		{"go.mod is broken", "go 1.21", "colour red", env(), "unknown directive: colour"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := lay(t, strings.Replace(project, tt.from, tt.to, 1))
			p := planned(t, root, strings.Replace(kit, tt.from, tt.to, 1)+mounted)
			report, err := Check(t.Context(), root, p, Options{Env: tt.env})
			var u *UnavailableError
			if !errors.As(err, &u) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v; want an UnavailableError with %q", report, err, tt.want)
			}
		})
	}
}

// Without a go command.
func TestNoGoCommand(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if path, err := exec.LookPath("go"); err == nil {
		t.Skip("go is there all the same: " + path)
	}
	root := lay(t, project)
	_, err := Check(t.Context(), root, planned(t, root, kit+mounted), Options{})
	var u *UnavailableError
	if !errors.As(err, &u) || !strings.Contains(err.Error(), "install Go") {
		t.Error(err)
	}
}

// Who gives up is obeyed.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := lay(t, project)
	if _, err := Check(ctx, root, planned(t, root, kit+mounted), Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A plan without Go code brings nothing to check.
func TestNothingToCheck(t *testing.T) {
	root := lay(t, project)
	report, err := Check(t.Context(), root, planned(t, root, "-- README.md --\nhello\n"), Options{Env: []string{}})
	if err != nil || len(report.New)+len(report.Old) > 0 {
		t.Error(report, err)
	}
}

// lay writes the files of an archive to a new folder.
func lay(t *testing.T, archive string) (root string) {
	t.Helper()
	root = t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// planned returns the plan that has the files of an archive written to root.
func planned(t *testing.T, root, archive string) *plan.Plan {
	t.Helper()
	p := &plan.Plan{}
	for _, f := range txtar.Parse([]byte(strings.ReplaceAll(archive, "\r\n--", "\n--"))).Files {
		c := plan.Change{Path: strings.TrimSuffix(f.Name, "\r"), New: &plan.File{Data: f.Data, Mode: 0o644}}
		if data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.Path))); err == nil {
			c.Old = &plan.File{Data: data, Mode: 0o644}
		}
		p.Changes = append(p.Changes, c)
	}
	p.Sort()
	return p
}

// read returns the files below root.
func read(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
