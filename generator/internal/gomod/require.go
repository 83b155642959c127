package gomod

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/plan"
)

// Options say what a module is to require.
type Options struct {
	Server    string     // the name of the library in the catalogue
	Catalogue *Catalogue // nil: the one inside the binary
	RaiseGo   bool       // a version that raises the go line may be taken
	WorkGo    string     // the go line of the workspace, if there is one
	Cache     string     // the module cache, for the go.mod files of other modules; "" for none
}

// A Result is what a module needs to have a library.
type Result struct {
	Changes []plan.Change    // of go.mod and go.sum; none if nothing has to change
	Module  module.Version   // the library, as it will be selected
	Build   []module.Version // it and the modules that its packages need, as they will be selected
	Go      string           // the go line afterwards
	Raised  bool             // it was raised
	Missing []module.Version // modules that go.sum needs and the catalogue does not have: go mod download, with each as PATH@VERSION, adds them
	Unknown int              // modules whose go.mod was not at hand, so that newer versions may be selected than Build says
	Notes   []plan.Note
}

// Require plans to have the module of a go.mod require a library. sum is its
// go.sum, nil if there is none. It changes none of its arguments. The error is a
// *Refusal.
//
// The version is the one that is required already, if the kit compiles with it;
// else the newest of the catalogue that does not raise the go line.
func Require(mod, sum *plan.File, o Options) (*Result, error) {
	if o.Catalogue == nil {
		o.Catalogue = Built()
	}
	lib := o.Catalogue.Library(o.Server)
	if lib == nil {
		return nil, fmt.Errorf("gomod: the catalogue has no library %q", o.Server)
	}
	f, err := modfile.Parse("go.mod", mod.Data, nil)
	if err != nil {
		return nil, &Refusal{Reason: Unreadable, Path: "go.mod", Text: fmt.Sprintf("the go command would not read it: %v", err), Fix: "correct it"}
	}
	r := &requiring{o: o, lib: lib, f: f, res: &Result{Go: "1.16"}}
	if f.Go != nil {
		r.res.Go = f.Go.Version
	}
	if compare(r.res.Go, minimum) < 0 {
		return nil, r.tooOld()
	}
	if sum != nil {
		r.sum = sum.Data
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	r.modules()
	if err := r.changes(mod, sum); err != nil {
		return nil, err
	}
	return r.res, nil
}

// A requiring is a Require in progress.
type requiring struct {
	o   Options
	lib *Library
	f   *modfile.File
	sum []byte
	res *Result

	pin      *Module   // of the catalogue; nil for a version that it does not have
	lines    []string  // for go.sum
	requires []require // for go.mod
}

// A require is a line of go.mod as it has to be.
type require struct {
	module.Version
	indirect bool
}

func (r *requiring) tooOld() *Refusal {
	no := &Refusal{Reason: TooOld, Path: "go.mod", Text: fmt.Sprintf("the go line says %s, and the kit is written in the language of %s", r.res.Go, minimum),
		Fix: fmt.Sprintf("run go mod edit -go=%s && go mod tidy, see that all is well, and try again", minimum)}
	if r.f.Go == nil {
		no.Text = fmt.Sprintf("there is no go line, which means %s, and the kit is written in the language of %s", r.res.Go, minimum)
	} else {
		no.Line = r.f.Go.Syntax.Start.Line
	}
	return no
}

// required returns the requirement of a module, nil if there is none.
func (r *requiring) required(path string) *modfile.Require {
	i := slices.IndexFunc(r.f.Require, func(x *modfile.Require) bool { return x.Mod.Path == path })
	if i < 0 {
		return nil
	}
	return r.f.Require[i]
}

// choose picks the version of the library.
func (r *requiring) choose() error {
	path := r.lib.Module
	if have := r.required(path); have != nil {
		v := have.Mod.Version
		if semver.Compare(v, r.lib.Oldest) >= 0 {
			r.res.Module = module.Version{Path: path, Version: v}
			r.pin = r.o.Catalogue.Module(path, v)
			return nil
		}
		r.note(have.Syntax, fmt.Sprintf("%s is raised from %s: the kit needs %s or newer", path, v, r.lib.Oldest))
	}
	g := &graph{main: r.f}
	var newest *Module // that may be taken with RaiseGo
	for _, v := range r.lib.Pins {
		m := r.o.Catalogue.Module(path, v)
		if m == nil || g.excluded(module.Version{Path: path, Version: v}) {
			continue
		}
		if compare(m.Go, free) <= 0 || compare(m.Go, r.res.Go) <= 0 {
			r.pin, r.res.Module = m, module.Version{Path: path, Version: v}
			return nil
		}
		if newest == nil {
			newest = m
		}
	}
	switch {
	case newest == nil:
		return &Refusal{Reason: NoVersion, Option: "server", Path: "go.mod", Text: fmt.Sprintf("it excludes every version of %s that wsgen has", path), Fix: "choose another --server"}
	case !r.o.RaiseGo:
		return &Refusal{Reason: RaisesGo, Option: "raise-go", Path: "go.mod", Line: r.goLine(),
			Text: fmt.Sprintf("%s %s would raise the go line from %s to %s (%s)", path, newest.Version, r.res.Go, newest.Go, strings.Join(Changes(r.res.Go, newest.Go), "; ")),
			Fix:  "--raise-go allows it"}
	case r.o.WorkGo != "" && compare(r.o.WorkGo, newest.Go) < 0:
		return &Refusal{Reason: WorkspaceTooOld, Path: "go.work", Text: fmt.Sprintf("its go line says %s, and would have to say %s", r.o.WorkGo, newest.Go),
			Fix: fmt.Sprintf("run go work use -go=%s", newest.Go)}
	}
	for _, text := range Changes(r.res.Go, newest.Go) {
		r.res.Notes = append(r.res.Notes, plan.Note{Path: "go.mod", Line: r.goLine(), Text: text})
	}
	r.pin, r.res.Module = newest, module.Version{Path: path, Version: newest.Version}
	r.res.Go, r.res.Raised = newest.Go, true
	return nil
}

func (r *requiring) goLine() int {
	if r.f.Go == nil {
		return 0
	}
	return r.f.Go.Syntax.Start.Line
}

func (r *requiring) note(line *modfile.Line, text string) {
	r.res.Notes = append(r.res.Notes, plan.Note{Path: "go.mod", Line: line.Start.Line, Text: text})
}

// modules finds out which modules are needed, at which version, and which sums.
func (r *requiring) modules() {
	var build, tests []*Module
	if r.pin != nil {
		_, build, tests = r.o.Catalogue.closure(r.pin.Path, r.pin.Version)
	}
	more := []module.Version{r.res.Module}
	for _, m := range build {
		more = append(more, module.Version{Path: m.Path, Version: m.Version})
	}
	g := &graph{main: r.f, known: r.o.Catalogue, cache: r.o.Cache}
	selected, unknown := g.selected(more)
	r.res.Unknown = len(unknown)
	for i, m := range more {
		m.Version = selected[m.Path]
		if i == 0 {
			r.res.Module = m
		}
		r.res.Build = append(r.res.Build, m)
		r.requires = append(r.requires, require{m, i > 0 && !r.direct(m.Path)})
		r.sums(m)
	}
	for _, m := range tests {
		v := module.Version{Path: m.Path, Version: m.Version}
		if r.required(m.Path) == nil && !hasNewer(r.sum, v) {
			r.lines = append(r.lines, m.lines()...) // as go mod tidy keeps them
		}
	}
}

// direct reports whether a module is required already, for a package that the
// project imports itself.
func (r *requiring) direct(path string) bool {
	have := r.required(path)
	return have != nil && !have.Indirect
}

// sums sees to it that go.sum has the sums of a module that is built.
func (r *requiring) sums(m module.Version) {
	at, yes := replaced(r.f, m)
	if yes {
		for _, x := range r.f.Replace {
			if x.Old.Path == m.Path {
				r.note(x.Syntax, fmt.Sprintf("%s is replaced: the kit is built with %s", m.Path, strings.TrimSpace(x.New.Path+" "+x.New.Version)))
			}
		}
		if at.Version == "" {
			return // a folder has no sum
		}
	}
	known := r.o.Catalogue.Module(at.Path, at.Version)
	switch {
	case known != nil:
		r.lines = append(r.lines, known.lines()...)
	case !hasSum(r.sum, at):
		r.res.Missing = append(r.res.Missing, at)
	}
}

// changes turns what has been found out into changes of the two files.
func (r *requiring) changes(mod, sum *plan.File) error {
	edits, err := r.modEdits(mod.Data)
	if err != nil {
		return err
	}
	why := fmt.Sprintf("require %s %s", r.res.Module.Path, r.res.Module.Version)
	if len(edits) > 0 {
		data, err := plan.Splice(mod.Data, edits)
		if err != nil {
			return err
		}
		r.res.Changes = append(r.res.Changes, plan.Change{Path: "go.mod", Old: mod, New: &plan.File{Data: data, Mode: mod.Mode}, Edits: edits, Origin: "require", Why: why})
	}
	edits = sumEdits(r.sum, r.lines)
	if len(edits) == 0 {
		return nil
	}
	data, err := plan.Splice(r.sum, edits)
	if err != nil {
		return err
	}
	c := plan.Change{Path: "go.sum", Old: sum, New: &plan.File{Data: data, Mode: mod.Mode}, Origin: "require", Why: why}
	if sum != nil {
		c.New.Mode, c.Edits = sum.Mode, edits
	}
	r.res.Changes = append(r.res.Changes, c)
	return nil
}
