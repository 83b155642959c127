package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/internal/rewrite"
	"github.com/wsgen/wsgen/generator/plan"
)

// An addTarget is a project and what it is to get.
type addTarget struct {
	o         AddOptions
	project   *project.Project
	selection *pack.Selection
	into      string
	route     string
	auth      rewrite.Auth
	files     []pack.File // the kit, once it is rendered
}

// target checks the options, all of them at once, and reads the project.
func (o AddOptions) target(ctx context.Context) (*addTarget, error) {
	t := &addTarget{o: o, into: cmp.Or(o.Into, DefaultInto), route: cmp.Or(o.Route, DefaultRoute)}
	problems := append(intoProblems(t.into), routeShape(t.route)...)
	switch o.Auth {
	case "":
	case "inherit":
		t.auth = rewrite.Inherit
	case "none":
		t.auth = rewrite.None
	default:
		problems = append(problems, Problem{"auth", fmt.Sprintf("--auth=%s is neither inherit nor none", o.Auth), "inherit puts the websocket behind what keeps people out, none before it"})
	}
	s, err := loaded().Resolve(o.Server, nil, nil)
	var more pack.Problems
	if errors.As(err, &more) {
		for _, p := range more {
			problems = append(problems, Problem(p))
		}
	} else if err != nil {
		return nil, err
	}
	if err := usage(problems); err != nil {
		return nil, err
	}
	s.Features = nil // those of whole projects
	t.selection = s
	t.project, err = load(ctx, o.Dir, o.Main)
	if err != nil {
		return nil, err
	}
	if err := t.project.CheckGo(); err != nil {
		return nil, refusedProject(err)
	}
	return t, nil
}

// load reads a project for a command.
func load(ctx context.Context, dir, main string) (*project.Project, error) {
	p, err := project.Load(ctx, project.Options{Dir: dir, Main: main})
	if err != nil {
		return nil, refusedProject(err)
	}
	return p, nil
}

// refusedProject says what is wrong with a project as something to mend there.
func refusedProject(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text, fix, _ := strings.Cut(err.Error(), "; ")
	return refused("", text, fix)
}

// intoProblems says what is wrong with a folder for the kit.
func intoProblems(into string) []Problem {
	const fix = "give a folder below the module's root, such as " + DefaultInto
	bad := func(text string) []Problem { return []Problem{{"into", fmt.Sprintf("--into=%s %s", into, text), fix}} }
	switch {
	case path.IsAbs(into) || filepath.IsAbs(into) || into == "." || into == ".." || strings.HasPrefix(into, "../") || path.Clean(into) != into:
		return bad("is not a clean path relative to the module's root")
	case module.CheckImportPath("m.test/"+into) != nil:
		return bad("cannot be part of an import path")
	}
	if err := plan.CheckPath(into); err != nil {
		return bad("cannot be a folder of the project")
	}
	for elem := range strings.SplitSeq(into, "/") {
		if elem == "vendor" || elem == "testdata" || strings.HasPrefix(elem, "_") || strings.HasPrefix(elem, ".") {
			return bad("lies where the go command does not look for packages")
		}
	}
	return nil
}

// server is the own name of the websocket library.
func (t *addTarget) server() string { return t.selection.Slots[pack.Server] }

// importPath is that of the kit.
func (t *addTarget) importPath() string { return t.project.Module + "/" + t.into }

// modify returns the change that makes edits in a file of the user's.
func modify(root, name string, old []byte, edits []plan.Edit) (plan.Change, error) {
	data, err := plan.Splice(old, edits)
	if err != nil {
		return plan.Change{}, fmt.Errorf("%s: %w", name, err)
	}
	mode, err := modeOf(root, name)
	if err != nil {
		return plan.Change{}, err
	}
	return plan.Change{Path: name, Old: &plan.File{Data: old, Mode: mode}, New: &plan.File{Data: data, Mode: mode}, Edits: edits}, nil
}

// modeOf returns the permissions of a file of the project.
func modeOf(root, name string) (fs.FileMode, error) {
	info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// identity is what tells the project from others in the files of the kit.
func (t *addTarget) identity() pack.Identity {
	return pack.Identity{
		Name: kitName(t.project.Module), Module: t.project.Module, Route: t.route, Into: map[string]string{DefaultInto: t.into},
	}
}

// keep takes from a kit that is there already what the options do not say: it
// is only mounted, then.
func (t *addTarget) keep(k *Kit) {
	if k == nil {
		return
	}
	t.into = k.Dir
	if t.o.Route == "" && k.Route != "" {
		t.route = k.Route
	}
	if t.o.Server == "" && k.Server != "" {
		t.selection.Slots[pack.Server] = k.Server
	}
}
