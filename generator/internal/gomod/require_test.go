package gomod

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/plan"
)

// Each file in testdata is a case: the first line of its comment says what it
// shows, lines "name value" below say what is asked for (server, raise-go,
// work-go, crlf), and the files are go.mod, go.sum if there is one, and go.mod
// files in the module cache. want has what comes of it.
func TestRequire(t *testing.T) {
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
			o := Options{Server: "gorilla", Cache: t.TempDir()}
			crlf := false
			_, settings, _ := strings.Cut(string(a.Comment), "\n\n")
			for line := range strings.Lines(settings) {
				switch name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name {
				case "server":
					o.Server = value
				case "raise-go":
					o.RaiseGo = true
				case "work-go":
					o.WorkGo = value
				case "crlf":
					crlf = true
				}
			}
			var mod, sum *plan.File
			var want string
			for _, f := range a.Files {
				data := f.Data
				if crlf {
					data = []byte(strings.ReplaceAll(string(data), "\n", "\r\n"))
				}
				switch f.Name {
				case "go.mod":
					mod = &plan.File{Data: data, Mode: 0o644}
				case "go.sum":
					sum = &plan.File{Data: data, Mode: 0o600}
				case "want":
					want = string(f.Data)
				default:
					path := filepath.Join(o.Cache, "cache", "download", filepath.FromSlash(f.Name))
					if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, f.Data, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			got := outcome(t, mod, sum, o)
			if *update {
				a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
				a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// outcome says what comes of a case.
func outcome(t *testing.T, mod, sum *plan.File, o Options) string {
	t.Helper()
	res, err := Require(mod, sum, o)
	var no *Refusal
	if errors.As(err, &no) {
		s := fmt.Sprintf("refused: %v\n", no)
		if no.Option != "" {
			s += "option: " + no.Option + "\n"
		}
		return s
	} else if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s, go %s\n", res.Module.Path, res.Module.Version, res.Go)
	for _, m := range res.Build[1:] {
		fmt.Fprintf(&out, "builds with %s\n", m)
	}
	for _, m := range res.Missing {
		fmt.Fprintf(&out, "missing %s\n", m)
	}
	if res.Unknown > 0 {
		fmt.Fprintf(&out, "%d unknown\n", res.Unknown)
	}
	for _, n := range res.Notes {
		fmt.Fprintf(&out, "%s:%d: %s\n", n.Path, n.Line, n.Text)
	}
	for _, c := range res.Changes {
		var old []byte
		if c.Old != nil {
			old = c.Old.Data
			if strings.Count(string(old), "\r\n") == strings.Count(string(old), "\n") && strings.Count(string(c.New.Data), "\r\n") != strings.Count(string(c.New.Data), "\n") && strings.Contains(string(old), "\r") {
				t.Errorf("%s: a line feed came in", c.Path)
			}
		}
		_, d, _ := strings.Cut(string(diff.Diff(c.Path, old, c.Path, c.New.Data)), "\n+++ ")
		_, d, _ = strings.Cut(d, "\n")
		fmt.Fprintf(&out, "%s %04o\n%s", c.Path, c.New.Mode, strings.ReplaceAll(d, "\r", ""))
	}
	// What is planned is a plan, and nothing is left to do after it.
	p := &plan.Plan{Changes: slices.Clone(res.Changes)}
	p.Sort()
	if err := p.Check(); err != nil && len(p.Changes) > 0 {
		t.Error(err)
	}
	for _, c := range res.Changes {
		if c.Path == "go.mod" {
			mod = c.New
		} else {
			sum = c.New
		}
	}
	again, err := Require(mod, sum, o)
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	return out.String()
}
