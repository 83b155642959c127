package generator

import (
	"fmt"
	"sync"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/templates"
)

// A Server is a websocket library that a project can be built on.
type Server struct {
	Name    string   // as in --server=NAME
	Doc     string   // one line
	Module  string   // its module path
	Version string   // the version that projects require
	Aliases []string // other names that it may be asked for by
	Default bool
}

// A Profile is something that a project may have.
type Profile struct {
	Name    string // as in +NAME
	Doc     string // one line
	Default bool   // projects have it unless it is left out with --without
}

// Servers returns all servers, in the order in which people should see them.
func Servers() []Server {
	p := loaded()
	slot := p.Slots[pack.Server]
	var all []Server
	for _, c := range slot.Choices {
		s := Server{Name: c.Name, Doc: c.Doc, Module: c.Module, Aliases: c.Aliases, Default: c.Name == slot.Default}
		s.Version = p.ModuleVersion(c.Name, c.Module)
		all = append(all, s)
	}
	return all
}

// Profiles returns all profiles, sorted by name.
func Profiles() []Profile {
	p := loaded()
	var all []Profile
	for _, name := range p.FeatureNames() {
		f := p.Features[name]
		all = append(all, Profile{Name: name, Doc: f.Doc, Default: f.Default})
	}
	return all
}

// loaded returns the template inside the binary. It panics if that is broken,
// which a test rules out.
var loaded = sync.OnceValue(func() *pack.Pack {
	p, err := pack.Load(templates.FS)
	if err != nil {
		panic(fmt.Sprintf("the template inside this binary is broken:\n%v", err))
	}
	return p
})
