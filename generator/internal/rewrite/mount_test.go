package rewrite

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/plan"
)

var update = flag.Bool("update", false, "renew the files in testdata")

// Each file in testdata is a case: what the finder says, in the comment and in
// marks //= behind statements (see fixture_test.go), and what comes of it, as a
// diff and notes or as a refusal.
func TestMount(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no cases")
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			x := read(t, a)
			got := x.mount(t)
			if *update {
				a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
				a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != x.want {
				t.Errorf("got\n%s\nwant\n%s", got, x.want)
			}
		})
	}
}

// mount returns what comes of a case, in the form in which it is stored.
func (x *fixture) mount(t *testing.T) string {
	t.Helper()
	res, err := Mount(x.project, x.candidate, x.options)
	var out strings.Builder
	if err != nil {
		var no *Refusal
		if !errors.As(err, &no) {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "refused: %v\n", err)
		if len(no.Choices) > 0 {
			fmt.Fprintf(&out, "--%s=%s\n", no.Option, strings.Join(no.Choices, "|"))
		}
		if no.Snippet != "" {
			fmt.Fprintf(&out, "snippet: %s\n", no.Snippet)
		}
		return out.String()
	}
	fmt.Fprintf(&out, "%s\n%s:%d %s, %d lines\n", res.URL, res.Path, res.Line, res.Code, res.Lines)
	for _, n := range res.Notes {
		fmt.Fprintf(&out, "%s:%d: %s\n", n.Path, n.Line, n.Text)
	}
	for _, path := range slices.Sorted(maps.Keys(res.Edits)) {
		f := x.files[path]
		data, err := plan.Splice(f.Data, res.Edits[path])
		if err != nil {
			t.Fatal(err)
		}
		_, d, _ := strings.Cut(string(diff.Diff(path, f.Data, path, data)), "\n+++ ")
		_, d, _ = strings.Cut(d, "\n")
		fmt.Fprintf(&out, "%s\n%s", path, d)
		if shown := strings.Count(d, "\n+") + strings.Count(d, "\n-"); shown < res.Lines && len(res.Edits) == 1 {
			t.Errorf("says that %d lines change, and %d do", res.Lines, shown)
		}
	}
	return out.String()
}
