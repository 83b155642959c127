package gomod

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/mod/module"
)

// A Catalogue has the libraries that the kit may be built on, and everything
// about their modules that a go.mod and a go.sum need.
type Catalogue struct {
	Libraries []Library
	Modules   []Module // sorted by path and version
}

// A Library is a websocket library.
type Library struct {
	Name   string   // as in --server=NAME
	Module string   // its module path
	Oldest string   // the oldest version that the kit compiles and passes its tests with
	Pins   []string // versions to require, the newest first
}

// A Module is one version of a module.
type Module struct {
	Path     string
	Version  string
	Go       string           // of its go line
	Requires []module.Version `json:",omitempty"` // of its go.mod
	Packages []string         `json:",omitempty"` // those that the kit's build needs; none: only tests of others need it
	Sum      string           // of its files, "h1:..."
	ModSum   string           // of its go.mod
}

//go:embed catalogue.json
var catalogueJSON []byte

// Built returns the catalogue inside the binary. It is shared: do not change it.
var Built = sync.OnceValue(func() *Catalogue {
	c := new(Catalogue)
	if err := json.Unmarshal(catalogueJSON, c); err != nil {
		panic(fmt.Sprintf("the catalogue inside this binary is broken: %v", err)) // a test rules it out
	}
	return c
})

// Library returns the library of a name, nil if there is none.
func (c *Catalogue) Library(name string) *Library {
	i := slices.IndexFunc(c.Libraries, func(l Library) bool { return l.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Libraries[i]
}

// Module returns what is known of a version of a module, nil if nothing is.
func (c *Catalogue) Module(path, version string) *Module {
	i := slices.IndexFunc(c.Modules, func(m Module) bool { return m.Path == path && m.Version == version })
	if i < 0 {
		return nil
	}
	return &c.Modules[i]
}

// closure returns the modules that a version needs, itself first: for its build
// the second result, for tests of its packages the third.
func (c *Catalogue) closure(path, version string) (m *Module, build, tests []*Module) {
	m = c.Module(path, version)
	if m == nil {
		return nil, nil, nil
	}
	for _, r := range m.Requires {
		if d := c.Module(r.Path, r.Version); d != nil && len(d.Packages) > 0 {
			build = append(build, d)
		} else if d != nil {
			tests = append(tests, d)
		}
	}
	return m, build, tests
}
