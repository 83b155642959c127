package rewrite

import (
	"bytes"
	"flag"
	"go/ast"
	"go/build"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

var every = flag.Int("every", 50, "which files of GOROOT to edit: every nth")

// Whatever a file looks like: an import, a statement at a random place and a
// wrapped expression leave every other byte and token alone, and what gofmt
// was content with it stays content with. With LF and with CRLF.
func TestGoroot(t *testing.T) {
	files, refused := 0, 0
	err := filepath.WalkDir(filepath.Join(build.Default.GOROOT, "src"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && e.Name() == "testdata" {
			return filepath.SkipDir
		}
		if e.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		if files++; files%*every != 0 {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !randomEdits(t, path, data) || !randomEdits(t, path, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))) {
			refused++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d refused", files / *every, refused)
	if refused > 1 + files / *every / 100 {
		t.Errorf("refused %d of %d files", refused, files / *every)
	}
}

// randomEdits makes random edits in a file and reports whether they were possible.
func randomEdits(t *testing.T, path string, data []byte) bool {
	f, err := parseFile(path, data)
	if err != nil {
		return true
	}
	random := rand.New(rand.NewPCG(1, uint64(len(data))))
	d := newDraft(f)
	if err := d.put(importVariants(f, spec{"", "example.com/app/internal/realtime"}, "example.com/app")...); err != nil {
		t.Log(err)
		return false
	}
	for range 3 {
		all := lists(f)
		if len(all) == 0 {
			break
		}
		list := all[random.IntN(len(all))]
		g := gap{list, random.IntN(len(list)), random.IntN(2) == 0}
		if err := d.put(statement(f, g, "realtime.Mount(mux)")); err != nil {
			t.Logf("%s:%d: %v", path, f.Line(list[g.Index].Pos()), err)
			return false
		}
	}
	var calls []ast.Expr
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			calls = append(calls, c)
		}
		return true
	})
	if len(calls) > 0 {
		x := calls[random.IntN(len(calls))]
		if err := d.put(around(f, x, "realtime.Wrap(", ")")); err != nil {
			t.Log(err)
			return false
		}
	}
	edits, err := d.finish()
	if err != nil {
		t.Error(err)
		return false
	}
	checkOutside(t, path, data, edits)
	return true
}

// checkOutside checks that edits bring nothing but code and the line breaks of the file.
func checkOutside(t *testing.T, path string, data []byte, edits []plan.Edit) {
	t.Helper()
	out, err := plan.Splice(data, edits)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	crlf := bytes.Count(data, []byte("\r\n"))
	if crlf > 0 && crlf == bytes.Count(data, []byte("\n")) && bytes.Count(out, []byte("\r\n")) != bytes.Count(out, []byte("\n")) {
		t.Errorf("%s: a line feed came in", path)
	}
	if crlf == 0 && bytes.Contains(out, []byte("\r\n")) {
		t.Errorf("%s: a carriage return came in", path)
	}
	for _, e := range edits {
		if e.End-e.Start > 400 {
			t.Errorf("%s: %d bytes are replaced: %q -> %q", path, e.End-e.Start, data[e.Start:e.End], strings.TrimSpace(e.Text))
		}
	}
}
