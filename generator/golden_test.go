package generator

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/plan"
	"github.com/wsgen/wsgen/templates"
)

var update = flag.Bool("update", false, "renew the golden files of projects that compile")

// A golden file says what a command makes, in as few lines as tell it:
//
//   - the command;
//   - the paths of the project, and the template files that they were made from;
//   - for a template file with fences, or one that is merged with another
//     package, how the project's differs from it.
//
// The rest was reviewed as a Go program, in templates/app. Names and import
// paths are not shown either: what is compared is the project that is called
// as the template is. Nor are the qualifiers that a merged file has lost; the
// test takes them off in its own way, which has to come to the same.
//
// A new case is a file with the command in it, and a run with -update.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../testdata/new/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		if filepath.Base(file) == "servers.golden" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			command, _, _ := strings.Cut(string(want), "\n")
			o := parse(t, command)
			got := command + "\n\n" + provenance(t, o) + hunks(t, o)
			settle(t, file, got, o)
		})
	}
}

// The files in which two servers differ are the adapter, its line in the
// README, go.mod and go.sum. The application is the same.
func TestGoldenServers(t *testing.T) {
	var b strings.Builder
	b.WriteString("wsgen new chat --server=A, and what changes with --server=B\n")
	servers := Servers()
	var all []NewOptions
	for i, from := range servers {
		all = append(all, NewOptions{Name: "chat", Server: from.Name})
		for _, to := range servers[i+1:] {
			p, err := Difference(t.Context(), NewOptions{Name: "chat", Server: from.Name}, NewOptions{Name: "chat", Server: to.Name})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\n%s -> %s\n", from.Name, to.Name)
			for _, c := range p.Changes {
				fmt.Fprintf(&b, "%s %s\n", c.Kind(), c.Path)
			}
		}
	}
	settle(t, "../testdata/new/servers.golden", b.String(), all...)
}

// parse reads a command line as far as golden files need it.
func parse(t *testing.T, command string) NewOptions {
	t.Helper()
	words := strings.Fields(command)
	if len(words) < 3 || words[0] != "wsgen" || words[1] != "new" {
		t.Fatalf("%q is not wsgen new NAME", command)
	}
	o := NewOptions{Name: words[2], Command: command}
	for _, w := range words[3:] {
		flag, value, _ := strings.Cut(w, "=")
		switch {
		case w[0] == '+':
			o.Profiles = append(o.Profiles, w)
		case flag == "--server":
			o.Server = value
		case flag == "--module":
			o.Module = value
		case flag == "--route":
			o.Route = value
		case flag == "--without":
			o.Without = strings.Split(value, ",")
		default:
			t.Fatalf("%s: golden files know no %s", command, w)
		}
	}
	return o
}

// provenance lists the paths of a project and what they were made from: a
// directory at a time where the files keep their names.
func provenance(t *testing.T, o NewOptions) string {
	p, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{} // "to <- from" -> the files
	for _, c := range p.Changes {
		to, from := c.Path, strings.TrimPrefix(c.Origin, "templates/")
		if path.Base(to) != path.Base(from) {
			names[to+" <- "+from] = nil
			continue
		}
		dirs := path.Dir(to) + "/ <- " + path.Dir(from) + "/"
		names[dirs] = append(names[dirs], path.Base(to))
	}
	var b strings.Builder
	for _, line := range slices.Sorted(maps.Keys(names)) {
		b.WriteString(line + "\n")
		row := ""
		for _, name := range names[line] {
			if row != "" && len(row)+len(name) > 90 {
				b.WriteString(row + "\n")
				row = ""
			}
			row += "  " + name
		}
		if row != "" {
			b.WriteString(row + "\n")
		}
	}
	return b.String()
}

// hunks shows what fences and merging make of the template.
func hunks(t *testing.T, o NewOptions) string {
	_, s, err := o.resolve()
	if err != nil {
		t.Fatal(err)
	}
	p := loaded()
	same := pack.Identity{Name: p.Token, Module: p.Module, Route: p.Route}
	files, err := p.Render(t.Context(), "app", s, same)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		if !f.Fenced && !f.Merged {
			continue
		}
		src, err := fs.ReadFile(templates.FS, f.Source)
		if err != nil {
			t.Fatal(err)
		}
		if f.Merged {
			src = unqualified(t, src, filepath.Base(filepath.Dir(f.Path)))
		}
		d := diff.Diff(f.Source, src, f.Path, f.Data)
		if _, d, ok := bytes.Cut(d, []byte("\n")); ok {
			b.WriteString("\n" + string(d))
		}
	}
	return b.String()
}

// unqualified takes the qualifier name off all exported names in src.
func unqualified(t *testing.T, src []byte, name string) []byte {
	src = regexp.MustCompile(`\b`+name+`\.([A-Z])`).ReplaceAll(src, []byte("$1"))
	src, err := format.Source(src)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// settle compares got with the golden file, or renews that if the projects
// compile. The limit on its length keeps it something that people read.
func settle(t *testing.T, file, got string, projects ...NewOptions) {
	t.Helper()
	if n := strings.Count(got, "\n"); n > 200 {
		t.Errorf("%s would have %d lines; a golden file of more than 200 is read by nobody", file, n)
	}
	want, _ := os.ReadFile(file)
	if got == string(want) {
		return
	}
	if !*update {
		t.Errorf("%s\ngo test ./generator -run Golden -update renews it", diff.Diff(file, want, "now", []byte(got)))
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("-update with CI=true: golden files are renewed by people, who read them")
	}
	for _, o := range projects {
		compiles(t, o)
	}
	if t.Failed() {
		t.Fatalf("%s stays as it is", file)
	}
	if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// compiles vets a project, its tests included, as it would be on disk.
func compiles(t *testing.T, o NewOptions) {
	t.Helper()
	p, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, p)
	vet := exec.CommandContext(t.Context(), "go", "vet", "./...")
	vet.Dir = dir
	vet.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%s: go vet: %v\n%s", o.Command, err, out)
	}
}

// write puts the files of a plan below dir.
func write(t *testing.T, dir string, p *plan.Plan) {
	t.Helper()
	for _, c := range p.Changes {
		name := filepath.Join(dir, filepath.FromSlash(c.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, c.New.Data, c.New.Mode); err != nil {
			t.Fatal(err)
		}
	}
}

// fenced reports whether the template file that origin names has a fence for
// the feature or for a choice of a slot that it sets.
func fenced(t *testing.T, origin, feature string, f pack.Feature) bool {
	src, err := fs.ReadFile(templates.FS, strings.TrimPrefix(origin, "templates/"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{feature}
	for slot := range f.Sets {
		for _, c := range loaded().Slots[slot].Choices {
			names = append(names, c.Name)
		}
	}
	return slices.ContainsFunc(names, func(n string) bool {
		return regexp.MustCompile(`wsgen:if ` + n + `\b`).Match(src)
	})
}
