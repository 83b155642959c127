package rewrite

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// TestCorpus shows what would be done to real projects, which are laid out
// beforehand: WSGEN_CORPUS names a folder with the modules, WSGEN_CORPUS_ID some
// of them, as in "a,b/cmd". With -v it prints diffs and refusals; it fails where
// an edit does not pass its checks.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("WSGEN_CORPUS")
	if dir == "" {
		t.Skip("WSGEN_CORPUS is not set")
	}
	mods, err := filepath.Glob(filepath.Join(dir, "*", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if only := os.Getenv("WSGEN_CORPUS_ID"); only != "" {
		mods = nil
		for id := range strings.SplitSeq(only, ",") {
			mods = append(mods, filepath.Join(dir, id, "go.mod"))
		}
	}
	done, refused := 0, 0
	for _, mod := range mods {
		t.Run(strings.TrimPrefix(filepath.Dir(mod), dir), func(t *testing.T) {
			p, err := project.Load(t.Context(), project.Options{Dir: filepath.Dir(mod)})
			if err != nil {
				t.Skip(err)
			}
			all, doubt, err := p.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if doubt != nil {
				t.Logf("doubt: %s", doubt.Reason)
			}
			if len(all) == 0 {
				return
			}
			t.Logf("%s", all[0])
			o := Options{Import: p.Module + "/internal/wsgen/realtime", Route: "/ws"}
			res, err := Mount(p, all[0], o)
			var no *Refusal
			if errors.As(err, &no) && no.Reason == RouteTaken && len(no.Choices) > 0 {
				t.Log(no)
				o.Route = no.Choices[0]
				res, err = Mount(p, all[0], o)
			}
			if errors.As(err, &no) {
				refused++
				t.Logf("refused: %v", no)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			done++
			t.Logf("%s, %d lines", res.URL, res.Lines)
			for _, n := range res.Notes {
				t.Logf("%s:%d: %s", n.Path, n.Line, n.Text)
			}
			for _, path := range slices.Sorted(maps.Keys(res.Edits)) {
				i := slices.IndexFunc(p.Files, func(f *project.File) bool { return f.Path == path })
				data, err := plan.Splice(p.Files[i].Data, res.Edits[path])
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s", diff.Diff(path, p.Files[i].Data, path, data))
			}
		})
	}
	t.Logf("%d mounted, %d refused", done, refused)
}
