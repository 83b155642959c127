package generator

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/plan"
)

// NewOptions say what project is to be made.
type NewOptions struct {
	Name     string   // see CheckName
	Module   string   // see CheckModule; the name if empty
	Server   string   // a server or one of its aliases; the default if empty
	Route    string   // see CheckRoute; DefaultRoute if empty
	Profiles []string // on top of the default ones; with or without +; servers count, too
	Without  []string // default profiles that are not wanted

	Command string // the command line, as it would be typed again; goes into the plan
	Version string // of wsgen; goes into the manifest
}

// New returns the plan of a new project: a plan that creates files only, with
// go.mod, go.sum and the manifest among them.
//
// Options that cannot be are reported as a *UsageError, all of them at once.
// New ends early with ctx.Err() when ctx does.
func New(ctx context.Context, o NewOptions) (*plan.Plan, error) {
	id, s, err := o.resolve()
	if err != nil {
		return nil, err
	}
	files, err := render(ctx, id, s)
	if err != nil {
		return nil, err
	}
	m, err := newManifest(o.Version, id, s, files)
	if err != nil {
		return nil, err
	}
	data, err := m.encode()
	if err != nil {
		return nil, err
	}
	files = append(files, pack.File{Path: ManifestPath, Data: data})
	p := &plan.Plan{Version: plan.Version, Command: o.Command, Changes: make([]plan.Change, len(files))}
	for i, f := range files {
		p.Changes[i] = plan.Change{Path: f.Path, New: planFile(f.Data), Origin: origin(f)}
	}
	p.Sort()
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("new: the template renders a plan that is not one: %w", err)
	}
	return p, nil
}

// Difference returns the plan that makes the project of one set of options
// into that of another. The manifest, which differs whenever anything does, is
// left out.
func Difference(ctx context.Context, from, to NewOptions) (*plan.Plan, error) {
	var sides [2]map[string]pack.File
	for i, o := range []NewOptions{from, to} {
		id, s, err := o.resolve()
		if err != nil {
			return nil, err
		}
		files, err := render(ctx, id, s)
		if err != nil {
			return nil, err
		}
		sides[i] = map[string]pack.File{}
		for _, f := range files {
			sides[i][f.Path] = f
		}
	}
	p := &plan.Plan{Version: plan.Version, Command: to.Command}
	for path, old := range sides[0] {
		c := plan.Change{Path: path, Old: planFile(old.Data), Origin: origin(old)}
		if new, ok := sides[1][path]; ok {
			if string(new.Data) == string(old.Data) {
				continue
			}
			c.New, c.Origin = planFile(new.Data), origin(new)
		}
		p.Changes = append(p.Changes, c)
	}
	for path, new := range sides[1] {
		if _, ok := sides[0][path]; !ok {
			p.Changes = append(p.Changes, plan.Change{Path: path, New: planFile(new.Data), Origin: origin(new)})
		}
	}
	p.Sort()
	return p, p.Check()
}

// ShowProfile returns what profile makes of a project: the plan that turns one
// without it, otherwise with all defaults, into one with it. A server may be
// named as well; then the plan starts from the default server.
func ShowProfile(ctx context.Context, profile string) (*plan.Plan, error) {
	to := NewOptions{Name: "app", Profiles: []string{profile}}
	from := NewOptions{Name: "app"}
	for _, p := range Profiles() {
		if p.Default && p.Name == strings.TrimPrefix(profile, "+") {
			from.Without = append(from.Without, p.Name)
		}
	}
	return Difference(ctx, from, to)
}

// resolve checks the options and fills in what they leave open.
func (o NewOptions) resolve() (pack.Identity, *pack.Selection, error) {
	id := pack.Identity{Name: o.Name, Module: cmp.Or(o.Module, o.Name), Route: cmp.Or(o.Route, DefaultRoute)}
	problems := nameProblems(id.Name)
	if o.Module != "" || len(problems) == 0 {
		problems = append(problems, moduleProblems(id.Module)...)
	}
	problems = append(problems, routeProblems(id.Route)...)
	s, err := loaded().Resolve(o.Server, o.Profiles, o.Without)
	if more, ok := err.(pack.Problems); ok {
		for _, p := range more {
			problems = append(problems, Problem(p))
		}
	} else if err != nil {
		return id, nil, err
	}
	return id, s, usage(problems)
}

// render returns the files of a project, go.mod and go.sum among them.
func render(ctx context.Context, id pack.Identity, s *pack.Selection) ([]pack.File, error) {
	files, err := loaded().Render(ctx, "app", s, id)
	if err != nil {
		return nil, err
	}
	locked, err := loaded().Lock(s, id)
	if err != nil {
		return nil, err
	}
	return append(files, locked...), nil
}

// planFile returns data as a plan has it. Nothing that is generated is a
// program; those who run scripts name the interpreter.
func planFile(data []byte) *plan.File { return &plan.File{Data: data, Mode: 0o644} }

// origin says which file of this module f was made from.
func origin(f pack.File) string {
	if f.Source == "" {
		return "answers"
	}
	return "templates/" + f.Source
}
