package project

import (
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// minGo is the lowest go line that the code which wsgen adds can live under.
const minGo = "1.18"

// ErrNoModule is what Load's error wraps when no go.mod is there.
var ErrNoModule = errors.New("no go.mod")

// ErrOldGo is what the error of CheckGo wraps.
var ErrOldGo = errors.New("the go line is too old")

// CheckGo says whether the code that wsgen adds can live under the module's go
// line. Such a project can still be looked at.
func (p *Project) CheckGo() error {
	if version.Compare("go"+p.GoLine, "go"+minGo) >= 0 {
		return nil
	}
	return fmt.Errorf("%w: %s says go %s, and the websocket code needs %s or newer; raise it with: go mod edit -go=%s", ErrOldGo, filepath.Join(p.Root, "go.mod"), p.GoLine, minGo, minGo)
}

// A replacement is a module whose source is in a local folder, by a line of
// go.mod or go.work. Its code is read to follow values through it, and never edited.
type replacement struct {
	path string // module path
	dir  string // absolute
}

// findModule reads the go.mod, vendor folder and go.work that dir is under.
func findModule(dir string) (*Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if fi, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !fi.IsDir() {
		return nil, fmt.Errorf("%s is no folder", dir)
	}
	root, ok := above(dir, "go.mod")
	if !ok {
		name := path.Base(filepath.ToSlash(dir))
		if module.CheckImportPath(name) != nil {
			name = "example.com/app"
		}
		return nil, fmt.Errorf("%w in %s or above it; make one with: go mod init %s && go mod tidy", ErrNoModule, dir, name)
	}
	name := filepath.Join(root, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	mf, err := modfile.ParseLax(name, data, nil)
	if err != nil {
		return nil, err
	}
	if strict, err := modfile.Parse(name, data, nil); err == nil {
		mf = strict // ParseLax leaves replace lines out
	}
	p := &Project{Root: root, GoMod: mf, GoLine: "1.16"}
	if mf.Module == nil {
		return nil, fmt.Errorf("%s: no module line; add one, as in: module example.com/%s", name, filepath.Base(root))
	}
	p.Module = mf.Module.Mod.Path
	if mf.Go != nil {
		p.GoLine = mf.Go.Version
	}
	if mf.Toolchain != nil {
		p.Toolchain = mf.Toolchain.Name
	}
	for _, r := range mf.Replace {
		if r.New.Version == "" {
			p.replaced = append(p.replaced, replacement{r.Old.Path, resolve(root, r.New.Path)})
		}
	}
	if _, err := os.Stat(filepath.Join(root, "vendor", "modules.txt")); err == nil {
		p.Vendored = true // since go 1.14 the go command uses it unasked
	}
	return p, p.findWorkspace()
}

// findWorkspace looks for the go.work that uses the module.
func (p *Project) findWorkspace() error {
	name := os.Getenv("GOWORK")
	if name == "off" {
		return nil
	}
	if name == "" {
		dir, ok := above(p.Root, "go.work")
		if !ok {
			return nil
		}
		name = filepath.Join(dir, "go.work")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	wf, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return err
	}
	base := filepath.Dir(name)
	var others []replacement
	used := false
	for _, u := range wf.Use {
		dir := resolve(base, u.Path)
		if dir == p.Root {
			used = true
		} else if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			others = append(others, replacement{modfile.ModulePath(data), dir})
		}
	}
	if !used {
		return nil
	}
	p.Workspace = name
	if wf.Go != nil {
		p.WorkGo = wf.Go.Version
	}
	for _, r := range wf.Replace {
		if r.New.Version == "" {
			others = append(others, replacement{r.Old.Path, resolve(base, r.New.Path)})
		}
	}
	p.replaced = append(others, p.replaced...)
	return nil
}

// above returns the nearest folder that has the file: dir itself or one above.
func above(dir, file string) (string, bool) {
	for {
		fi, err := os.Stat(filepath.Join(dir, file))
		if err == nil && fi.Mode().IsRegular() {
			return dir, true
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "not a directory") {
			return "", false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// resolve makes the path of a replace or use line absolute.
func resolve(base, p string) string {
	p = filepath.FromSlash(p)
	if !filepath.IsAbs(p) {
		p = filepath.Join(base, p)
	}
	return filepath.Clean(p)
}
