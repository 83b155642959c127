package rewrite

import (
	"go/build"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkDraft is the edit of a file of 4,000 lines: an import and two statements.
func BenchmarkDraft(b *testing.B) {
	path := filepath.Join(build.Default.GOROOT, "src", "net", "http", "server.go")
	data, err := os.ReadFile(path)
	if err != nil {
		b.Skip(err)
	}
	f, err := parseFile(path, data)
	if err != nil {
		b.Fatal(err)
	}
	all := lists(f)
	for b.Loop() {
		d := newDraft(f)
		if _, err := d.importAs("realtime", "example.com/app/internal/realtime", "example.com/app"); err != nil {
			b.Fatal(err)
		}
		for _, list := range [][]int{{10, 0}, {20, 0}} {
			if err := d.put(statement(f, gap{all[list[0]], list[1], true}, "realtime.Mount(mux)")); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := d.finish(); err != nil {
			b.Fatal(err)
		}
	}
}
