package generator

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"path"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// mountSlot is the slot of the part of the kit that knows the router.
const mountSlot = "mount"

// mounts names the choice of the mount slot for each router. What is wrapped
// needs none of them; the smallest serves.
var mounts = map[project.Router]string{
	project.None:       "nethttp",
	project.Own:        "nethttp",
	project.NetHTTP:    "nethttp",
	project.DefaultMux: "nethttp",
	project.Chi:        "chi",
	project.GorillaMux: "gorillamux",
	project.Gin:        "gin",
	project.Echo4:      "echo4",
	project.Echo5:      "echo5",
	project.Fiber2:     "fiber2",
	project.Fiber3:     "fiber3",
	project.HTTPRouter: "httprouter",
	project.BunRouter:  "bunrouter",
}

// mountFor returns the choice of the mount slot for what is mounted, a
// *RefusedError if there is none.
func mountFor(kind project.Kind, r project.Router) (string, error) {
	name := mounts[r]
	if kind == project.Wrap {
		name = "nethttp"
	}
	for _, c := range loaded().Slots[mountSlot].Choices {
		if c.Name == name {
			return name, nil
		}
	}
	return "", refused("", fmt.Sprintf("wsgen cannot mount on %s yet", r),
		"write internal/realtime by hand from a project of wsgen new, or wrap the handler that is served")
}

// kit returns the files of the kit, at their places in the project.
func (t *addTarget) kit(ctx context.Context) ([]pack.File, error) {
	files, err := loaded().Render(ctx, "websockets", t.selection, t.identity())
	if err != nil {
		return nil, err
	}
	var kept []pack.File
	for _, f := range files {
		if t.o.NoTests && ofTests(f.Path) {
			continue
		}
		if f, err = t.move(f); err != nil {
			return nil, err
		}
		kept = append(kept, f)
	}
	return kept, nil
}

// kitName is the name of a project as the kit has it, in comments at most.
func kitName(module string) string {
	name := path.Base(module)
	if CheckName(name) != nil {
		return "app"
	}
	return name
}

// ofTests reports whether a file of the kit is only there for its tests.
func ofTests(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, ".mjs") ||
		strings.HasSuffix(path.Dir(name), "test") // hubtest, transporttest
}

// move puts a file of the kit where --into says: its path, and in Go files the
// import paths of its neighbours.
func (t *addTarget) move(f pack.File) (pack.File, error) {
	if t.into == DefaultInto {
		return f, nil
	}
	f.Path = t.into + strings.TrimPrefix(f.Path, DefaultInto)
	old := t.project.Module + "/" + DefaultInto
	data := f.Data
	for _, end := range []string{`"`, `/`} {
		data = bytes.ReplaceAll(data, []byte(`"`+old+end), []byte(`"`+t.importPath()+end))
	}
	if path.Ext(f.Path) == ".go" {
		var err error
		if data, err = format.Source(data); err != nil {
			return f, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	f.Data = data
	return f, nil
}

// addKit plans the files of the kit. Files that are there already are the
// user's: they stay, and what differs from ours is named.
func (t *addTarget) addKit(ctx context.Context, p *plan.Plan, c *project.Candidate, have *Presence) error {
	name, err := mountFor(c.Kind, c.Router)
	if err != nil {
		return err
	}
	t.selection.Slots[mountSlot] = name
	files, err := t.kit(ctx)
	if err != nil {
		return err
	}
	if have.Kit == nil && have.taken != "" {
		return &ChoiceError{
			Option: "into", Reason: fmt.Sprintf("%s is there already, and it is not what wsgen would put into it", have.taken),
			Choices: []Choice{{Value: path.Join(path.Dir(t.into), "ws"+path.Base(t.into)), Text: "is free"}},
		}
	}
	t.files = files
	for _, f := range files {
		old, err := readFile(t.project.Root, f.Path)
		switch {
		case err != nil:
			return err
		case old == nil:
			p.Changes = append(p.Changes, plan.Change{Path: f.Path, New: planFile(f.Data), Origin: origin(f)})
		case !bytes.Equal(old, f.Data):
			p.Notes = append(p.Notes, plan.Note{Path: f.Path, Text: "is there already, and stays as it is"})
		}
	}
	return nil
}

// remake returns the files of a kit that is there, as wsgen would make them.
func remake(ctx context.Context, p *project.Project, k *Kit, mount string) ([]pack.File, error) {
	t := &addTarget{project: p, into: k.Dir, route: k.Route}
	s, err := loaded().Resolve(k.Server, nil, nil)
	if err != nil {
		return nil, err
	}
	s.Features, s.Slots[mountSlot] = nil, mount
	t.selection = s
	return t.kit(ctx)
}
