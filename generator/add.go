package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/internal/rewrite"
	"github.com/wsgen/wsgen/generator/plan"
)

// DefaultInto is where the kit goes in a project that does not say.
const DefaultInto = "internal/realtime"

// AddOptions say what `wsgen add websockets` is to do, and to what.
type AddOptions struct {
	Dir    string // a folder of the module, where wsgen was started
	Main   string // only this main package: its folder, relative to Dir, as in ./cmd/x; "" for all
	At     string // the place, as file.go:Func; see Choice.Value; "" for the one that is found
	Into   string // folder of the kit, slash-separated, relative to the module; DefaultInto if empty
	Route  string // see CheckRoute; DefaultRoute if empty
	Server string // a server or one of its aliases; the default if empty
	Auth   string // "inherit", "none"; "" asks where it makes a difference

	NoTests bool // leave out the tests of the kit
	RaiseGo bool // raise the go line of go.mod where the server needs a newer one

	Command string // the command line, as it would be typed again; goes into the plan
	Version string // of wsgen; goes into the manifest
}

// An Addition is what was found in a project, and the plan for it.
type Addition struct {
	Plan *plan.Plan // empty if the websockets are there already
	Root string     // the folder of go.mod, absolute: where the paths of the plan start

	Present *Presence // where they are already; nil otherwise

	Module string   // of the project
	Into   string   // the folder of the kit
	Server string   // the websocket library
	Router string   // what was found, as in "chi"
	Func   string   // the function that it is in
	Path   string   // the file that the statement goes into
	Line   int      // near that line, counted from 1
	Code   string   // the statement
	URL    string   // the path of the websocket, with "…" for what is known at run time only
	Why    []string // for people: why that router
	Main   string   // the binary that serves it: "./cmd/api"

	project *project.Project
}

// Add plans to put the websocket kit into the project at o.Dir, to mount it on
// the router that answers there, and to require what it needs. A project that
// has it gets an empty plan. Nothing is written, no process is started; see
// [Addition.Prove] for what has to come before a plan is carried out.
//
// A *ChoiceError says that a person has to choose. A *RefusedError says that
// there is no good way, a *UsageError that an option makes no sense.
func Add(ctx context.Context, o AddOptions) (*Addition, error) {
	t, err := o.target(ctx)
	if err != nil {
		return nil, err
	}
	have, err := presence(t.project, t.into)
	if err != nil {
		return nil, err
	}
	if have.mounted() {
		return t.already(have)
	}
	t.keep(have.Kit)
	c, err := t.choose(ctx)
	if err != nil {
		return nil, err
	}
	mounted, err := rewrite.Mount(t.project, c, rewrite.Options{
		Import: t.importPath(), Route: t.route, Server: t.server(), Auth: t.auth,
	})
	if err != nil {
		return nil, asRefused(err)
	}
	p := &plan.Plan{Version: plan.Version, Command: o.Command, Notes: mounted.Notes}
	if err := t.chooseSlots(mounted.Kind, c); err != nil {
		return nil, err
	}
	if err := t.addKit(ctx, p, have); err != nil {
		return nil, err
	}
	if err := t.addEdits(p, mounted); err != nil {
		return nil, err
	}
	if err := t.addModules(ctx, p); err != nil {
		return nil, err
	}
	if err := t.addManifest(p, mounted); err != nil {
		return nil, err
	}
	p.Sort()
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("add: the plan is not one: %w", err)
	}
	return &Addition{
		Plan: p, Root: t.project.Root, project: t.project,
		Module: t.project.Module, Into: t.into, Server: t.server(), Router: c.Router.String(), Func: c.Home.Func,
		Path: mounted.Path, Line: mounted.Line, Code: mounted.Code, URL: mounted.URL, Why: c.Why, Main: mainDir(c.Main),
	}, nil
}

// addEdits plans the edits of the user's files.
func (t *addTarget) addEdits(p *plan.Plan, m *rewrite.Result) error {
	for name, edits := range m.Edits {
		i := indexFile(t.project.Files, name)
		if i < 0 {
			return fmt.Errorf("add: %s is edited and was not read", name)
		}
		c, err := modify(t.project.Root, name, t.project.Files[i].Data, edits)
		if err != nil {
			return err
		}
		c.Origin, c.Why = "mount", m.Code
		if name != m.Path {
			c.Why = "drain the websockets first"
		}
		p.Changes = append(p.Changes, c)
	}
	return nil
}

func indexFile(files []*project.File, name string) int {
	for i, f := range files {
		if f.Path == name && !f.ReadOnly {
			return i
		}
	}
	return -1
}

// asRefused turns what package rewrite says into an error of this package.
func asRefused(err error) error {
	var no *rewrite.Refusal
	if !errors.As(err, &no) {
		return err
	}
	text := no.Text
	if no.Path != "" {
		text = fmt.Sprintf("%s:%d: %s", no.Path, no.Line, text)
	}
	if len(no.Choices) > 0 {
		e := &ChoiceError{Option: no.Option, Reason: text, Snippet: no.Snippet}
		for _, v := range no.Choices {
			e.Choices = append(e.Choices, Choice{Value: v, Text: choiceText(no.Option, v)})
		}
		return e
	}
	problem := Problem{Option: no.Option, Text: text, Fix: no.Fix}
	if no.Snippet != "" {
		problem.Fix = cmp.Or(problem.Fix, "write it by hand") + ": " + no.Snippet
	}
	return &RefusedError{Problems: []Problem{problem}}
}

// choiceText says what a value of an option means.
func choiceText(option, value string) string {
	switch option + "=" + value {
	case "auth=inherit":
		return "behind what keeps people out"
	case "auth=none":
		return "open to everybody; Authorize in setup.go can still say no"
	}
	switch option {
	case "route":
		return "is free"
	case "server":
		for _, s := range Servers() {
			if s.Name == value {
				return s.Module + ", " + s.Doc
			}
		}
	}
	return ""
}

func mainDir(m *project.Main) string {
	switch {
	case m == nil:
		return ""
	case m.Dir == ".":
		return "."
	}
	return "./" + path.Clean(m.Dir)
}
