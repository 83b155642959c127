package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator/plan"
)

// A fixture is a project, a command, and what that is to do: a txtar archive in
// testdata/add whose comment begins with the command line. Behind the files of the
// project comes want.diff, how the files of the user change, or want.err, why the
// command is refused. A new case is the project and the command, and a run with
// -update.
//
// In the command stand for themselves the flags of `wsgen add websockets` that
// the generator knows. Lines of the comment that begin with # are for people.
// The line "crlf" gives all files the line ends of Windows; with the line "run"
// the project is also built and talked to.
type fixture struct {
	name, file string
	archive    *txtar.Archive
	options    AddOptions
	crlf       bool
	run        bool
}

// eachFixture calls fn for the fixtures, each with its project in a directory.
func eachFixture(t *testing.T, fn func(t *testing.T, f *fixture, dir string)) {
	files, err := filepath.Glob("../testdata/add/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f := &fixture{name: name, file: file, archive: a}
			f.read(t)
			dir := filepath.Join(t.TempDir(), "app")
			f.lay(t, dir)
			f.options.Dir = filepath.Join(dir, filepath.FromSlash(f.options.Dir))
			fn(t, f, dir)
		})
	}
}

// read takes the comment apart.
func (f *fixture) read(t *testing.T) {
	t.Helper()
	for n, line := range strings.Split(strings.TrimSpace(string(f.archive.Comment)), "\n") {
		switch {
		case n == 0:
			f.command(t, line)
		case line == "crlf":
			f.crlf = true
		case line == "run":
			f.run = true
		case line != "" && !strings.HasPrefix(line, "#"):
			t.Fatalf("%s: what is %q?", f.file, line)
		}
	}
}

func (f *fixture) command(t *testing.T, line string) {
	t.Helper()
	f.options.Command = line
	words, ok := strings.CutPrefix(line, "wsgen ")
	if dir, rest, in := strings.Cut(strings.TrimPrefix(words, "-C "), " "); in && strings.HasPrefix(words, "-C ") {
		f.options.Dir, words = dir, rest
	}
	words, found := strings.CutPrefix(words, "add websockets")
	if !ok || !found {
		t.Fatalf("%s: %q is not wsgen add websockets", f.file, line)
	}
	o := &f.options
	for word := range strings.FieldsSeq(words) {
		flag, value, _ := strings.Cut(word, "=")
		text := map[string]*string{"--at": &o.At, "--main": &o.Main, "--into": &o.Into, "--route": &o.Route, "--server": &o.Server, "--auth": &o.Auth}[flag]
		switch {
		case text != nil:
			*text = value
		case flag == "--no-tests":
			o.NoTests = true
		case flag == "--raise-go":
			o.RaiseGo = true
		default:
			t.Fatalf("%s: fixtures know no %s", f.file, word)
		}
	}
}

// lay writes the project.
func (f *fixture) lay(t *testing.T, dir string) {
	t.Helper()
	for _, x := range f.archive.Files {
		if strings.HasPrefix(x.Name, "want.") {
			continue
		}
		data := x.Data
		if f.crlf {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		name := filepath.Join(dir, filepath.FromSlash(x.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// want returns the expectation of a kind.
func (f *fixture) want(kind string) (string, bool) {
	for _, x := range f.archive.Files {
		if x.Name == "want."+kind {
			return string(x.Data), true
		}
	}
	return "", false
}

// settle compares what there is with what is wanted, or renews it.
func (f *fixture) settle(t *testing.T, kind, got string) {
	t.Helper()
	want, _ := f.want(kind)
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: not what %s wants; -update renews it\n%s", f.file, "want."+kind, diff.Diff("want", []byte(want), "got", []byte(got)))
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("-update is refused on CI: run it at home and read the diff")
	}
	f.archive.Files = slices.DeleteFunc(f.archive.Files, func(x txtar.File) bool { return strings.HasPrefix(x.Name, "want.") })
	f.archive.Files = append(f.archive.Files, txtar.File{Name: "want." + kind, Data: []byte(got)})
	if err := os.WriteFile(f.file, txtar.Format(f.archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The plan of every fixture goes through every door: what it changes in the
// user's files is as wanted; it survives its JSON form; once it is carried out,
// the same command has nothing to do; undo, and remove, leave the project byte
// for byte as it was.
func TestAdd(t *testing.T) {
	eachFixture(t, func(t *testing.T, f *fixture, dir string) {
		before := tree(t, dir)
		add, err := Add(t.Context(), f.options)
		if err != nil {
			f.settle(t, "err", f.explain(err, dir))
			return
		}
		f.settle(t, "diff", userDiff(add, dir))
		sameAsJSON(t, add.Plan)
		if !reflectsTree(t, before, tree(t, dir)) {
			t.Fatal("planning has changed the project")
		}

		carryOut(t, add.Root, add.Plan)
		again := f.options
		again.At, again.Auth = "", ""
		if second, err := Add(t.Context(), again); err != nil || !second.Plan.Empty() {
			t.Errorf("the second run is not empty: %v", err)
		}
		gone, err := Remove(t.Context(), RemoveOptions{Dir: f.options.Dir})
		if err != nil {
			t.Fatal(err)
		}
		sameAsJSON(t, gone.Plan)
		carryOut(t, gone.Root, gone.Plan)
		reflectsTree(t, before, tree(t, dir))

		carryOut(t, add.Root, add.Plan)
		carryOut(t, add.Root, add.Plan.Invert())
		reflectsTree(t, before, tree(t, dir))
	})
}

// carryOut does what package apply does when nothing goes wrong, without the
// journal and the care for power cuts, which take most of its time.
func carryOut(t *testing.T, root string, p *plan.Plan) {
	t.Helper()
	for _, c := range p.Changes {
		name := filepath.Join(root, filepath.FromSlash(c.Path))
		var err error
		if c.New != nil {
			if err = os.MkdirAll(filepath.Dir(name), 0o777); err == nil {
				err = os.WriteFile(name, c.New.Data, c.New.Mode)
			}
		} else if err = os.Remove(name); err == nil {
			for dir := filepath.Dir(name); dir != root && os.Remove(dir) == nil; {
				dir = filepath.Dir(dir)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// explain is a refusal as want.err has it, without the directory of the test.
func (f *fixture) explain(err error, dir string) string {
	text := err.Error()
	var choice *ChoiceError
	if errors.As(err, &choice) && choice.Snippet != "" {
		text += "\nby hand: " + choice.Snippet
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, dir, "$DIR"), `\`, "/") + "\n"
}

// userDiff is how the files of the user change, and where the websocket is then.
func userDiff(add *Addition, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s at %s, on %s in %s\n", add.Code, add.URL, add.Router, add.Func)
	for _, n := range add.Plan.Notes {
		fmt.Fprintf(&b, "# %s:%d: %s\n", n.Path, n.Line, strings.ReplaceAll(n.Text, dir, "$DIR"))
	}
	for _, c := range add.Plan.Changes {
		if c.Old == nil || filepath.Base(c.Path) == "go.sum" || c.Path == ManifestPath || strings.HasPrefix(c.Path, "vendor/") {
			continue
		}
		old, new := bytes.ReplaceAll(c.Old.Data, []byte("\r"), []byte("^M")), bytes.ReplaceAll(c.New.Data, []byte("\r"), []byte("^M"))
		_, hunks, _ := bytes.Cut(diff.Diff("a/"+c.Path, old, "b/"+c.Path, new), []byte("\n"))
		b.Write(hunks)
	}
	return b.String()
}

func sameAsJSON(t *testing.T, p *plan.Plan) {
	t.Helper()
	data, err := p.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	q, err := plan.ParseJSON(data)
	if err != nil {
		t.Fatalf("the JSON form of the plan cannot be read: %v", err)
	}
	again, err := q.MarshalJSON()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the JSON form of the plan does not come back the same (%v)", err)
	}
}

// tree returns the files below dir, but for wsgen's own journal.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if d.Name() == ".wsgen" {
				entries, err := os.ReadDir(name)
				if len(entries) == 1 && entries[0].Name() == "journal" {
					return filepath.SkipDir
				}
				return err
			}
			files[rel+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(name)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// reflectsTree reports what differs between two trees.
func reflectsTree(t *testing.T, want, got map[string]string) bool {
	t.Helper()
	same := true
	for name, data := range want {
		if now, ok := got[name]; !ok {
			t.Errorf("%s is gone", name)
			same = false
		} else if now != data {
			t.Errorf("%s\n%s", name, diff.Diff("before", []byte(data), "after", []byte(now)))
			same = false
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is new", name)
			same = false
		}
	}
	return same
}

// A caller that gives up is not kept waiting.
func TestAddEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	eachFixture(t, func(t *testing.T, f *fixture, dir string) {
		o := f.options
		if _, err := Add(ctx, o); err == nil {
			t.Error("a plan was made")
		}
	})
}

// A kit that is there and that nothing mounts any more is mounted again, and stays
// as its owner has made it.
func TestAddMountsAgain(t *testing.T) {
	a, err := txtar.ParseFile("../testdata/add/nethttp_shutdown.txtar")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{archive: a}
	dir := filepath.Join(t.TempDir(), "app")
	f.lay(t, dir)
	main, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	o := AddOptions{Dir: dir, Route: "/live", Server: "gws"}
	add, err := Add(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	carryOut(t, dir, add.Plan)
	for name, data := range map[string]string{"main.go": string(main), "internal/realtime/hub/mine.go": "package hub\n"} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Add(t.Context(), AddOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, c := range again.Plan.Changes {
		paths = append(paths, c.Path)
	}
	if want := []string{ManifestPath, "main.go"}; !slices.Equal(paths, want) {
		t.Errorf("changes %q, want %q", paths, want)
	}
	if again.URL != "/live" || again.Server != "gws" {
		t.Errorf("mounted %s with %s", again.URL, again.Server)
	}
}
