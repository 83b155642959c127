package gomod

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

// After the plan the go command has nothing to add: it builds without updates,
// tidies nothing, and vendors the same files. The module requires something
// else, so that there is something to keep.
func TestGoCommandAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	for _, lib := range Built().Libraries {
		for _, vendor := range []bool{false, true} {
			name := lib.Name
			if vendor {
				name += ", vendored"
			}
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				write(t, dir, "go.mod", "module example.com/app\n\ngo 1.25.0\n\nrequire golang.org/x/mod v0.42.0\n")
				write(t, dir, "main.go", "package main\n\nimport _ \"golang.org/x/mod/semver\"\n\nfunc main() {}\n")
				goCommand(t, dir, "mod", "tidy")
				o := Options{Server: lib.Name, Cache: CacheDir()}
				if vendor {
					goCommand(t, dir, "mod", "vendor")
				}

				mod, sum := file(t, dir, "go.mod"), file(t, dir, "go.sum")
				res, err := Require(mod, sum, o)
				if err != nil {
					t.Fatal(err)
				}
				changes := res.Changes
				if vendor {
					more, err := Vendor(mod.Data, file(t, dir, modulesTxt), res, o, func(string) bool { return false })
					if err != nil {
						t.Fatal(err)
					}
					changes = append(changes, more...)
				}
				p := &plan.Plan{Changes: changes}
				p.Sort()
				if err := p.Check(); err != nil {
					t.Fatal(err)
				}
				for _, c := range p.Changes {
					write(t, dir, c.Path, string(c.New.Data))
				}
				write(t, dir, "kit.go", "package main\n\nimport _ \""+lib.Module+"\"\n")

				goCommand(t, dir, "build", "-o", os.DevNull, ".")
				if out := goCommand(t, dir, "mod", "tidy", "-diff"); out != "" {
					t.Errorf("go mod tidy has something to do:\n%s", out)
				}
				if vendor {
					before := tree(t, dir)
					goCommand(t, dir, "mod", "vendor")
					if after := tree(t, dir); !maps.Equal(before, after) {
						for _, name := range slices.Sorted(maps.Keys(before)) {
							if after[name] != before[name] {
								t.Errorf("%s is not as go mod vendor has it", name)
							}
							delete(after, name)
						}
						for name := range after {
							t.Errorf("%s is missing", name)
						}
					}
				}
			})
		}
	}
}

// goCommand runs the go command without network and returns what it says.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off", "GOSUMDB=off")
	out, err := cmd.CombinedOutput()
	if err != nil && !slices.Contains(args, "-diff") {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

func write(t *testing.T, dir, name, data string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, dir, name string) *plan.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return &plan.File{Data: data, Mode: 0o644}
}

// tree returns the files of a vendor folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(filepath.Join(dir, "vendor"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
