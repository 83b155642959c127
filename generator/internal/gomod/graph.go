package gomod

import (
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// A graph answers which version of a module the go command would select.
type graph struct {
	main  *modfile.File
	known *Catalogue
	cache string // the module cache; "" for none
}

// selected returns the versions of the modules in the graph of main, which also
// requires more. It is the graph that is loaded for a module with a go line of
// 1.17 or later: what main requires, what that requires, and everything below
// modules with an older go line.
//
// unknown has the modules whose go.mod is not at hand: what they require may
// select newer versions.
func (g *graph) selected(more []module.Version) (versions map[string]string, unknown []module.Version) {
	versions = map[string]string{}
	seen := map[module.Version]bool{}
	var visit func(m module.Version, whole bool)
	visit = func(m module.Version, whole bool) {
		if g.excluded(m) {
			return
		}
		if semver.Compare(m.Version, versions[m.Path]) > 0 {
			versions[m.Path] = m.Version
		}
		if seen[m] {
			return
		}
		seen[m] = true
		goLine, requires, ok := g.load(m)
		if !ok {
			unknown = append(unknown, m)
			return
		}
		whole = whole || compare(goLine, "1.17") < 0
		for _, r := range requires {
			if whole {
				visit(r, true)
			} else if !g.excluded(r) && semver.Compare(r.Version, versions[r.Path]) > 0 {
				versions[r.Path] = r.Version
			}
		}
	}
	for _, r := range g.main.Require {
		visit(r.Mod, false)
	}
	for _, m := range more {
		visit(m, false)
	}
	return versions, unknown
}

func (g *graph) excluded(m module.Version) bool {
	return slices.ContainsFunc(g.main.Exclude, func(x *modfile.Exclude) bool { return x.Mod == m })
}

// replaced returns what main has in place of m, if anything.
func replaced(main *modfile.File, m module.Version) (module.Version, bool) {
	for _, r := range main.Replace {
		if r.Old.Path == m.Path && (r.Old.Version == "" || r.Old.Version == m.Version) {
			return r.New, true
		}
	}
	return m, false
}

// load returns what the go.mod of a module says.
func (g *graph) load(m module.Version) (goLine string, requires []module.Version, ok bool) {
	if known := g.known.Module(m.Path, m.Version); known != nil {
		return known.Go, known.Requires, true
	}
	if r, yes := replaced(g.main, m); yes {
		m = r
	}
	if g.cache == "" || m.Version == "" {
		return "", nil, false
	}
	path, err1 := module.EscapePath(m.Path)
	version, err2 := module.EscapeVersion(m.Version)
	if err1 != nil || err2 != nil {
		return "", nil, false
	}
	data, err := os.ReadFile(filepath.Join(g.cache, "cache", "download", filepath.FromSlash(path), "@v", version+".mod"))
	if err != nil {
		return "", nil, false
	}
	f, err := modfile.ParseLax("go.mod", data, nil)
	if err != nil {
		return "", nil, false
	}
	if f.Go != nil {
		goLine = f.Go.Version
	}
	for _, r := range f.Require {
		requires = append(requires, r.Mod)
	}
	return goLine, requires, true
}
