package apply_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// A scenario is a run that the tests of failure and of sudden death interrupt at
// each of its steps. It works in the directory app of a fresh directory.
type scenario struct {
	name   string
	target string                                                                    // relative to the fresh directory
	before func(t testing.TB, app string)                                            // makes what is there before the run
	run    func(ctx context.Context, app string, step func(name string) error) error // the run
	// next is what the next start of wsgen does. It leaves the tree complete
	// or, if only mayUndo is set, as before.
	next    func(app string) error
	mayUndo bool
}

func newPlan() *plan.Plan {
	return &plan.Plan{Command: "wsgen new app", Changes: []plan.Change{
		{Path: ".wsgen/manifest.json", New: file("{}\n")},
		{Path: "go.mod", New: file("module app\n")},
		{Path: "internal/chat/chat.go", New: file("package chat\n")},
		{Path: "internal/web/web.go", New: file("package web\n")},
		{Path: "run.sh", New: script("#!/bin/sh\n")},
	}}
}

// editPlan edits, creates and removes, in the tree that editBefore makes.
func editPlan() *plan.Plan {
	return &plan.Plan{Command: "wsgen add websockets", Changes: []plan.Change{
		{Path: ".wsgen/manifest.json", New: file("{}\n")},
		{Path: "attic/old/gone.go", Old: file("package old\n")},
		{Path: "go.mod", Old: file("module app\r\n"), New: file("module app\r\n\r\nrequire x v1.0.0\r\n")},
		{Path: "internal/realtime/hub/hub.go", New: file("package hub\n")},
		{Path: "internal/realtime/setup.go", New: file("package realtime\n")},
		{Path: "main.go", Old: file("package main\n"), New: file("package main\n\nfunc main() {}\n")},
		{Path: "run.sh", Old: file("#!/bin/sh\n"), New: script("#!/bin/sh\n")},
	}}
}

func editBefore(t testing.TB, app string) {
	writeFile(t, filepath.Join(app, "attic/old/gone.go"), "package old\n")
	writeFile(t, filepath.Join(app, "go.mod"), "module app\r\n")
	writeFile(t, filepath.Join(app, "internal/mine/mine.go"), "package mine\n")
	writeFile(t, filepath.Join(app, "main.go"), "package main\n")
	writeFile(t, filepath.Join(app, "run.sh"), "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(app, "main.go"), 0o600); err != nil {
		t.Fatal(err)
	}
	mkdir(t, filepath.Join(app, "internal/empty"))
	age(t, app)
}

// newAgain is the next start after `wsgen new` was interrupted: the same
// command. It is refused if the tree is complete, having cleared up.
func newAgain(app string) error {
	err := apply.New(context.Background(), app, newPlan(), apply.NewOptions{})
	if _, ok := errors.AsType[*apply.NotEmptyError](err); ok {
		return nil
	}
	return err
}

func runNew(ctx context.Context, app string, step func(name string) error) error {
	return apply.New(ctx, app, newPlan(), apply.NewOptions{Step: step})
}

func runForce(ctx context.Context, app string, step func(name string) error) error {
	return apply.New(ctx, app, newPlan(), apply.NewOptions{Force: true, Step: step})
}

func runEdit(ctx context.Context, app string, step func(name string) error) error {
	return apply.Edit(ctx, app, editPlan(), apply.EditOptions{Step: step})
}

func runUndo(ctx context.Context, app string, step func(name string) error) error {
	_, err := apply.Undo(ctx, app, apply.EditOptions{Step: step})
	return err
}

var scenarios = []scenario{
	{
		name: "new", target: "app",
		before: func(t testing.TB, app string) {},
		run:    runNew, next: newAgain,
	},
	{
		name: "new below missing parents", target: "a/b/app",
		before: func(t testing.TB, app string) {},
		run:    runNew, next: newAgain,
	},
	{
		name: "new in an empty directory", target: "app",
		before: func(t testing.TB, app string) { mkdir(t, app) },
		run:    runNew, next: newAgain,
	},
	{
		name: "new in a fresh repository", target: "app",
		before: func(t testing.TB, app string) { writeFile(t, filepath.Join(app, ".git/HEAD"), "ref") },
		run:    runNew, next: newAgain,
	},
	{
		name: "new by force", target: "app",
		before: func(t testing.TB, app string) {
			writeFile(t, filepath.Join(app, "go.mod"), "module mine\n")
			writeFile(t, filepath.Join(app, "internal/mine.go"), "package mine\n")
		},
		run: runForce, next: func(app string) error { return runForce(context.Background(), app, nil) },
	},
	{
		name: "edit", target: "app",
		before: editBefore,
		run:    runEdit, next: apply.Recover, mayUndo: true,
	},
	{
		name: "second edit", target: "app",
		before: func(t testing.TB, app string) {
			editBefore(t, app)
			p := &plan.Plan{Command: "first", Changes: []plan.Change{{Path: "first.go", New: file("package main\n")}}}
			if err := apply.Edit(context.Background(), app, p, apply.EditOptions{}); err != nil {
				t.Fatal(err)
			}
		},
		run: runEdit, next: apply.Recover, mayUndo: true,
	},
	{
		name: "undo", target: "app",
		before: func(t testing.TB, app string) {
			editBefore(t, app)
			if err := runEdit(context.Background(), app, nil); err != nil {
				t.Fatal(err)
			}
			age(t, app)
		},
		run: runUndo, next: apply.Recover, mayUndo: true,
	},
}

// start makes the tree of s in a fresh directory.
func (s *scenario) start(t testing.TB) (base, app string, before tree) {
	t.Helper()
	base = t.TempDir()
	app = filepath.Join(base, filepath.FromSlash(s.target))
	s.before(t, app)
	age(t, base)
	return base, app, snapshot(t, base)
}

// complete returns the tree that an undisturbed run of s leaves, and the names
// of its steps.
func (s *scenario) complete(t testing.TB) (want tree, steps []string) {
	t.Helper()
	base, app, _ := s.start(t)
	err := s.run(context.Background(), app, func(name string) error {
		rel, err := filepath.Rel(base, name)
		if err == nil {
			name = rel
		}
		steps = append(steps, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot(t, base), steps
}

// named returns the scenario of that name.
func named(t testing.TB, name string) *scenario {
	t.Helper()
	for i := range scenarios {
		if scenarios[i].name == name {
			return &scenarios[i]
		}
	}
	t.Fatalf("no scenario %q", name)
	return nil
}
