package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/plan"
)

// A cell is one kind of project.
type cell struct {
	server string
	api    bool // no front end
	docker bool
	github bool
	name   string // chat if empty
	module string // the name if empty
	route  string // /ws if empty
}

// cells has every pair of a server, a front end, docker and github at least
// once. Names, modules and routes are in one cell each: what they change, they
// change in the same way everywhere.
var cells = []cell{
	{server: "gorilla", docker: true, github: true},
	{server: "gorilla", api: true},
	{server: "nhooyr", github: true, route: "/live/socket"},
	{server: "nhooyr", api: true, docker: true},
	{server: "gws", name: "my-app", module: "example.com/some.where/my-app/v2"},
	{server: "gws", api: true, docker: true, github: true},
}

func (c cell) options() generator.NewOptions {
	o := generator.NewOptions{Name: "chat", Module: c.module, Server: c.server, Route: c.route}
	if c.name != "" {
		o.Name = c.name
	}
	if c.api {
		o.Profiles = append(o.Profiles, "+api")
	}
	if !c.docker {
		o.Without = append(o.Without, "docker")
	}
	if !c.github {
		o.Without = append(o.Without, "github")
	}
	return o
}

func (c cell) String() string {
	o := c.options()
	parts := append([]string{o.Server}, o.Profiles...)
	for _, p := range o.Without {
		parts = append(parts, "-"+p)
	}
	return strings.Join(parts, "")
}

// TestCellsCoverAllPairs fails when a choice was added and cells was forgotten.
func TestCellsCoverAllPairs(t *testing.T) {
	var want []string
	for _, s := range generator.Servers() {
		want = append(want, s.Name)
	}
	if !reflect.DeepEqual(want, servers) {
		t.Errorf("the servers are %q, tested are %q", want, servers)
	}
	var profiles []string
	for _, p := range generator.Profiles() {
		profiles = append(profiles, p.Name)
	}
	if want := []string{"api", "docker", "github"}; !reflect.DeepEqual(profiles, want) {
		t.Errorf("the profiles are %q, tested are %q", profiles, want)
	}

	seen := map[string]bool{}
	for _, c := range cells {
		values := []string{c.server, fmt.Sprint("api=", c.api), fmt.Sprint("docker=", c.docker), fmt.Sprint("github=", c.github)}
		for i, a := range values {
			for _, b := range values[i+1:] {
				seen[a+" "+b] = true
			}
		}
	}
	if want := 3*2*3 + 3*2*2; len(seen) != want {
		t.Errorf("cells has %d pairs, want all %d", len(seen), want)
	}
}

// TestMatrix renders each kind of project and does with it what its owner
// would: format, vet, lint, test, tidy, build, run.
func TestMatrix(t *testing.T) {
	skipIfShort(t)
	t.Parallel()
	for i, c := range cells {
		t.Run(c.String(), func(t *testing.T) {
			o := c.options()
			dir := filepath.Join(t.TempDir(), o.Name)
			p, err := render(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			wantSamePlan(t, o, p)
			wantTree(t, dir, p)
			if err := download(t.Context(), dir); err != nil {
				t.Fatal(err)
			}

			// gofmt -s is what the project's own Makefile checks.
			if out := tool(t, dir, nil, "gofmt", "-l", "-s", "."); out != "" {
				t.Errorf("not formatted:\n%s", out)
			}
			tool(t, dir, nil, "go", "vet", "./...")
			tool(t, dir, []string{"GOOS=windows"}, "go", "vet", "./...")
			tool(t, dir, []string{"GOOS=darwin"}, "go", "vet", "./...")
			tool(t, dir, nil, "go", "mod", "tidy", "-diff")
			tool(t, dir, nil, staticcheck(t), "./...")

			began := time.Now()
			tool(t, dir, nil, "go", "test", "-race", "-timeout=60s", "./...")
			t.Logf("go test -race: %v", time.Since(began).Round(time.Second))

			wantTree(t, dir, p) // nothing of this has changed a file
			bin, err := build(t.Context(), dir, o.Name)
			if err != nil {
				t.Fatal(err)
			}
			wantChat(t, bin, cells[i])
		})
	}
}

// tool runs a program in dir, offline, and returns what it prints. If it fails
// the test goes on: what the other tools say is of interest, too.
func tool(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := command(ctx, dir, offline(env...), name, args...)
	if err != nil {
		t.Errorf("%s %v", strings.Join(env, " "), err)
	}
	return out
}

// wantSamePlan renders once more and compares to the byte.
func wantSamePlan(t *testing.T, o generator.NewOptions, p *plan.Plan) {
	t.Helper()
	again, err := generator.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(p, again) {
		t.Error("rendering twice gives two different projects")
	}
}

// wantTree compares all files below dir to those of p.
func wantTree(t *testing.T, dir string, p *plan.Plan) {
	t.Helper()
	want := map[string]string{}
	for _, c := range p.Changes {
		want[c.Path] = string(c.New.Data)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if planned, ok := want[name]; !ok {
			t.Errorf("%s is not in the plan", name)
		} else if planned != string(data) {
			t.Errorf("%s is not what was planned", name)
		}
		delete(want, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}

// wantChat starts bin and has two clients talk at the route of c.
func wantChat(t *testing.T, bin string, c cell) {
	t.Helper()
	route := c.route
	if route == "" {
		route = "/ws"
	}
	a := start(t, bin)
	alice, bob := dialRoute(t, a.addr, route, nil), dialRoute(t, a.addr, route, nil)
	alice.say("hi")
	bob.hears("hi")

	page := get(t, a.url("/"))
	if isPage := strings.Contains(page, "<html"); isPage == c.api {
		t.Errorf("api is %v, and / answers %.100q", c.api, page)
	}
	if !strings.Contains(page, route) && c.api {
		t.Errorf("/ does not tell the route %s: %s", route, page)
	}
	if !c.api && !strings.Contains(get(t, a.url("/app.js")), `".`+route+`/realtime.js"`) {
		t.Errorf("the page does not load .%s/realtime.js", route)
	}
	get(t, a.url(route+"/realtime.js"))
	a.terminate()
	if code := a.exitCode(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// staticcheck returns the path of the linter. It is built once, from modules
// that may have to be fetched.
func staticcheck(t *testing.T) string {
	t.Helper()
	bin, err := buildStaticcheck()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

var buildStaticcheck = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	pin, err := staticcheckPin()
	if err != nil {
		return "", err
	}
	env := append(os.Environ(), "GOBIN="+workDir, "GOWORK=off", "GOFLAGS=")
	_, err = command(ctx, workDir, env, "go", "install", pin)
	return filepath.Join(workDir, "staticcheck"), err
})

// staticcheckPin returns what make passes on. Without make it is read from where
// make has it.
func staticcheckPin() (string, error) {
	if pin := os.Getenv("STATICCHECK"); pin != "" {
		return pin, nil
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(makefile)) {
		if pin, ok := strings.CutPrefix(line, "STATICCHECK = "); ok {
			return strings.TrimSpace(pin), nil
		}
	}
	return "", errors.New("the Makefile has no line that begins with STATICCHECK =")
}
