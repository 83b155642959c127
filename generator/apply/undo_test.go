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

func undo(dir string) ([]string, error) {
	return apply.Undo(context.Background(), dir, apply.EditOptions{})
}

// Undo takes back one run after the other, the last one first, until the tree is
// as it was before the first: modes and empty directories too, no journal left.
func TestUndo(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	first := snapshot(t, dir).ageless()
	if err := runEdit(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	second := snapshot(t, dir).ageless()
	if err := edit(dir, plan.Change{Path: "internal/empty/a/b.go", New: file("x")}, plan.Change{Path: "main.go", Old: file("package main\n\nfunc main() {}\n")}); err != nil {
		t.Fatal(err)
	}
	p, kept, err := apply.PlanUndo(dir)
	if err != nil || kept != nil || p.Summary().String() != "1 file created, 1 removed" {
		t.Errorf("preview %v, %v, %v", p.Summary(), kept, err)
	}
	for _, want := range []tree{second, first} {
		if kept, err := undo(dir); err != nil || kept != nil {
			t.Fatalf("kept %v, %v", kept, err)
		}
		same(t, "undone", snapshot(t, dir).ageless(), want)
	}
	_, err = undo(dir)
	if want := dir + ": nothing to undo; the tree has no journal of a run of wsgen"; err == nil || err.Error() != want || !errors.Is(err, apply.ErrNothingToUndo) || !apply.Refused(err) {
		t.Errorf("got %v", err)
	}
	if _, _, err := apply.PlanUndo(dir); !errors.Is(err, apply.ErrNothingToUndo) {
		t.Errorf("preview: %v", err)
	}
	same(t, "after all", snapshot(t, dir).ageless(), first)
}

// What the user has edited, deleted or put in the place of a file since stays so
// and is listed; what he has taken back by hand needs nothing.
func TestUndoKeepsEdits(t *testing.T) {
	dir := t.TempDir()
	editBefore(t, dir)
	if err := runEdit(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "attic/old/gone.go"), "package mine\n")            // removed, made anew
	writeFile(t, filepath.Join(dir, "internal/realtime/setup.go"), "package edited\n") // created, edited
	writeFile(t, filepath.Join(dir, "go.mod"), "module app\r\n")                       // edited, taken back
	if err := os.Remove(filepath.Join(dir, "main.go")); err != nil {                   // edited, deleted
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "internal/realtime/hub")); err != nil { // created, deleted
		t.Fatal(err)
	}
	want := []string{"attic/old/gone.go", "internal/realtime/setup.go", "main.go"}
	p, kept, err := apply.PlanUndo(dir)
	if err != nil || !slices.Equal(kept, want) || len(p.Changes) != 2 {
		t.Errorf("preview %v, keeps %v, %v", p, kept, err)
	}
	if kept, err := undo(dir); err != nil || !slices.Equal(kept, want) {
		t.Errorf("kept %v, %v", kept, err)
	}
	same(t, "tree", modeless(snapshot(t, dir).ageless()), modeless(tree{
		"attic/":                     "drwxr-xr-x",
		"attic/old/":                 "drwxr-xr-x",
		"attic/old/gone.go":          `-rw-r--r-- new "package mine\n"`,
		"go.mod":                     `-rw-r--r-- new "module app\r\n"`,
		"internal/":                  "drwxr-xr-x",
		"internal/empty/":            "drwxr-xr-x",
		"internal/mine/":             "drwxr-xr-x",
		"internal/mine/mine.go":      `-rw-r--r-- new "package mine\n"`,
		"internal/realtime/":         "drwxr-xr-x",
		"internal/realtime/setup.go": `-rw-r--r-- new "package edited\n"`,
		"run.sh":                     `-rw-r--r-- new "#!/bin/sh\n"`,
	}))
}

// A journal that this version cannot read is not guessed at, and one that was
// tampered with leads nowhere outside of the tree.
func TestUndoBadJournal(t *testing.T) {
	for _, tt := range []struct{ entry, want string }{
		{`{`, "not a journal entry: unexpected end of JSON input"},
		{`{"version":2}`, "not a journal entry: version 2; this wsgen knows version 1"},
		{`{"version":1}`, "not a journal entry: no plan in it"},
		{`{"version":1,"number":1,"plan":{"version":3}}`, "this wsgen knows version 1"},
		{`{"version":1,"number":1,"plan":{"version":1,"changes":[{"path":"../a","old":null,"new":{"mode":"0644","text":""}}]}}`, `"../a": not a relative`},
		{`{"version":1,"number":1,"plan":{"version":1,"changes":[{"path":".git/hooks/pre-commit","old":null,"new":{"mode":"0755","text":""}}]}}`, "lies within .git"},
		{`{"version":1,"number":1,"made":["../a"],"plan":{"version":1}}`, `directory "../a" is not in the tree`},
		{`{"version":1,"number":2,"plan":{"version":1}}`, "is not the entry that its name says"},
	} {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, ".wsgen/journal/0001.json"), tt.entry)
		before := snapshot(t, dir)
		if _, err := undo(dir); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), filepath.Join(dir, ".wsgen/journal/0001.json")) {
			t.Errorf("%s\ngot  %v\nwant %s", tt.entry, err, tt.want)
		}
		same(t, "touched", snapshot(t, dir), before)
	}
}
