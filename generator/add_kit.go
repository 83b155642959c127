package generator

import (
	"context"
	"fmt"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/internal/rewrite"
	"github.com/wsgen/wsgen/generator/plan"
)

// The slots of the kit that depend on where it goes.
const (
	mountSlot = "mount" // the part that knows the router
	setupSlot = "setup" // the settings, and the sample that goes with them
)

// mounts names the choice of the mount slot for each router. What is wrapped
// needs none of them; the smallest serves.
var mounts = map[project.Router]string{
	project.NetHTTP:    "nethttp",
	project.DefaultMux: "defaultmux",
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

// chooseSlots selects the parts of the kit that go with a candidate, whose
// statement is of a kind.
func (t *addTarget) chooseSlots(kind project.Kind, c *project.Candidate) error {
	name, ok := mounts[c.Router]
	if kind == project.Wrap || !ok {
		name = "nethttp"
	}
	if (name == "nethttp" || name == "defaultmux") && !rewrite.MethodPatterns(t.project, c.Main) {
		name += "121"
	}
	if err := t.fits(name); err != nil {
		return err
	}
	s, err := loaded().Choose(t.selection, map[string]string{mountSlot: name, setupSlot: "lobby"})
	if err != nil {
		return err
	}
	t.selection = s
	return nil
}

// fits reports, as a *RefusedError, that the project is too old for a choice of
// the mount slot: its go line, or its version of the router.
func (t *addTarget) fits(name string) error {
	choices := loaded().Slots[mountSlot].Choices
	c := choices[slices.IndexFunc(choices, func(c pack.Choice) bool { return c.Name == name })]
	if len(c.Routers) == 0 {
		return nil // what its patterns may be was asked for already
	}
	if version.Compare("go"+t.project.GoLine, "go"+c.Go) < 0 {
		return refused("", fmt.Sprintf("go.mod says go %s, and websockets on %s need go %s", t.project.GoLine, c.Doc, c.Go), "go mod edit -go="+c.Go)
	}
	for _, r := range t.project.GoMod.Require {
		if oldest, ok := c.Routers[r.Mod.Path]; ok && semver.Compare(r.Mod.Version, oldest) < 0 {
			return refused("", fmt.Sprintf("go.mod:%d: the websocket code compiles with %s %s and newer, not with %s", r.Syntax.Start.Line, r.Mod.Path, oldest, r.Mod.Version),
				"go get "+r.Mod.Path)
		}
	}
	return nil
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

// addKit plans the files of the kit. A kit that is there already is the user's and
// stays as it is; the websocket is only mounted then.
func (t *addTarget) addKit(ctx context.Context, p *plan.Plan, have *Presence) error {
	if have.Kit != nil {
		return nil
	}
	if have.taken != "" {
		return &ChoiceError{
			Option: "into", Reason: fmt.Sprintf("%s is there already, and it is not what wsgen would put into it", have.taken),
			Choices: []Choice{{Value: t.freeFolder(), Text: "is free"}},
		}
	}
	files, err := t.kit(ctx)
	if err != nil {
		return err
	}
	t.files = files
	for _, f := range files {
		p.Changes = append(p.Changes, plan.Change{Path: f.Path, New: planFile(f.Data), Origin: origin(f)})
	}
	return nil
}

// freeFolder is a folder beside the one that is taken, where nothing is yet.
func (t *addTarget) freeFolder() string {
	dir, base := path.Split(t.into)
	free := dir + "ws" + base
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(t.project.Root, filepath.FromSlash(free))); err != nil {
			return free
		}
		free = fmt.Sprintf("%s%s%d", dir, base, n)
	}
}

// remake returns the files of a kit that is there, as wsgen would make them.
func remake(ctx context.Context, p *project.Project, k *Kit, mount string) ([]pack.File, error) {
	t := &addTarget{project: p, into: k.Dir, route: k.Route}
	s, err := loaded().Resolve(k.Server, nil, nil)
	if err != nil {
		return nil, err
	}
	s.Features = nil
	if t.selection, err = loaded().Choose(s, map[string]string{mountSlot: mount, setupSlot: "lobby"}); err != nil {
		return nil, err
	}
	return t.kit(ctx)
}
