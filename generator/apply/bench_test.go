package apply_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// scaffold is a plan of the size of a generated project: 80 files, 20
// directories, 400 kB.
func scaffold() *plan.Plan {
	p := &plan.Plan{Version: plan.Version, Command: "wsgen new app"}
	for i := range 80 {
		p.Changes = append(p.Changes, plan.Change{
			Path: fmt.Sprintf("internal/room%02d/file%02d.go", i/4, i),
			New:  &plan.File{Data: bytes.Repeat([]byte("// a line of code\n"), 20+7*i), Mode: 0o644},
		})
	}
	p.Sort()
	return p
}

// BenchmarkNew is the cost of making a whole project, to be compared with
// BenchmarkCopy.
func BenchmarkNew(b *testing.B) {
	p := scaffold()
	empty := func(b *testing.B, dir string) {
		b.StopTimer()
		defer b.StartTimer()
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("absent", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "app")
		for b.Loop() {
			empty(b, dir)
			if err := apply.New(context.Background(), dir, p, apply.NewOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("empty", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "app")
		for b.Loop() {
			empty(b, dir)
			if err := os.Mkdir(dir, 0o755); err != nil {
				b.Fatal(err)
			}
			if err := apply.New(context.Background(), dir, p, apply.NewOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("force", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "app")
		for b.Loop() {
			empty(b, dir)
			writeFile(b, filepath.Join(dir, "mine.txt"), "mine")
			if err := apply.New(context.Background(), dir, p, apply.NewOptions{Force: true}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCopy is the lower bound: the same files by the plainest loop.
func BenchmarkCopy(b *testing.B) {
	p := scaffold()
	dir := filepath.Join(b.TempDir(), "app")
	for b.Loop() {
		b.StopTimer()
		if err := os.RemoveAll(dir); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		for i := range p.Changes {
			name := filepath.Join(dir, filepath.FromSlash(p.Changes[i].Path))
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(name, p.Changes[i].New.Data, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkEdit is the cost of a change to an existing project, 40 new files
// and one edited, synced to the disk, and of taking it back.
func BenchmarkEdit(b *testing.B) {
	dir := b.TempDir()
	writeFile(b, filepath.Join(dir, "main.go"), "package main\n")
	p := scaffold()
	p.Changes = append(p.Changes[:40], plan.Change{Path: "main.go",
		Old: &plan.File{Data: []byte("package main\n"), Mode: 0o644},
		New: &plan.File{Data: []byte("package main // edited\n"), Mode: 0o644}})
	for b.Loop() {
		if err := apply.Edit(context.Background(), dir, p, apply.EditOptions{}); err != nil {
			b.Fatal(err)
		}
		if _, err := apply.Undo(context.Background(), dir, apply.EditOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
