package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

const cancelledLine = "wsgen: cancelled; nothing was written\n"

// A signal while the project is rendered: nothing was written.
func TestInterruptedWhileRendering(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, signal := context.WithCancel(t.Context())
	got := runApp(t, ctx, func(a *app) {
		a.render = func(ctx context.Context, o generator.NewOptions) (*plan.Plan, error) {
			signal()
			return generator.New(ctx, o)
		}
	}, "new", "chat")
	if got.code != exitInterrupted || got.err != cancelledLine || got.out != "" {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	mustBeEmpty(t, ".")
}

// A signal before any of the steps in which a project is written: all is taken
// back, in a new directory, below new parents, and in one that exists.
func TestInterruptedWhileWriting(t *testing.T) {
	for _, name := range []string{"chat", "a/b/chat", "here/."} {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			t.Chdir(t.TempDir())
			args := []string{"new", name, "--quiet"}
			target := name
			if name == "here/." {
				args = []string{"new", "chat", "--dir=here", "--quiet"}
				target = "here"
			}
			steps := countSteps(t, args)
			full, err := generator.New(t.Context(), generator.NewOptions{Name: "chat"})
			if err != nil {
				t.Fatal(err)
			}
			if steps < 10 {
				t.Fatalf("only %d steps", steps)
			}
			// The ends are where the care is needed; between them lie writes
			// that are all alike.
			for at := range steps {
				if at > 5 && at < steps-5 && at%37 != 0 {
					continue
				}
				if target == "here" {
					mkdir(t, "here")
				}
				ctx, signal := context.WithCancel(t.Context())
				n := 0
				got := runApp(t, ctx, func(a *app) {
					a.render = func(context.Context, generator.NewOptions) (*plan.Plan, error) { return full, nil }
					a.create = stepping(func() {
						if n == at {
							signal()
						}
						n++
					})
				}, args...)
				switch got.code {
				case exitInterrupted:
					if got.err != cancelledLine {
						t.Errorf("step %d: %s", at, got.err)
					}
				case exitDone: // the signal came when there was nothing left to take back
					if _, err := os.Stat(filepath.Join(target, "go.mod")); err != nil {
						t.Errorf("step %d: %v", at, err)
					}
					remove(t, target)
				default:
					t.Errorf("step %d: exit %d\n%s", at, got.code, got.err)
				}
				if target == "here" {
					mustBeEmptyOrGone(t, "here")
					remove(t, "here")
				}
				if name == "a/b/chat" && got.code == exitDone {
					remove(t, "a")
				}
				mustBeEmpty(t, ".")
				if t.Failed() {
					return
				}
			}
		})
	}
}

// A signal while git is at work comes too late for the project, which is there.
func TestInterruptedInGit(t *testing.T) {
	needTool(t, "git")
	t.Chdir(t.TempDir())
	ctx, signal := context.WithCancel(t.Context())
	got := runApp(t, ctx, func(a *app) {
		a.create = func(ctx context.Context, dir string, p *plan.Plan, o apply.NewOptions) error {
			defer signal()
			return apply.New(ctx, dir, p, o)
		}
	}, "new", "chat", "--git", "--quiet")
	want := "not done: git init: interrupted\nwsgen: interrupted; the project in ./chat is complete, but git was not done with it\n"
	if got.code != exitInterrupted || got.err != want {
		t.Errorf("exit %d\n%s", got.code, got.err)
	}
	if _, err := os.Stat(filepath.Join("chat", "go.mod")); err != nil {
		t.Error(err)
	}
}

// stepping is apply.New with a hook before each of its steps.
func stepping(hook func()) func(context.Context, string, *plan.Plan, apply.NewOptions) error {
	return func(ctx context.Context, dir string, p *plan.Plan, o apply.NewOptions) error {
		o.Step = func(string) error {
			hook()
			return nil
		}
		return apply.New(ctx, dir, p, o)
	}
}

// countSteps runs a command to its end in a directory that is thrown away, and
// returns how many steps the writing took.
func countSteps(t *testing.T, args []string) int {
	t.Helper()
	dir := t.TempDir()
	mkdir(t, filepath.Join(dir, "here"))
	n := 0
	got := runApp(t, t.Context(), func(a *app) { a.create = stepping(func() { n++ }) }, append([]string{"-C", dir}, args...)...)
	if got.code != exitDone {
		t.Fatalf("exit %d\n%s", got.code, got.err)
	}
	return n
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}

func mustBeEmptyOrGone(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); err == nil {
		mustBeEmpty(t, dir)
	}
}
