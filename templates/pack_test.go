package templates_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates"
)

// manifest is what the lints need of pack.json; package pack checks the rest.
type manifest struct {
	Module, Token, Route string
	Slots                map[string]struct {
		Dir, Onto string
		Choices   []struct {
			Name string
			Owns []string
		}
	}
	Features map[string]json.RawMessage
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	data, err := fs.ReadFile(templates.FS, "pack.json")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// eachFile calls fn for every file below app.
func eachFile(t *testing.T, fn func(name string, data []byte)) {
	t.Helper()
	err := fs.WalkDir(templates.FS, "app", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, name)
		fn(name, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// eachGoFile calls fn for every Go file below app.
func eachGoFile(t *testing.T, fn func(name string, fset *token.FileSet, f *ast.File)) {
	t.Helper()
	eachFile(t, func(name string, data []byte) {
		if path.Ext(name) != ".go" {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		fn(name, fset, f)
	})
}

// What is on disk is what is in the binary, and a name in the template never
// has a meaning for git, Go or npm that it is to have in projects only.
func TestEverythingIsEmbedded(t *testing.T) {
	embedded := map[string]bool{}
	eachFile(t, func(name string, _ []byte) { embedded[name] = true })
	err := fs.WalkDir(os.DirFS("."), "app", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch base := d.Name(); {
		case base == "go.mod" || base == "go.work":
			t.Errorf("%s: what is embedded ends there; the go.mod of projects is made from the locks", name)
		case base == "node_modules" || base == "vendor":
			t.Errorf("%s: would be embedded; install packages in a project, not here", name)
			return fs.SkipDir
		case strings.HasPrefix(base, "."):
			t.Errorf("%s: store it as dot_%s", name, base[1:])
		case path.Ext(base) == ".tmpl":
			t.Errorf("%s: there is no template language; store it as what it is", name)
		case !d.IsDir() && !d.Type().IsRegular():
			t.Errorf("%s: neither a file nor a directory", name)
		case !d.IsDir() && !embedded[name]:
			t.Errorf("%s: is not embedded", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Rendering relies on it: what does not change is not formatted again.
func TestGoFilesAreFormatted(t *testing.T) {
	eachFile(t, func(name string, data []byte) {
		if path.Ext(name) != ".go" {
			return
		}
		if want, err := format.Source(data); err != nil {
			t.Error(err)
		} else if !bytes.Equal(data, want) {
			t.Errorf("%s: gofmt it", name)
		}
	})
}

// Every file is text that ends in a newline, with no other line ends than \n.
func TestFilesAreText(t *testing.T) {
	binary := []string{".png", ".ico", ".woff2"}
	eachFile(t, func(name string, data []byte) {
		switch {
		case slices.Contains(binary, path.Ext(name)):
		case len(data) == 0 || data[len(data)-1] != '\n':
			t.Errorf("%s: does not end in a newline", name)
		case bytes.HasSuffix(data, []byte("\n\n")):
			t.Errorf("%s: ends in an empty line", name)
		case bytes.ContainsRune(data, '\r'):
			t.Errorf("%s: has carriage returns", name)
		}
	})
}

// Fences are for a few lines. Where they become many, the template wants a slot.
func TestFencesAreFew(t *testing.T) {
	m := readManifest(t)
	known := map[string]bool{}
	for f := range m.Features {
		known[f] = true
	}
	for _, s := range m.Slots {
		for _, c := range s.Choices {
			known[c.Name] = true
		}
	}
	opens := regexp.MustCompile(`wsgen:if ([a-z0-9]+(?:-[a-z0-9]+)*)`)
	alone := regexp.MustCompile(`(?m)^[ \t]*//wsgen:(?:if .*|end)\n(?:[ \t]*//[^\n]*\n)`)
	total := 0
	eachFile(t, func(name string, data []byte) {
		found := opens.FindAllSubmatch(data, -1)
		for _, f := range found {
			if !known[string(f[1])] {
				t.Errorf("%s: fence for %s, which is neither a feature nor a choice", name, f[1])
			}
		}
		if len(found) > 4 {
			t.Errorf("%s: %d fences; more than 4 should be a slot", name, len(found))
		}
		total += len(found)
		if path.Ext(name) != ".go" {
			return
		}
		for _, lines := range alone.FindAll(data, -1) {
			next := bytes.TrimSpace(bytes.SplitN(lines, []byte("\n"), 3)[1])
			if !bytes.HasPrefix(next, []byte("//wsgen:")) {
				t.Errorf("%s: no blank line between a fence and %q; gofmt would make them one comment", name, next)
			}
		}
	})
	if total > 20 {
		t.Errorf("%d fences in all; 20 must do", total)
	}
}

// The name of a project may have dashes, so its token can stand in text only:
// in strings, comments and paths. The route has its slash.
func TestTokensAreTextOnly(t *testing.T) {
	m := readManifest(t)
	eachGoFile(t, func(name string, fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && strings.Contains(strings.ToLower(id.Name), m.Token) {
				t.Errorf("%s: %s has the token %s in an identifier", fset.Position(id.Pos()), id.Name, m.Token)
			}
			return true
		})
	})
	eachFile(t, func(name string, data []byte) {
		lower := bytes.ToLower(data)
		forms := bytes.Count(data, []byte(m.Token)) + bytes.Count(data, []byte(strings.ToUpper(m.Token))) +
			bytes.Count(data, []byte(strings.ToUpper(m.Token[:1])+m.Token[1:]))
		if n := bytes.Count(lower, []byte(m.Token)); n != forms {
			t.Errorf("%s: a token in a form that is none; there are %s, %s and %s", name, m.Token, strings.ToUpper(m.Token[:1])+m.Token[1:], strings.ToUpper(m.Token))
		}
		if bare := strings.TrimPrefix(m.Route, "/"); bytes.Count(lower, []byte(bare)) != bytes.Count(data, []byte(m.Route)) {
			t.Errorf("%s: %s without its slash", name, bare)
		}
	})
}

// A test that sleeps is slow when it passes and wrong when the machine is
// busy. What must wait waits for something.
func TestTestsDoNotSleep(t *testing.T) {
	eachGoFile(t, func(name string, fset *token.FileSet, f *ast.File) {
		if !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(path.Dir(name), "test") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Sleep" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s: sleeps", fset.Position(s.Pos()))
				}
			}
			return true
		})
	})
}

// A project is the same on every machine, so it has no path of the one that
// the template was written on, nor one that leads out of it.
func TestNoPathsOfThisMachine(t *testing.T) {
	absolute := regexp.MustCompile(`(?:^|[\s"'=(` + "`" + `])((?:/(?:home|root|work|Users|tmp)/|[A-Z]:\\)\S*)`)
	up := regexp.MustCompile(`(?:\.\./)+`)
	eachFile(t, func(name string, data []byte) {
		if path.Base(name) == "Dockerfile" {
			return // its paths are those of the image
		}
		for _, m := range absolute.FindAllSubmatch(data, -1) {
			t.Errorf("%s: %s is a path of some machine", name, m[1])
		}
		for _, m := range up.FindAll(data, -1) {
			if n := bytes.Count(m, []byte("../")); n > strings.Count(name, "/")-1 {
				t.Errorf("%s: %s leads out of the project", name, m)
			}
		}
	})
}
