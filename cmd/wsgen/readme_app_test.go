package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
)

// need returns the path of a tool, or skips the test. On CI that is a failure:
// nobody would notice that the test does not run.
func need(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return path
}

// offline is the environment of the go command when it may use nothing but what
// is on this machine. With -trimpath the caches do not care where a project lies.
func offline() []string {
	return append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=off", "GOFLAGS=-trimpath -buildvcs=false")
}

// fetchModules sees to it that the module cache has what projects require. It is
// what our own templates require, so it mostly is there.
func fetchModules(t *testing.T) {
	t.Helper()
	goCommand(t, root, nil, "list", "-deps", "./templates/app/cmd/wsgenapp")
}

func goCommand(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), need(t, "go"), args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, &stderr)
	}
	return string(out)
}

// A rendered is the files of a project, not written.
type rendered map[string]string

func renderProject(t *testing.T, o generator.NewOptions) rendered {
	t.Helper()
	p, err := generator.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	files := rendered{}
	for _, c := range p.Changes {
		files[c.Path] = string(c.New.Data)
	}
	return files
}

// has reports whether the project has a file or folder.
func (r rendered) has(name string) bool {
	name = path.Clean(name)
	for file := range r {
		if file == name || strings.HasPrefix(file, name+"/") {
			return true
		}
	}
	return false
}

// writeProject writes a default project and returns its directory.
func writeProject(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a project")
	}
	p, err := generator.New(t.Context(), generator.NewOptions{Name: "chat", Module: "example.com/chat"})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "chat")
	if err := apply.New(t.Context(), dir, p, apply.NewOptions{}); err != nil {
		t.Fatal(err)
	}
	fetchModules(t)
	return dir
}

// The documents of a project tell of what this project has, whatever it is made
// of, and of commands that there are.
func TestProjectDocumentsNameWhatExists(t *testing.T) {
	for _, o := range []generator.NewOptions{
		{Name: "chat"},
		{Name: "chat", Server: "gws", Profiles: []string{"api"}},
		{Name: "my-app", Server: "nhooyr", Route: "/socket", Without: []string{"docker", "github"}},
	} {
		files := renderProject(t, o)
		targets := makeTargets(files["Makefile"])
		for _, name := range []string{"README.md", "AGENTS.md", "PROTOCOL.md"} {
			d := readMarkdown(files[name])
			for _, link := range d.links() {
				if !files.has(link) {
					t.Errorf("%+v: %s links to %s, which is not there", o, name, link)
				}
			}
			for _, code := range d.code() {
				if words := strings.Fields(code); words[0] == "make" && len(words) > 1 && !targets[words[1]] {
					t.Errorf("%+v: %s says %s, and there is no such target", o, name, code)
				}
			}
			if name != "README.md" {
				continue // others name events, which look like paths
			}
			for _, path := range d.paths() {
				if !files.has(path) {
					t.Errorf("%+v: %s names %s, which is not there", o, name, path)
				}
			}
			for _, block := range d.blocks {
				if block.lang == "" || block.lang == "sh" {
					for line := range strings.Lines(block.text) {
						if err := files.checkCommand(strings.TrimSpace(line), targets, o); err != nil {
							t.Errorf("%+v: %s: %s: %v", o, name, strings.TrimSpace(line), err)
						}
					}
				}
			}
		}
	}
}

// checkCommand looks at a line of an indented block.
func (r rendered) checkCommand(line string, targets map[string]bool, o generator.NewOptions) error {
	word, rest, _ := strings.Cut(strings.TrimPrefix(line, "$ "), " ")
	switch {
	case line == "":
	case word == "go" && strings.HasPrefix(rest, "run ./"):
		if !r.has(strings.Fields(rest)[1]) {
			return fmt.Errorf("no such package")
		}
	case word == "make":
		if !targets[rest] {
			return fmt.Errorf("no such target")
		}
	case word == "docker" && strings.HasPrefix(rest, "compose "):
		if !r.has("compose.yaml") {
			return fmt.Errorf("no compose.yaml")
		}
	case word == "websocat":
		route := o.Route
		if route == "" {
			route = generator.DefaultRoute
		}
		if rest != "ws://localhost:8080"+route {
			return fmt.Errorf("the route is %s", route)
		}
	case strings.HasPrefix(word, "{"):
		var message struct {
			Event string
			Data  map[string]string
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			return err
		}
		if !strings.Contains(r["internal/chat/events.go"], `"`+message.Event+`"`) {
			return fmt.Errorf("no event %s", message.Event)
		}
	default:
		return fmt.Errorf("nobody tests that")
	}
	return nil
}

// The table of settings is what -h prints.
func TestProjectSettingsTable(t *testing.T) {
	dir := writeProject(t)
	help := goCommand(t, dir, offline(), "run", "./cmd/chat", "-h")
	var want [][]string
	row := regexp.MustCompile(`(?m)^(-[\w-]+) +([A-Z_]+) +(\S+) +\S`)
	for _, m := range row.FindAllStringSubmatch(help, -1) {
		fallback := ""
		if m[3] != "none" {
			fallback = "`" + m[3] + "`"
		}
		want = append(want, []string{"`" + m[2] + "`", "`" + m[1] + "`", fallback})
	}
	readme := readMarkdown(readFile(t, filepath.Join(dir, "README.md")))
	var told [][]string
	for _, row := range readme.table("variable") {
		told = append(told, row[:3])
	}
	if len(want) == 0 {
		t.Fatalf("no settings in\n%s", help)
	}
	sameRows(t, "settings", told, want)

	// Flags in the text are flags of the program.
	for _, code := range readme.code() {
		if flag, ok := strings.CutPrefix(code, "chat "); ok && !strings.Contains(help, "\n"+flag+" ") {
			t.Errorf("README.md says %s, and -h does not", code)
		}
	}
}

// Who pastes the example of the project's README as it says, and that of ours,
// has a program that compiles.
func TestReadmeExamplesCompile(t *testing.T) {
	dir := writeProject(t)
	var example []string
	for _, block := range readMarkdown(readFile(t, filepath.Join(dir, "README.md"))).blocks {
		if block.heading == "Add an event" && block.lang == "go" {
			example = append(example, block.text)
		}
	}
	if len(example) != 2 {
		t.Fatalf("the example has %d parts", len(example))
	}
	events, chat := filepath.Join(dir, "internal/chat/events.go"), filepath.Join(dir, "internal/chat/chat.go")
	registration, handler, _ := strings.Cut(example[1], "\n\n")
	paste(t, events, readFile(t, events)+"\n"+example[0])
	paste(t, chat, atEndOf(t, chat, "Register", "\t"+registration+"\n")+"\n"+handler)

	var ours strings.Builder
	for _, block := range ourDocument(t, "README.md").blocks {
		if block.lang == "go" {
			ours.WriteString("func _(hub *realtime.Hub) {\n" + block.text + "}\n")
		}
	}
	paste(t, filepath.Join(dir, "internal/chat/ours.go"),
		"package chat\n\nimport (\n\t\"context\"\n\n\t\"example.com/chat/internal/realtime\"\n)\n\n"+ours.String())
	goCommand(t, dir, offline(), "vet", "./internal/chat")
}

// paste writes code that is formatted: examples are, as everything is.
func paste(t *testing.T, name, code string) {
	t.Helper()
	formatted, err := format.Source([]byte(code))
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, code)
	}
	if !strings.HasSuffix(name, "ours.go") && string(formatted) != code {
		t.Errorf("%s is not formatted any more:\n%s", filepath.Base(name), code)
	}
	if err := os.WriteFile(name, formatted, 0o644); err != nil {
		t.Fatal(err)
	}
}

// atEndOf returns the file with code added to the body of a function.
func atEndOf(t *testing.T, name, function, code string) string {
	t.Helper()
	source := readFile(t, name)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(f.Decls, func(d ast.Decl) bool {
		fn, ok := d.(*ast.FuncDecl)
		return ok && fn.Name.Name == function
	})
	if i < 0 {
		t.Fatalf("%s has no function %s", name, function)
	}
	end := fset.Position(f.Decls[i].(*ast.FuncDecl).Body.Rbrace).Offset
	return source[:end] + code + source[end:]
}
