package apply_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// random makes a tree in dir and a plan that fits it.
func random(t *testing.T, r *rand.Rand, dir string) *plan.Plan {
	p := &plan.Plan{Command: "random"}
	mode := func() (m os.FileMode) { return []os.FileMode{0o644, 0o600, 0o755, 0o444}[r.IntN(4)] }
	data := func() []byte {
		b := make([]byte, r.IntN(300))
		for i := range b {
			b[i] = byte(r.IntN(256))
		}
		return b
	}
	some := func() *plan.File { return &plan.File{Data: data(), Mode: mode()} }
	var used []string
	for i := range 1 + r.IntN(12) {
		path := fmt.Sprintf("f%d", i)
		for range r.IntN(4) {
			path = fmt.Sprintf("d%d/%s", r.IntN(3), path)
		}
		used = append(used, path)
		c := plan.Change{Path: path}
		switch r.IntN(5) {
		case 0: // of no concern to the plan
			put(t, dir, path, some())
			continue
		case 1:
			c.Old = some()
		case 2:
			c.Old, c.New = some(), some()
			c.New.Data = append(c.New.Data, "new"...)
		case 3: // by edits, mode kept
			c.Old = some()
			at := r.IntN(len(c.Old.Data) + 1)
			c.Edits = []plan.Edit{{Start: at, End: at + r.IntN(len(c.Old.Data)-at+1), Text: "edited" + string(data())}}
			new, err := plan.Splice(c.Old.Data, c.Edits)
			if err != nil {
				t.Fatal(err)
			}
			c.New = &plan.File{Data: new, Mode: c.Old.Mode}
			if string(new) == string(c.Old.Data) {
				continue
			}
		default:
			c.New = some()
		}
		if c.Old != nil {
			put(t, dir, path, c.Old)
		}
		p.Changes = append(p.Changes, c)
	}
	p.Sort()
	if err := p.Check(); err != nil {
		t.Fatalf("%v in %v", err, used)
	}
	age(t, dir)
	return p
}

func put(t *testing.T, dir, path string, f *plan.File) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(path))
	writeFile(t, name, string(f.Data))
	if err := os.Chmod(name, f.Mode); err != nil {
		t.Fatal(err)
	}
}

// want is the tree that p makes of before.
func want(before tree, p *plan.Plan) tree {
	after := tree{}
	for path, what := range before {
		if path[len(path)-1] != '/' {
			after[path] = what
		}
	}
	for _, c := range p.Changes {
		delete(after, c.Path)
		if c.New != nil {
			after[c.Path] = fmt.Sprintf("%v new %q", c.New.Mode, c.New.Data)
		}
	}
	for path := range after {
		for d := filepath.Dir(path); d != "."; d = filepath.Dir(d) {
			after[filepath.ToSlash(d)+"/"] = "drwxr-xr-x"
		}
	}
	return after
}

// For random trees and plans: Edit makes what the plan says, the inverse plan and
// Undo both bring back every byte, mode and directory, and a failure or a
// cancelled context at a random step leaves all as it was.
func TestRandomPlans(t *testing.T) {
	rounds := uint64(300)
	if testing.Short() {
		rounds = 30
	}
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			dir := t.TempDir()
			p := random(t, r, dir)
			before := snapshot(t, dir)
			after := want(before, p)
			ctx := context.Background()

			steps := 0
			fail := r.IntN(20)
			err := apply.Edit(ctx, dir, p, apply.EditOptions{Step: func(string) error {
				if steps++; steps == fail {
					return errFault
				}
				return nil
			}})
			if err != nil {
				same(t, "after a failure", snapshot(t, dir), before)
				err = apply.Edit(ctx, dir, p, apply.EditOptions{})
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := apply.Recover(dir); err != nil { // what a failure at the very end has left
				t.Fatal(err)
			}
			same(t, "after", modeless(snapshot(t, dir).without(".wsgen")), modeless(after.without(".wsgen")))

			if err := apply.Edit(ctx, dir, p.Invert(), apply.EditOptions{}); err != nil {
				t.Fatal(err)
			}
			if p.Empty() {
				return
			}
			same(t, "after the inverse", snapshot(t, dir).without(".wsgen").ageless(), before.ageless())
			for range 2 {
				if kept, err := apply.Undo(ctx, dir, apply.EditOptions{}); err != nil || kept != nil {
					t.Fatalf("kept %v, %v", kept, err)
				}
			}
			same(t, "after undo", snapshot(t, dir).ageless(), before.ageless())
		})
	}
}
