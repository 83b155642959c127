package pack_test

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/templates"
)

var update = flag.Bool("update", false, "renew the locks")

// oldestGo is the go line that projects have unless a module of theirs wants a
// newer one.
const oldestGo = "1.25.0"

// Each set of modules that a project can have has a lock, and the lock is what
// go mod tidy makes of that project with the versions of our own go.mod. So
// tidy has nothing to do in a new project.
func TestLocksAreFresh(t *testing.T) {
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	locks := p.Locks()
	if len(locks) > 40 {
		t.Errorf("there would be %d locks; each feature that brings a module doubles them, and 40 must do", len(locks))
	}
	have, err := fs.Glob(templates.FS, "locks/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range have {
		if locks[strings.TrimSuffix(path.Base(file), ".txtar")] == nil {
			t.Errorf("templates/%s is the lock of no project; remove it", file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(locks)) {
		t.Run(name, func(t *testing.T) {
			file := "locks/" + name + ".txtar"
			have, err := fs.ReadFile(templates.FS, file)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			want := tidy(t, p, locks[name])
			switch {
			case bytes.Equal(have, want):
			case !*update:
				t.Errorf("templates/%s is stale; go generate ./templates renews it.\nIt is\n%s\nand should be\n%s", file, have, want)
			case os.Getenv("CI") == "true":
				t.Fatal("-update with CI=true: locks are renewed by people, who read them")
			default:
				if err := os.WriteFile(filepath.Join("../../../templates", file), want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// tidy renders a project in the name of the template itself and returns its
// lock. The versions of what projects require are those of our go.mod; what
// these modules need themselves is at the version that they ask for, whatever
// else is in our go.mod. Tidying twice finds the lowest go line: at first,
// modules that the project does not keep may ask for a higher one.
func tidy(t *testing.T, p *pack.Pack, s *pack.Selection) []byte {
	t.Helper()
	files, err := p.Render(t.Context(), "app", s, pack.Identity{Name: p.Token, Module: p.Module, Route: p.Route})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		write(t, filepath.Join(dir, f.Path), f.Data)
	}
	ours, err := modfile.Parse("go.mod", read(t, "../../../go.mod"), nil)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), read(t, "../../../go.sum"))
	modules := p.Modules()
	require := slices.DeleteFunc(ours.Require, func(r *modfile.Require) bool { return !slices.Contains(modules, r.Mod.Path) })
	for range 2 {
		m := new(modfile.File)
		if err := errors.Join(m.AddModuleStmt(p.Module), m.AddGoStmt(oldestGo)); err != nil {
			t.Fatal(err)
		}
		m.SetRequireSeparateIndirect(require)
		write(t, filepath.Join(dir, "go.mod"), modfile.Format(m.Syntax))
		goModTidy(t, dir)
		if m, err = modfile.Parse("go.mod", read(t, filepath.Join(dir, "go.mod")), nil); err != nil {
			t.Fatal(err)
		}
		require = m.Require
	}
	lock := &txtar.Archive{Files: []txtar.File{{Name: "go.mod", Data: read(t, filepath.Join(dir, "go.mod"))}}}
	if sum := filepath.Join(dir, "go.sum"); len(require) > 0 {
		lock.Files = append(lock.Files, txtar.File{Name: "go.sum", Data: read(t, sum)})
	}
	return txtar.Format(lock)
}

// goModTidy runs without the network if the module cache has all it needs.
func goModTidy(t *testing.T, dir string) {
	t.Helper()
	run := func(env ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "go", "mod", "tidy")
		cmd.Dir = dir
		cmd.Env = append(append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local"), env...)
		return cmd.CombinedOutput()
	}
	out, err := run("GOPROXY=off", "GOSUMDB=off")
	if err != nil && bytes.Contains(out, []byte("GOPROXY=off")) {
		out, err = run()
	}
	if err != nil {
		t.Fatalf("go mod tidy: %v\n%s", err, out)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}
