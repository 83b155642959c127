package apply_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

func edit(dir string, changes ...plan.Change) error {
	return apply.Edit(context.Background(), dir, &plan.Plan{Command: "test", Changes: changes}, apply.EditOptions{})
}

// Edit does what the plan says. Files that it edits keep the mode that they have,
// files and directories that it has nothing to do with are not touched, and directories
// that it leaves empty go.
func TestEdit(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	if err := runEdit(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	same(t, "edited", modeless(snapshot(t, dir).without(".wsgen/journal")), modeless(tree{
		".wsgen/":                      "drwxr-xr-x",
		".wsgen/manifest.json":         `-rw-r--r-- new "{}\n"`,
		"go.mod":                       `-rw-r--r-- new "module app\r\n\r\nrequire x v1.0.0\r\n"`,
		"internal/":                    "drwxr-xr-x",
		"internal/empty/":              "drwxr-xr-x",
		"internal/mine/":               "drwxr-xr-x",
		"internal/mine/mine.go":        `-rw-r--r-- old "package mine\n"`,
		"internal/realtime/":           "drwxr-xr-x",
		"internal/realtime/hub/":       "drwxr-xr-x",
		"internal/realtime/hub/hub.go": `-rw-r--r-- new "package hub\n"`,
		"internal/realtime/setup.go":   `-rw-r--r-- new "package realtime\n"`,
		"main.go":                      `-rw------- new "package main\n\nfunc main() {}\n"`,
		"run.sh":                       `-rwxr-xr-x new "#!/bin/sh\n"`,
	}))
	// Git sees nothing of the journal.
	if ignore, err := os.ReadFile(filepath.Join(dir, ".wsgen/journal/.gitignore")); string(ignore) != "*\n" {
		t.Errorf(".gitignore is %q, %v", ignore, err)
	}
}

// A plan that does nothing touches nothing, not even for a journal.
func TestEditEmptyPlan(t *testing.T) {
	dir := t.TempDir()
	if err := edit(dir); err != nil {
		t.Fatal(err)
	}
	same(t, "touched", snapshot(t, dir), tree{})
}

// A tree that is not what the plan was made from is refused: all that differs is
// listed at once, and nothing is touched.
func TestEditStale(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	writeFile(t, filepath.Join(dir, "go.mod"), "module app\n")                // was CRLF
	writeFile(t, filepath.Join(dir, "internal/realtime/hub"), "mine")         // a file where a directory is to be
	writeFile(t, filepath.Join(dir, ".wsgen/manifest.json/a"), "mine")        // a directory where a file is to be
	writeFile(t, filepath.Join(dir, "internal/realtime/setup.go"), "already") // a file that is to be created
	if err := os.Remove(filepath.Join(dir, "main.go")); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	err := runEdit(context.Background(), dir, nil)
	want := `.wsgen/manifest.json: is a directory
go.mod: changed since the plan was made
internal/realtime/hub/hub.go: a part of the path is a file, not a directory
internal/realtime/setup.go: already exists
main.go: is gone since the plan was made`
	stale, ok := errors.AsType[*apply.StaleError](err)
	if !ok || err.Error() != want || len(stale.Problems) != 5 || !apply.Refused(err) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	same(t, "touched", snapshot(t, dir), before)
}

// Symbolic links are not replaced by files, and those that lead out of the tree
// are not followed. Within the tree they are.
func TestEditSymlinks(t *testing.T) {
	base, outside := t.TempDir(), t.TempDir()
	dir := filepath.Join(base, "app")
	writeFile(t, filepath.Join(dir, "real/main.go"), "a")
	writeFile(t, filepath.Join(outside, "main.go"), "a")
	symlink(t, "real", filepath.Join(dir, "inside"))
	symlink(t, "real/main.go", filepath.Join(dir, "main.go"))
	symlink(t, outside, filepath.Join(dir, "outside"))
	symlink(t, "../..", filepath.Join(dir, "real/up"))
	before := snapshot(t, dir)
	err := edit(dir,
		plan.Change{Path: "main.go", Old: file("a"), New: file("b")},
		plan.Change{Path: "outside/deep/new.go", New: file("b")},
		plan.Change{Path: "outside/main.go", Old: file("a"), New: file("b")},
		plan.Change{Path: "real/up/new.go", New: file("b")},
	)
	want := `main.go: is a symbolic link
outside/deep/new.go: a symbolic link on the way leads out of the tree
outside/main.go: a symbolic link on the way leads out of the tree
real/up/new.go: a symbolic link on the way leads out of the tree`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	same(t, "touched", snapshot(t, dir), before)
	same(t, "outside", snapshot(t, outside), tree{"main.go": `-rw-r--r-- new "a"`})
	if err := edit(dir, plan.Change{Path: "inside/main.go", Old: file("a"), New: file("b")}); err != nil {
		t.Errorf("within the tree: %v", err)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "real/main.go")); string(data) != "b" {
		t.Errorf("real/main.go is %q", data)
	}
}

// Two names for one file cannot get two contents: the second change finds that the
// file is not what it was, and the first is taken back.
func TestEditTwoNamesForOneFile(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "real/main.go"), "a")
	symlink(t, "real", filepath.Join(dir, "inside"))
	age(t, dir)
	before := snapshot(t, dir)
	err := edit(dir,
		plan.Change{Path: "inside/main.go", Old: file("a"), New: file("b")},
		plan.Change{Path: "real/main.go", Old: file("a"), New: file("c")},
	)
	if _, ok := errors.AsType[*apply.StaleError](err); !ok {
		t.Errorf("got %v", err)
	}
	same(t, "tree", snapshot(t, dir), before)
}

// Somebody saves a file after the run has begun: the run stops there and takes
// back what it did; what was saved stays.
func TestEditWhileSomebodySaves(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	before := snapshot(t, dir)
	err := runEdit(context.Background(), dir, func(name string) error {
		if name == "modify main.go" {
			writeFile(t, filepath.Join(dir, "main.go"), "package mine\n")
		}
		return nil
	})
	if err == nil || err.Error() != "main.go: changed since the plan was made" {
		t.Errorf("got %v", err)
	}
	before["main.go"] = strings.ReplaceAll(before["main.go"], `old "package main`, `new "package mine`)
	same(t, "tree", snapshot(t, dir), before)
}

// A change of mode counts as one, and is found stale as one.
func TestEditMode(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "run.sh"), "x")
	if err := os.Chmod(filepath.Join(dir, "run.sh"), 0o400); err != nil {
		t.Fatal(err)
	}
	change := plan.Change{Path: "run.sh", Old: file("x"), New: script("x")}
	if err := edit(dir, change); err == nil || err.Error() != "run.sh: its mode changed since the plan was made" {
		t.Errorf("got %v", err)
	}
	change.Old.Mode = 0o400
	if err := edit(dir, change); err != nil {
		t.Error(err)
	}
}

// What the journal could not hold, so that it could not be taken back, is not done.
func TestEditOddMode(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root reads a file that its owner may not read")
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.go"), "a")
	if err := os.Chmod(filepath.Join(dir, "main.go"), 0o200); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	err := edit(dir, plan.Change{Path: "main.go", Old: file("a"), New: file("b")})
	if err == nil || !strings.HasSuffix(err.Error(), "main.go: mode 0200: its owner could not read it") {
		t.Errorf("got %v", err)
	}
	same(t, "touched", snapshot(t, dir), before)
}

// Two runs in one tree do not mix: the second says that the first is at work.
func TestEditTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	other := plan.Change{Path: "other.go", New: file("x")}
	busy := func(what string, err error) {
		if !errors.Is(err, apply.ErrBusy) || !apply.Refused(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	err := runEdit(context.Background(), dir, func(name string) error {
		switch name {
		case "mkdir .wsgen/journal/pending", "modify go.mod", "complete .wsgen/journal/pending/done.json":
			busy("edit at "+name, edit(dir, other))
			busy("recover at "+name, apply.Recover(dir))
			busy("new at "+name, runForce(context.Background(), dir, nil))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = runUndo(context.Background(), dir, func(name string) error {
		if name == "modify go.mod" {
			busy("undo", runUndo(context.Background(), dir, nil))
			busy("edit", edit(dir, other))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := edit(dir, other); err != nil {
		t.Errorf("after all: %v", err)
	}
}

// A tree that is not there, or is a file, is refused.
func TestEditNoTree(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app")
	change := plan.Change{Path: "a", New: file("x")}
	if err := edit(dir, change); err == nil || err.Error() != dir+": no such directory; check the name" {
		t.Errorf("got %v", err)
	}
	writeFile(t, dir, "file")
	if err := edit(dir, change); err == nil || !strings.HasPrefix(err.Error(), dir+": ") {
		t.Errorf("got %v", err)
	}
	if err := edit(t.TempDir(), plan.Change{Path: "../a", New: file("x")}); err == nil {
		t.Error("took a path that leaves the tree")
	}
}

// After a crash the user went on working: recovery brings back what the run had
// changed, leaves alone what the user has edited since, and names it.
func TestRecoverKeepsEdits(t *testing.T) {
	s := named(t, "edit")
	_, steps := s.complete(t)
	at := slices.Index(steps, "modify run.sh")
	base, app, before := s.start(t)
	if !s.killed(t, app, at+1, "") {
		t.Fatal("not killed")
	}
	if !apply.Pending(app) {
		t.Error("nothing pending")
	}
	writeFile(t, filepath.Join(app, "main.go"), "package mine\n")
	writeFile(t, filepath.Join(app, "internal/realtime/setup.go"), "package mine\n")
	err := apply.Recover(app)
	if kept, ok := errors.AsType[*apply.KeptError](err); !ok || strings.Join(kept.Paths, " ") != "internal/realtime/setup.go main.go" {
		t.Errorf("got %v", err)
	}
	before["app/main.go"] = `-rw------- new "package mine\n"`
	before["app/internal/realtime/"] = "drwxr-xr-x"
	before["app/internal/realtime/setup.go"] = `-rw-r--r-- new "package mine\n"`
	same(t, "tree", modeless(snapshot(t, base)), modeless(before))
	if apply.Pending(app) {
		t.Error("still pending")
	}
	if err := apply.Recover(app); err != nil {
		t.Errorf("again: %v", err)
	}
}

// Recover has nothing to do in a tree that wsgen has never seen.
func TestRecoverNothing(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a"), "x")
	before := snapshot(t, dir)
	for _, d := range []string{dir, filepath.Join(dir, "absent")} {
		if err := apply.Recover(d); err != nil || apply.Pending(d) {
			t.Errorf("%s: %v", d, err)
		}
	}
	same(t, "touched", snapshot(t, dir), before)
}
