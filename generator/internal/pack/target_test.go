package pack_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/templates"
)

// A user is a program with a router, which has got the kit.
type user struct {
	name    string
	mount   string            // choice of the slot
	modules map[string]string // of the router; versions other than the oldest of the choice
	imports string
	code    string // makes the router, mounts on it, and sets url
}

var users = []user{
	{"servemux", "nethttp", nil, ``, `
		mux := http.NewServeMux()
		mux.HandleFunc("GET /{name}", http.NotFound)
		realtime.Mount(mux)
		url := serve(t, mux)`},
	{"oldmux", "nethttp121", nil, ``, `
		mux := http.NewServeMux()
		mux.HandleFunc("/", http.NotFound)
		realtime.Mount(mux)
		url := serve(t, mux)`},
	{"default", "defaultmux", nil, ``, `
		http.DefaultServeMux = http.NewServeMux()
		realtime.MountDefault()
		url := serve(t, http.DefaultServeMux)`},
	{"olddefault", "defaultmux121", nil, ``, `
		http.DefaultServeMux = http.NewServeMux()
		realtime.MountDefault()
		url := serve(t, http.DefaultServeMux)`},
	{"chi3", "chi", map[string]string{"github.com/go-chi/chi": ""}, `"github.com/go-chi/chi"`, `
		r := chi.NewRouter()
		realtime.Mount(r)
		url := serve(t, r)`},
	{"chi5", "chi", map[string]string{"github.com/go-chi/chi/v5": ""}, `"github.com/go-chi/chi/v5"`, `
		r := chi.NewRouter()
		r.Route("/api", func(r chi.Router) { realtime.Mount(r) })
		url := serve(t, r) + "/api"`},
	{"gorilla", "gorillamux", nil, `"github.com/gorilla/mux"`, `
		r := mux.NewRouter()
		realtime.Mount(r)
		url := serve(t, r)`},
	{"gin", "gin", nil, `"github.com/gin-gonic/gin"`, `
		gin.SetMode(gin.ReleaseMode)
		r := gin.New()
		realtime.Mount(r.Group("/api"))
		url := serve(t, r) + "/api"`},
	{"echo4", "echo4", nil, `"github.com/labstack/echo/v4"`, `
		e := echo.New()
		realtime.Mount(e)
		url := serve(t, e)`},
	{"echo5", "echo5", nil, `"github.com/labstack/echo/v5"`, `
		e := echo.New()
		realtime.Mount(e)
		url := serve(t, e)`},
	{"fiber2", "fiber2", nil, `"github.com/gofiber/fiber/v2"`, `
		app := fiber.New(fiber.Config{DisableStartupMessage: true})
		realtime.Mount(app)
		l, url := listen(t)
		go app.Listener(l)`},
	{"fiber3", "fiber3", nil, `"github.com/gofiber/fiber/v3"`, `
		app := fiber.New()
		realtime.Mount(app)
		l, url := listen(t)
		go app.Listener(l, fiber.ListenConfig{DisableStartupMessage: true})`},
	{"httprouter", "httprouter", nil, `"github.com/julienschmidt/httprouter"`, `
		r := httprouter.New()
		realtime.Mount(r)
		url := serve(t, r)`},
	{"bunrouter", "bunrouter", nil, `"github.com/uptrace/bunrouter"`, `
		r := bunrouter.New()
		realtime.Mount(r)
		url := serve(t, r)`},
}

// servers has the version of each library that a project with this go line gets.
func servers(goLine string) map[string]module.Version {
	coder := "v1.8.15"
	if older(goLine, "1.23") {
		coder = "v1.8.13"
	}
	return map[string]module.Version{
		"gorilla": {Path: "github.com/gorilla/websocket", Version: "v1.5.3"},
		"nhooyr":  {Path: "github.com/coder/websocket", Version: coder},
		"gws":     {Path: "github.com/lxzan/gws", Version: "v1.9.1"},
	}
}

func older(goLine, than string) bool { return semver.Compare("v"+goLine, "v"+than) < 0 }

// The kit works in modules of others: with an old go line, under another module
// path, in another folder, with the oldest router that it says will do. A
// websocket is opened through each router, and the kit's own tests pass there.
// Every router meets every server, on one line or another.
func TestTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program for each router and go line")
	}
	p, err := pack.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"gorilla", "nhooyr", "gws"}
	lines := []string{"1.18", "1.21", "1.22", "1.25.0"} // the last for routers that need it
	for i, goLine := range lines {
		newest := i == len(lines)-1
		t.Run("go "+goLine, func(t *testing.T) {
			x := target{p: p, dir: t.TempDir(), goLine: goLine, require: map[string]string{}}
			for j, u := range users {
				c := choice(t, p, u.mount)
				if older(goLine, c.Go) || newest && !older("1.22", c.Go) {
					continue
				}
				for k, server := range names {
					if (i+j+k)%len(names) == 0 || newest {
						x.add(t, u, c, server)
					}
				}
			}
			x.finish(t)
			x.run(t, "vet", append(x.kits, ".")...)
			x.run(t, "test", ".")
			if goLine == "1.18" {
				for _, server := range names {
					t.Run(server, func(t *testing.T) { x.run(t, "test", "./"+x.servers[server]+"/...") })
				}
			}
			if got := x.goMod(t).Go.Version; got != goLine {
				t.Errorf("the go line is %s now", got)
			}
		})
	}
}

func choice(t *testing.T, p *pack.Pack, mount string) pack.Choice {
	t.Helper()
	for _, c := range p.Slots["mount"].Choices {
		if c.Name == mount {
			return c
		}
	}
	t.Fatalf("there is no mount %s", mount)
	return pack.Choice{}
}

// A target is a module of somebody else.
type target struct {
	p       *pack.Pack
	dir     string
	goLine  string
	require map[string]string // module -> version
	kits    []string          // folders with a facade, as the go command takes them
	servers map[string]string // server -> folder of a kit with it
}

const targetModule = "git.example.com/shop/backend"

// add puts a kit into the module, and a test that uses it.
func (x *target) add(t *testing.T, u user, c pack.Choice, server string) {
	t.Helper()
	name := u.name + "_" + server
	into := "internal/" + name
	for _, f := range theKit(t, x.p, c.Name, server, targetModule, into) {
		write(t, filepath.Join(x.dir, f.Path), f.Data)
	}
	test := fmt.Sprintf(`package backend

import (
	"net/http"
	"testing"

	%s
	realtime "%s/%s"
)

func Test_%s(t *testing.T) {%s
	check(t, url+realtime.Route)
}

var _ http.Handler = realtime.Script()
`, u.imports, targetModule, into, name, u.code)
	src, err := format.Source([]byte(test))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(x.dir, name+"_test.go"), src)

	lib := servers(x.goLine)[server]
	x.require[lib.Path] = lib.Version
	for m, v := range c.Routers {
		if other, only := u.modules[m]; u.modules == nil || only {
			x.require[m] = cmp.Or(other, v)
		}
	}
	x.kits = append(x.kits, "./"+into)
	if x.servers == nil {
		x.servers = map[string]string{}
	}
	x.servers[server] = into
}

// finish writes what all tests use, and go.mod.
func (x *target) finish(t *testing.T) {
	t.Helper()
	write(t, filepath.Join(x.dir, "backend_test.go"), []byte(strings.ReplaceAll(`package backend

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"MODULE/KIT/transport/transporttest"
)

func serve(t *testing.T, h http.Handler) (url string) {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func listen(t *testing.T) (l net.Listener, url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, "http://" + l.Addr().String()
}

// check does what a bare client does.
func check(t *testing.T, url string) {
	c := transporttest.Dial(t, url, nil)
	c.Send(`+"`"+`{"event":"lobby/message","data":{"text":"hi"}}`+"`"+`)
	for {
		if m := c.ReadJSON(); m["event"] == "lobby/message" {
			if m["topic"] != "lobby" || m["data"].(map[string]any)["text"] != "hi" {
				t.Errorf("heard %v", m)
			}
			break
		}
	}
	c.Close(1000, "")
	for path, want := range map[string]int{"": 426, "/realtime.js": 200} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || want == 200 && !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/javascript") {
			t.Errorf("GET %s: %s, %v", path, resp.Status, resp.Header)
		}
	}
}
`, "MODULE/KIT", targetModule+"/"+strings.TrimPrefix(x.kits[0], "./"))))
	write(t, filepath.Join(x.dir, "backend.go"), []byte("// Package backend is somebody else's.\npackage backend\n"))

	m := new(modfile.File)
	if err := m.AddModuleStmt(targetModule); err != nil {
		t.Fatal(err)
	}
	if err := m.AddGoStmt(x.goLine); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(x.require)) {
		m.AddNewRequire(path, x.require[path], false)
	}
	write(t, filepath.Join(x.dir, "go.mod"), modfile.Format(m.Syntax))
}

func (x *target) goMod(t *testing.T) *modfile.File {
	t.Helper()
	m, err := modfile.Parse("go.mod", read(t, filepath.Join(x.dir, "go.mod")), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run runs the go command, without the network if the module cache has all that
// is needed. The builds of all runs share the cache, though each is in another
// directory.
func (x *target) run(t *testing.T, verb string, args ...string) {
	t.Helper()
	run := func(env ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "go", append([]string{verb, "-mod=mod", "-trimpath"}, args...)...)
		cmd.Dir = x.dir
		cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local"), env...)
		return cmd.CombinedOutput()
	}
	out, err := run("GOPROXY=off", "GOSUMDB=off")
	if err != nil && bytes.Contains(out, []byte("GOPROXY=off")) {
		out, err = run()
	}
	if err != nil {
		t.Errorf("go %s %s: %v\n%s", verb, strings.Join(args, " "), err, out)
	}
}
