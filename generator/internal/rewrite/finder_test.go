package rewrite

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// What the finder says of its own cases is enough to mount on each candidate, or
// to refuse; afterwards the kit is found there, and the statement is where the
// result says.
func TestMountOnWhatIsFound(t *testing.T) {
	cases, err := filepath.Glob("../project/testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal(err, "no cases")
	}
	mounted := 0
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			p := load(t, name)
			all, _, err := p.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range all {
				for _, auth := range []Auth{Ask, Inherit, None} {
					o := Options{Import: p.Module + "/internal/wsgen/realtime", Route: "/ws", Auth: auth}
					res, err := Mount(p, c, o)
					var no *Refusal
					if errors.As(err, &no) {
						t.Logf("%s: %v", c, no)
						if no.Text == "" || no.Path == "" || no.Line == 0 || no.Fix == "" && no.Option == "" {
							t.Errorf("%s: a refusal that helps nobody: %+v", c, no)
						}
						continue
					} else if err != nil {
						t.Errorf("%s: %v", c, err)
						continue
					}
					mounted++
					checkMounted(t, p, c, o, res)
				}
			}
		})
	}
	if mounted < len(cases) {
		t.Errorf("%d of %d", mounted, len(cases))
	}
}

// checkMounted checks a result against the project that it is for.
func checkMounted(t *testing.T, p *project.Project, c *project.Candidate, o Options, res *Result) {
	t.Helper()
	t.Logf("%s: %s:%d %s", c, res.Path, res.Line, res.Code)
	if res.Lines == 0 || res.Lines > MaxLines {
		t.Errorf("%s: %d lines", c, res.Lines)
	}
	var after []*project.File
	for path, edits := range res.Edits {
		i := slices.IndexFunc(p.Files, func(f *project.File) bool { return f.Path == path })
		if i < 0 || !editable(p.Files[i]) {
			t.Fatalf("%s: edits %s", c, path)
		}
		data, err := plan.Splice(p.Files[i].Data, edits)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, path, data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		after = append(after, &project.File{Path: path, Data: data, AST: tree, Fset: fset})
	}
	uses := Uses(after, o.Import)
	if !Mounted(uses) {
		t.Errorf("%s: not mounted: %v", c, uses)
	}
	if Mounted(Uses(p.Files, o.Import)) {
		t.Errorf("%s: mounted before", c)
	}
	for _, u := range uses {
		if strings.HasPrefix(u.Name, "Mount") || u.Name == "Wrap" {
			if line := u.File.Line(u.Pos); u.File.Path != res.Path || line < res.Line || line > res.Line+MaxLines {
				t.Errorf("%s: it is at %s:%d, and not near %s:%d", c, u.File.Path, line, res.Path, res.Line)
			}
		}
	}
}

// load lays out a case of the finder and loads it.
func load(t *testing.T, name string) *project.Project {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	hasMod := false
	for _, f := range a.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		hasMod = hasMod || f.Name == "go.mod"
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !hasMod {
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/app\n\ngo 1.22\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Load(t.Context(), project.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
