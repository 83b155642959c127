package gomod

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "renew catalogue.json, with the go command")

// libraries is what the catalogue is made of. The oldest versions are those with
// which the conformance tests of the kit's transport have passed.
var libraries = []Library{
	{Name: "gorilla", Module: "github.com/gorilla/websocket", Oldest: "v1.4.2", Pins: []string{"v1.5.3"}},
	{Name: "gws", Module: "github.com/lxzan/gws", Oldest: "v1.8.9", Pins: []string{"v1.9.1"}},
	{Name: "nhooyr", Module: "github.com/coder/websocket", Oldest: "v1.8.13", Pins: []string{"v1.8.15", "v1.8.13"}},
}

// The catalogue agrees with the locks of whole projects: the newest pin is the
// version that they require, and go.sum has the lines of its closure.
func TestCatalogueAgreesWithLocks(t *testing.T) {
	if *update {
		renew(t)
		return
	}
	c := Built()
	if !slices.EqualFunc(c.Libraries, libraries, func(a, b Library) bool {
		return a.Name == b.Name && a.Module == b.Module && a.Oldest == b.Oldest && slices.Equal(a.Pins, b.Pins)
	}) {
		t.Error("catalogue.json is stale: go test -run TestCatalogue ./generator/internal/gomod -update")
	}
	for _, lib := range c.Libraries {
		a, err := txtar.ParseFile(filepath.Join("../../../templates/locks", lib.Name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		var mod *modfile.File
		var sum string
		for _, f := range a.Files {
			switch f.Name {
			case "go.mod":
				if mod, err = modfile.Parse("go.mod", f.Data, nil); err != nil {
					t.Fatal(err)
				}
			case "go.sum":
				sum = string(f.Data)
			}
		}
		for _, r := range mod.Require {
			if r.Mod.Path == lib.Module && r.Mod.Version != lib.Pins[0] {
				t.Errorf("projects require %s, the newest pin is %s", r.Mod, lib.Pins[0])
			}
		}
		m, build, tests := c.closure(lib.Module, lib.Pins[0])
		var lines []string
		for _, m := range append(append(build, m), tests...) {
			lines = append(lines, m.lines()...)
		}
		slices.Sort(lines)
		if got := strings.Join(lines, ""); got != sum {
			t.Errorf("%s: go.sum of the closure is\n%sthat of the lock is\n%s", lib.Name, got, sum)
		}
	}
}

// Each pin has its closure in the catalogue, with sums and packages.
func TestCatalogueIsWhole(t *testing.T) {
	c := Built()
	for _, lib := range c.Libraries {
		for _, v := range lib.Pins {
			m := c.Module(lib.Module, v)
			if m == nil || len(m.Packages) == 0 || m.Go == "" {
				t.Errorf("%s %s: %+v", lib.Module, v, m)
				continue
			}
			for _, r := range m.Requires {
				if c.Module(r.Path, r.Version) == nil {
					t.Errorf("%s %s needs %s, which is not there", lib.Module, v, r)
				}
			}
		}
	}
	for _, m := range c.Modules {
		if !strings.HasPrefix(m.Sum, "h1:") || !strings.HasPrefix(m.ModSum, "h1:") {
			t.Errorf("%s %s: sums %q, %q", m.Path, m.Version, m.Sum, m.ModSum)
		}
	}
}

// renew makes catalogue.json anew.
func renew(t *testing.T) {
	c := Catalogue{Libraries: libraries}
	for _, lib := range libraries {
		for _, v := range lib.Pins {
			packages := imported(t, lib, v)
			m := load(t, lib.Module, v, packages)
			c.Modules = append(c.Modules, m)
			for _, r := range m.Requires {
				c.Modules = append(c.Modules, load(t, r.Path, r.Version, packages))
			}
		}
	}
	slices.SortFunc(c.Modules, func(a, b Module) int { return strings.Compare(a.Path+"@"+a.Version, b.Path+"@"+b.Version) })
	c.Modules = slices.CompactFunc(c.Modules, func(a, b Module) bool { return a.Path == b.Path && a.Version == b.Version })
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("catalogue.json", append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// load asks the go command about a version of a module.
func load(t *testing.T, path, version string, packages []string) Module {
	var d struct{ GoMod, Sum, GoModSum string }
	if err := json.Unmarshal(run(t, t.TempDir(), "go", "mod", "download", "-json", path+"@"+version), &d); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(d.GoMod)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.ParseLax("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := Module{Path: path, Version: version, Sum: d.Sum, ModSum: d.GoModSum}
	if f.Go != nil {
		m.Go = f.Go.Version
	}
	for _, r := range f.Require {
		m.Requires = append(m.Requires, r.Mod)
	}
	for _, p := range packages {
		if p == path || strings.HasPrefix(p, path+"/") {
			m.Packages = append(m.Packages, p)
		}
	}
	return m
}

// imported returns the packages that a library's root package needs, on any
// platform that we know.
func imported(t *testing.T, lib Library, version string) []string {
	dir := t.TempDir()
	for name, data := range map[string]string{
		"go.mod": "module m\n\ngo 1.25\n\nrequire " + (module.Version{Path: lib.Module, Version: version}).Path + " " + version + "\n",
		"m.go":   "package m\n\nimport _ \"" + lib.Module + "\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var all []string
	for _, goos := range []string{"linux", "darwin", "windows", "freebsd", "js"} {
		arch := "amd64"
		if goos == "js" {
			arch = "wasm"
		}
		out := run(t, dir, "env", "GOOS="+goos, "GOARCH="+arch, "GOFLAGS=-mod=mod", "go", "list", "-deps", "-f", "{{if .Module}}{{.ImportPath}}{{end}}", lib.Module)
		all = append(all, strings.Fields(string(out))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func run(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.Bytes())
	}
	return out
}
