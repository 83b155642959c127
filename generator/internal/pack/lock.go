package pack

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"
)

// A lock holds the go.mod and the go.sum of every project with the same modules
// in it: those of the choices and features that bring one. Locks are made by
// go mod tidy, when wsgen is built, so that a project needs no network to be
// complete. Adding them up from parts would nearly do, but not quite: what
// tidy keeps for the tests of one module depends on the others.

// lockDir has the locks.
const lockDir = "locks"

// LockName returns the name of the lock of a selection: the choices and
// features in it that bring a module, sorted, as in gws or gws+redis, and std if there are none.
func (p *Pack) LockName(s *Selection) string {
	var parts []string
	for slot, choice := range s.Slots {
		if c := p.Slots[slot].choice(choice); c != nil && c.Module != "" {
			parts = append(parts, choice)
		}
	}
	for _, f := range s.Features {
		if p.Features[f].Module != "" {
			parts = append(parts, f)
		}
	}
	if len(parts) == 0 {
		return "std"
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "+")
}

// Lock returns the files of a project that come from the lock of s.
func (p *Pack) Lock(s *Selection, id Identity) ([]File, error) {
	name := lockDir + "/" + p.LockName(s) + ".txtar"
	a, err := p.lock(name)
	if err != nil {
		return nil, err
	}
	files := make([]File, len(a.Files))
	for i, f := range a.Files {
		if f.Name == "go.mod" || strings.HasSuffix(f.Name, "/go.mod") {
			f.Data = bytes.Replace(f.Data, []byte(p.Module), []byte(modfile.AutoQuote(id.Module)), 1)
		}
		files[i] = File{Path: f.Name, Data: f.Data, Source: name}
	}
	return files, nil
}

// lock reads one lock.
func (p *Pack) lock(name string) (*txtar.Archive, error) {
	data, err := fs.ReadFile(p.fsys, name)
	if err != nil {
		return nil, fmt.Errorf("%w: there is no lock of this selection; go generate ./templates makes it", err)
	}
	return txtar.Parse(data), nil
}

// ModuleVersion returns the version at which projects with choice require
// module; empty if that is in no lock.
func (p *Pack) ModuleVersion(choice, module string) string {
	a, err := p.lock(lockDir + "/" + choice + ".txtar")
	if err != nil {
		return ""
	}
	for _, f := range a.Files {
		if f.Name != "go.mod" {
			continue
		}
		m, err := modfile.ParseLax("go.mod", f.Data, nil)
		if err != nil {
			return ""
		}
		for _, r := range m.Require {
			if r.Mod.Path == module {
				return r.Mod.Version
			}
		}
	}
	return ""
}

// Locks returns one selection for each lock that there has to be, by name.
func (p *Pack) Locks() map[string]*Selection {
	all := map[string]*Selection{}
	base := &Selection{Slots: map[string]string{}}
	for name, s := range p.Slots {
		base.Slots[name] = s.Default
	}
	todo := []*Selection{base}
	for _, slot := range p.slotNames() {
		for _, s := range slices.Clone(todo) {
			for _, choice := range p.selectable(slot) {
				if choice != s.Slots[slot] {
					next := &Selection{Slots: maps.Clone(s.Slots), Features: s.Features}
					next.Slots[slot] = choice
					todo = append(todo, next)
				}
			}
		}
	}
	for _, f := range p.FeatureNames() {
		if p.Features[f].Module == "" {
			continue
		}
		for _, s := range slices.Clone(todo) {
			todo = append(todo, &Selection{Slots: s.Slots, Features: append(slices.Clone(s.Features), f)})
		}
	}
	for _, s := range todo {
		if name := p.LockName(s); all[name] == nil {
			all[name] = s
		}
	}
	return all
}

// selectable returns the choices of slot that some answers lead to.
func (p *Pack) selectable(slot string) []string {
	s := p.Slots[slot]
	var all []string
	for _, c := range s.Choices {
		if slot == Server || c.Name == s.Default || slices.ContainsFunc(p.FeatureNames(), func(f string) bool { return p.Features[f].Sets[slot] == c.Name }) {
			all = append(all, c.Name)
		}
	}
	return all
}
