package main

import (
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/wsgen/wsgen/generator"
)

const root = "../.."

// ourDocument returns a document at the root of the repository.
func ourDocument(t *testing.T, name string) document {
	t.Helper()
	return readMarkdown(readFile(t, filepath.Join(root, name)))
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What the documents link to, show and name is there.
func TestDocumentsNameWhatExists(t *testing.T) {
	targets := makeTargets(readFile(t, filepath.Join(root, "Makefile")))
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} {
		d := ourDocument(t, name)
		for _, link := range d.links() {
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(link))); err != nil {
				t.Errorf("%s links to %s: %v", name, link, err)
			}
		}
		for _, path := range d.paths() {
			if !exists(t, root, path) && !exists(t, root+"/templates/app", path) {
				t.Errorf("%s names %s, which is not there", name, path)
			}
		}
		for _, code := range d.code() {
			switch words := strings.Fields(code); {
			case words[0] == "make":
				for _, word := range words[1:] {
					if !targets[word] {
						t.Errorf("%s says %s, and the Makefile has no target %s", name, code, word)
					}
				}
			case strings.HasPrefix(code, "go run ./"), strings.HasPrefix(code, "go install ./"):
				if !exists(t, root, words[2]) {
					t.Errorf("%s says %s, which is not there", name, code)
				}
			}
		}
	}
}

// exists reports whether a path or pattern below dir leads to anything.
func exists(t *testing.T, dir, path string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return len(found) > 0
}

// Each command in the README does what it should, up to the writing. What is
// piped on is wsgen's own; who types no name is asked.
func TestReadmeCommands(t *testing.T) {
	commands := 0
	for _, block := range ourDocument(t, "README.md").blocks {
		if block.lang != "console" {
			continue
		}
		for line := range strings.Lines(block.text) {
			line, ok := strings.CutPrefix(line, "$ wsgen ")
			if !ok {
				t.Errorf("what is this? %s", line)
				continue
			}
			line, _, _ = strings.Cut(line, "#")
			line, _, _ = strings.Cut(line, "|")
			commands++
			t.Run(strings.TrimSpace(line), func(t *testing.T) {
				args := strings.Fields(line)
				if args[0] != "profiles" {
					args = append(args, "--dry-run")
				}
				t.Chdir(t.TempDir())
				got, questions := withAnswers(t, args...)
				if got.code != exitDone || got.out == "" {
					t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
				}
				if asks := len(args) == 2 && args[0] == "new"; asks != (len(questions) > 0) {
					t.Errorf("asked for %q", questions)
				}
				mustBeEmpty(t, ".")
			})
		}
	}
	if commands < 5 {
		t.Errorf("found %d commands", commands)
	}
}

// withAnswers runs wsgen for somebody who answers all questions, and returns
// these as well.
func withAnswers(t *testing.T, args ...string) (got result, questions []string) {
	t.Helper()
	person := &scripted{t: t, answers: map[string]string{
		"Project name": "chat", "Module path": "", "Websocket server": "gorilla", "Front end": "vanilla", "Extras": "docker github"}}
	got = runApp(t, t.Context(), func(a *app) { a.ask = func(*console) (Prompter, string) { return person, "" } }, args...)
	return got, person.asked
}

// The recorded session has the questions of today, and what is said at the end.
// If not: make pictures.
func TestReadmeRecording(t *testing.T) {
	recording := readFile(t, filepath.Join(root, ".github", "pictures", "session.svg"))
	t.Chdir(t.TempDir())
	said, questions := withAnswers(t, "new")
	mustHave(t, recording, questions...)
	_, end, _ := strings.Cut(said.err, "\n\n") // behind the list of files
	for line := range strings.Lines(end) {
		words := strings.TrimSpace(line)
		if !strings.Contains(words, "gorilla") { // what somebody has chosen
			mustHave(t, recording, ">"+html.EscapeString(words)+"<")
		}
	}
}

// The folders that a project has, as the README draws them, with those below
// indented.
func TestReadmeTree(t *testing.T) {
	files := renderProject(t, generator.NewOptions{Name: "chat"})
	folders := 0
	for _, block := range ourDocument(t, "README.md").blocks {
		if block.heading != "What you get" || block.lang != "" {
			continue
		}
		parent := ""
		for line := range strings.Lines(block.text) {
			folder := strings.Fields(line)[0]
			if strings.HasPrefix(line, "  ") {
				folder = parent + folder
			} else {
				parent = folder
			}
			if folders++; !strings.HasSuffix(folder, "/") || !files.has(folder) {
				t.Errorf("README.md draws %s, which no project has", folder)
			}
		}
	}
	if folders < 5 {
		t.Errorf("found %d folders", folders)
	}
}

// The flags that the README tells of are flags of some command.
func TestReadmeFlags(t *testing.T) {
	known := map[string]bool{}
	var collect func(*cobra.Command)
	collect = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
		for _, below := range c.Commands() {
			collect(below)
		}
	}
	collect(newRoot(newApp(processConsole())))
	for _, code := range ourDocument(t, "README.md").code() {
		for word := range strings.FieldsSeq(code) {
			name, ok := strings.CutPrefix(word, "--")
			name, _, _ = strings.Cut(name, "=")
			if ok && !known[name] {
				t.Errorf("README.md tells of %s", word)
			}
		}
	}
}

func TestReadmeTables(t *testing.T) {
	d := ourDocument(t, "README.md")
	var servers, profiles [][]string
	for _, s := range generator.Servers() {
		servers = append(servers, []string{"`" + s.Name + "`", s.Module})
		for _, row := range d.table("server") {
			if row[0] == "`"+s.Name+"`" {
				for _, alias := range s.Aliases {
					mustHave(t, row[2], "`"+alias+"`")
				}
				if s.Default != strings.Contains(row[2], "default") {
					t.Errorf("%s: %s, is it the default?", s.Name, row[2])
				}
			}
		}
	}
	for _, p := range generator.Profiles() {
		row := []string{"`+" + p.Name + "`", ""}
		if p.Default {
			row[1] = "`--without=" + p.Name + "`"
		}
		profiles = append(profiles, row)
	}
	var told [][]string
	for _, row := range d.table("server") {
		told = append(told, row[:2])
	}
	sameRows(t, "servers", told, servers)

	told = nil
	for _, row := range d.table("profile") {
		leftOut := ""
		if i := strings.Index(row[1], "`--without="); i >= 0 {
			leftOut = row[1][i:]
		}
		told = append(told, []string{row[0], leftOut})
	}
	byName := func(a, b []string) int { return strings.Compare(a[0], b[0]) }
	slices.SortFunc(told, byName)
	slices.SortFunc(profiles, byName)
	sameRows(t, "profiles", told, profiles)
}

func sameRows(t *testing.T, what string, got, want [][]string) {
	t.Helper()
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// `make test` is not run here: these tests are part of it.
func TestMakeTestIsWhatCIRuns(t *testing.T) {
	if !makeTargets(readFile(t, filepath.Join(root, "Makefile")))["test"] {
		t.Error("the Makefile has no target test")
	}
	if lines := strings.Split(readFile(t, filepath.Join(root, ".ci", "run")), "\n"); !slices.Contains(lines, "make test") {
		t.Error(".ci/run does not run make test")
	}
	mustHave(t, readFile(t, filepath.Join(root, ".github", "workflows", "ci.yml")), "- run: make test\n")
}
