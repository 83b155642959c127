package generator

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// RemoveOptions say what `wsgen remove websockets` is to do, and where.
type RemoveOptions struct {
	Dir     string // a folder of the module, where wsgen was started
	Force   bool   // also delete files of the kit that were edited
	Command string // the command line, as it would be typed again; goes into the plan
}

// A Removal is what there is to take out, and the plan for it.
type Removal struct {
	Plan   *plan.Plan // empty if there are no websockets
	Root   string     // the folder of go.mod, absolute
	Into   string     // the folder of the kit, "" if there was none
	Edited []string   // files of the kit that were edited; unless forced, all of the kit stays

	project *project.Project
}

// Remove plans to take the websockets out of the project at o.Dir: what mounts,
// wraps and drains them, found by its meaning and not by a marker, the imports
// that nothing else needs, the kit, and its line of go.mod if wsgen has put it there and
// no other package needs it.
//
// Where something else of the project uses the kit nothing is planned: a
// *RefusedError names the places. A kit with edited files stays whole, so that
// what is left compiles, unless o.Force.
func Remove(ctx context.Context, o RemoveOptions) (*Removal, error) {
	p, err := load(ctx, o.Dir, "")
	if err != nil {
		return nil, err
	}
	r := &Removal{Root: p.Root, project: p, Plan: &plan.Plan{Version: plan.Version, Command: o.Command}}
	have, err := presence(p, DefaultInto)
	if err != nil {
		return nil, err
	}
	if have.Kit == nil {
		return r, nil
	}
	r.Into = have.Kit.Dir
	t := &removal{Removal: r, kit: have.Kit, force: o.Force}
	if t.manifest, err = readManifest(p.Root); err != nil {
		return nil, err
	}
	if err := t.readSources(ctx); err != nil {
		return nil, err
	}
	if err := t.sources(); err != nil {
		return nil, err
	}
	if err := t.files(ctx); err != nil {
		return nil, err
	}
	if err := t.modules(ctx); err != nil {
		return nil, err
	}
	if err := t.forget(); err != nil {
		return nil, err
	}
	r.Plan.Sort()
	if err := r.Plan.Check(); err != nil {
		return nil, fmt.Errorf("remove: the plan is not one: %w", err)
	}
	return r, nil
}

// A removal is a Remove in progress.
type removal struct {
	*Removal
	kit      *Kit
	manifest *Manifest // nil if there is none
	force    bool

	all []*source // the Go files of the module outside of the kit
}

// sources plans the edits of the user's files.
func (t *removal) sources() error {
	var left []Problem
	for _, f := range t.all {
		edits, rest := takeOut(f, t.kit.Import)
		for _, pos := range rest {
			left = append(left, Problem{Text: fmt.Sprintf("%s:%d uses %s", f.path, f.line(pos.Pos()), pos.what), Fix: "take it out first"})
		}
		if len(edits) == 0 {
			continue
		}
		c, err := modify(t.Root, f.path, f.data, edits)
		if err != nil {
			return err
		}
		if err := tidied(&c); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		c.Origin, c.Why = "remove", "without the websockets"
		t.Plan.Changes = append(t.Plan.Changes, c)
	}
	if len(left) > 0 {
		return &RefusedError{Problems: left}
	}
	return nil
}

// files plans to remove the files of the kit, or to leave all of them.
func (t *removal) files(ctx context.Context) error {
	ours, err := t.generated(ctx)
	if err != nil {
		return err
	}
	names, err := filesBelow(t.Root, t.kit.Dir)
	if err != nil {
		return err
	}
	var changes []plan.Change
	for _, name := range names {
		data, err := readFile(t.Root, name)
		if err != nil {
			return err
		}
		if !ours(name, data) {
			t.Edited = append(t.Edited, name)
			if !t.force {
				continue
			}
		}
		mode, err := modeOf(t.Root, name)
		if err != nil {
			return err
		}
		changes = append(changes, plan.Change{Path: name, Old: &plan.File{Data: data, Mode: mode}, Origin: "remove"})
	}
	if len(t.Edited) > 0 && !t.force {
		for _, name := range t.Edited {
			t.Plan.Notes = append(t.Plan.Notes, plan.Note{Path: name, Text: "was edited, so " + t.kit.Dir + " stays as it is; --force removes it"})
		}
		return nil
	}
	t.Plan.Changes = append(t.Plan.Changes, changes...)
	return nil
}

// generated returns a function that tells whether a file is what wsgen has put
// there: by the manifest, or, where there is none, by making the kit again for
// every router.
func (t *removal) generated(ctx context.Context) (func(name string, data []byte) bool, error) {
	sums := map[string][]string{}
	if t.manifest != nil {
		for name, sum := range t.manifest.Files {
			sums[name] = []string{sum}
		}
	} else {
		for _, mount := range loaded().Slots[mountSlot].Choices {
			files, err := remake(ctx, t.project, t.kit, mount.Name)
			if err != nil {
				return nil, err
			}
			for _, f := range files {
				sums[f.Path] = append(sums[f.Path], planFile(f.Data).Sum())
			}
		}
	}
	return func(name string, data []byte) bool {
		// A checkout may have other line ends.
		lf := []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))
		return slices.Contains(sums[name], planFile(data).Sum()) || slices.Contains(sums[name], planFile(lf).Sum())
	}, nil
}

// forget plans what becomes of the manifest.
func (t *removal) forget() error {
	if t.manifest == nil || len(t.Plan.Changes) == 0 {
		return nil
	}
	old, err := readFile(t.Root, ManifestPath)
	if err != nil {
		return err
	}
	mode, err := modeOf(t.Root, ManifestPath)
	if err != nil {
		return err
	}
	c := plan.Change{Path: ManifestPath, Old: &plan.File{Data: old, Mode: mode}, Origin: "remove"}
	m := *t.manifest
	m.Injections, m.Files = nil, map[string]string{}
	for name, sum := range t.manifest.Files {
		if !slices.ContainsFunc(t.Plan.Changes, func(c plan.Change) bool { return c.Path == name && c.New == nil }) {
			m.Files[name] = sum
		}
	}
	if len(m.Files) > 0 {
		data, err := m.encode()
		if err != nil {
			return err
		}
		if string(data) == string(old) {
			return nil
		}
		c.New = &plan.File{Data: data, Mode: mode}
	}
	t.Plan.Changes = append(t.Plan.Changes, c)
	return nil
}

// within reports whether a file is in a folder or below it.
func within(name, dir string) bool { return path.Dir(name) == dir || strings.HasPrefix(name, dir+"/") }
