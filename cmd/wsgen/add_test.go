package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
)

const oneRouter = `
-- go.mod --
module example.com/app

go 1.22
-- main.go --
package main

import "net/http"

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", http.NotFound)
	http.ListenAndServe("127.0.0.1:8080", mux)
}
`

// project lays out a txtar archive in a directory of its own.
func project(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		mkdir(t, filepath.Dir(name))
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// unchanged fails unless dir is as project has made it.
func unchanged(t *testing.T, dir, archive string) {
	t.Helper()
	got, err := readTree(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readTree(project(t, archive))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range got {
		if string(want[name]) != string(data) {
			t.Errorf("%s is new, or has changed", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d files, and there were %d", len(got), len(want))
	}
}

func TestAddIsInterrupted(t *testing.T) {
	dir := project(t, oneRouter)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := runApp(t, ctx, func(*app) {}, "-C", dir, "add", "websockets", "--yes")
	if r.code != exitInterrupted || !strings.Contains(r.err, "cancelled; nothing was written") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	unchanged(t, dir, oneRouter)
}

// A run that was killed while it wrote is brought back by the next one, whatever
// that does; one that may not write says so.
func TestKilledRunIsBroughtBack(t *testing.T) {
	killed := func(t *testing.T) string {
		dir := project(t, oneRouter)
		add, err := generator.Add(t.Context(), generator.AddOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan bool)
		go func() {
			defer close(done)
			apply.Edit(t.Context(), dir, add.Plan, apply.EditOptions{Step: func(name string) error {
				if name == "modify main.go" {
					runtime.Goexit()
				}
				return nil
			}})
		}()
		<-done
		if !apply.Pending(dir) {
			t.Fatal("nothing was interrupted")
		}
		return dir
	}
	t.Run("undo", func(t *testing.T) {
		dir := killed(t)
		r := wsgen(t, "-C", dir, "undo")
		mustHave(t, r.err, "an interrupted run of wsgen was brought back")
		unchanged(t, dir, oneRouter)
	})
	t.Run("add", func(t *testing.T) {
		dir := killed(t)
		if r := wsgen(t, "-C", dir, "add", "websockets", "--check", "--no-check"); r.code != exitRefused {
			t.Errorf("exit %d\n%s", r.code, r.err)
		}
		if r := wsgen(t, "-C", dir, "add", "websockets", "--yes", "--no-check"); r.code != exitDone {
			t.Fatalf("exit %d\n%s", r.code, r.err)
		}
		if r := wsgen(t, "-C", dir, "undo"); r.code != exitDone {
			t.Fatalf("exit %d\n%s", r.code, r.err)
		}
		unchanged(t, dir, oneRouter)
	})
}

// A Prompter that says yes, and no: what needs an answer gets one, and the answer
// becomes a flag of the command that is printed.
func TestAddAsksWhatIsMissing(t *testing.T) {
	const split = `
-- go.mod --
module example.com/app

go 1.22

require github.com/gofiber/fiber/v2 v2.52.15
-- main.go --
package main

import "github.com/gofiber/fiber/v2"

func main() {
	app := fiber.New()
	app.Get("/ws", page)
	app.Get("/login", page)
	app.Use(authRequired)
	app.Get("/items", page)
	app.Listen(":8080")
}

func authRequired(c *fiber.Ctx) error { return c.Next() }

func page(c *fiber.Ctx) error { return nil }
`
	dir := project(t, split)
	var asked []string
	r := runApp(t, t.Context(), func(a *app) {
		a.ask = func(*console) (Prompter, string) {
			return chooser(func(q question) string {
				asked = append(asked, q.label)
				return q.choices[0].name
			}), ""
		}
	}, "-C", dir, "add", "websockets", "--no-check")
	if r.code != exitDone {
		t.Fatalf("exit %d\n%s", r.code, r.err)
	}
	if want := []string{"Which one?", "Which one?", "Write this?"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	mustHave(t, r.err, "--route=/realtime --auth=inherit --no-check --yes", "websocket at /realtime")
}

// A chooser is a Prompter that answers by itself.
type chooser func(question) string

func (c chooser) Input(context.Context, question) (string, error)         { return "", errCancelled }
func (c chooser) Select(_ context.Context, q question) (string, error)    { return c(q), nil }
func (c chooser) MultiSelect(context.Context, question) ([]string, error) { return nil, errCancelled }

// The document of --json says what a program needs to go on.
func TestAddJSON(t *testing.T) {
	dir := project(t, oneRouter)
	r := wsgen(t, "-C", dir, "add", "websockets", "--json", "--yes", "--no-check")
	var doc addResult
	if err := json.Unmarshal([]byte(r.out), &doc); err != nil || r.code != exitDone {
		t.Fatalf("exit %d, %v\n%s%s", r.code, err, r.out, r.err)
	}
	if doc.Path != "main.go" || doc.Line == 0 || doc.URL != "/ws" || doc.Server != "gorilla" || doc.Into != "internal/realtime" || len(doc.Notes) == 0 || len(doc.Next) == 0 {
		t.Errorf("got %+v", doc)
	}
	for _, f := range doc.Files {
		if f.SHA256 == "" || f.Action != "create" && f.Action != "modify" {
			t.Errorf("got %+v", f)
		}
	}
}
