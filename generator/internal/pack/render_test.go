package pack

import (
	"context"
	"errors"
	"go/format"
	"strings"
	"testing"
)

// Ownership: the paths of a feature are there with it and only then; everybody
// has the rest.
func TestRenderOwnership(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "features": {"docker": {"owns": ["Dockerfile", "deploy/**"]}, "docs": {"owns": ["*.md"]}},
  "sets": {"app": ["**"]}
}
-- Dockerfile --
FROM scratch
-- deploy/compose.yaml --
services:
-- LICENSE --
MIT
-- README.md --
Read me.
`)
	equal(t, rendered(t, p), `
-- LICENSE --
MIT
`)
	equal(t, rendered(t, p, "docker"), `
-- Dockerfile --
FROM scratch
-- LICENSE --
MIT
-- deploy/compose.yaml --
services:
`)
}

// Tokens: the name in the three forms that it has, the route, the module.
// Paths have them as well; dot_x is .x.
func TestRenderTokens(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp", "route": "/theroute",
  "rename": {"agents_app.md": "AGENTS.md", "cmd/theapp/note": "cmd/theapp/dot_note"},
  "sets": {"app": ["**"]}
}
-- agents_app.md --
Theapp reads THEAPP_ADDR and is built by go build ./cmd/theapp. It is not the_app.
-- dot_github/workflows/ci.yml --
go build -ldflags "-X example.com/app/internal/version.V=1" ./cmd/theapp
-- cmd/theapp/note --
/theroute/theapp.js
-- cmd/theapp/main.go --
// Theapp serves /theroute.
package main

const (
	theAppIsNoToken = 1             // of theapp
	name            = "theapp"      // it
	env             = "THEAPP_PORT" // its port
)
`)
	equal(t, rendered(t, p), `
-- .github/workflows/ci.yml --
go build -ldflags "-X example.com/my-app/internal/version.V=1" ./cmd/my-app
-- AGENTS.md --
My App reads MY_APP_ADDR and is built by go build ./cmd/my-app. It is not the_app.
-- cmd/my-app/.note --
/ws/my-app.js
-- cmd/my-app/main.go --
// My App serves /ws.
package main

const (
	theAppIsNoToken = 1             // of my-app
	name            = "my-app"      // it
	env             = "MY_APP_PORT" // its port
)
`)
}

// What a token is replaced by is not looked at again, be it as awkward as here.
func TestRenderTokensOnce(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{"version": 1, "module": "example.com/app", "token": "theapp", "route": "/theroute", "sets": {"app": ["**"]}}
-- theapp.go --
package app

import "example.com/app/theapp/paths"

const route = "/theroute" + paths.Path
-- theapp/paths/path.go --
package paths

const Path = "example.com/app"
`)
	s, err := p.Resolve("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.Render(t.Context(), "app", s, Identity{Name: "theroute", Module: "example.com/app/theapp", Route: "/theapp/example.com/app"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, string(files[0].Data), `
package app

import "example.com/app/theapp/theroute/paths"

const route = "/theapp/example.com/app" + paths.Path
`)
	equal(t, string(files[1].Data), `
package paths

const Path = "example.com/app/theapp"
`)
}

// A fence that goes takes with it the imports that only it used: those of the
// standard library, of the project, and those that are named. The name of
// another cannot be told from its path, so it needs a fence of its own.
func TestRenderFences(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{"version": 1, "module": "example.com/app", "token": "theapp", "features": {"metrics": {}}, "sets": {"app": ["**"]}}
-- main.go --
package main

import (
	"expvar"
	"math/rand/v2"
	"net/http"

	"example.org/go-redis/v9" //wsgen:if metrics
	redis "example.org/redis/v9"

	"example.com/app/metrics"
)

type config struct {
	addr string
	//wsgen:if metrics
	metricsPrefix string
	//wsgen:end
}

//wsgen:if metrics

// serveMetrics serves the counters.
func serveMetrics() {
	http.Handle("/debug", expvar.Handler())
	metrics.Count(rand.IntN(3), redis.Nil)
}

//wsgen:end

func main() {
	serveMetrics() //wsgen:if metrics
	http.ListenAndServe("", nil)
}
`)
	equal(t, rendered(t, p, "metrics"), `
-- main.go --
package main

import (
	"expvar"
	"math/rand/v2"
	"net/http"

	"example.org/go-redis/v9"
	redis "example.org/redis/v9"

	"example.com/my-app/metrics"
)

type config struct {
	addr          string
	metricsPrefix string
}

// serveMetrics serves the counters.
func serveMetrics() {
	http.Handle("/debug", expvar.Handler())
	metrics.Count(rand.IntN(3), redis.Nil)
}

func main() {
	serveMetrics()
	http.ListenAndServe("", nil)
}
`)
	equal(t, rendered(t, p), `
-- main.go --
package main

import "net/http"

type config struct {
	addr string
}

func main() {
	http.ListenAndServe("", nil)
}
`)
}

// All faults of all files are reported, with the line that they are on.
func TestRenderReportsAllFaults(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp", "rename": {"notes.md": "README.md"},
  "slots": {"store": {"dir": "store", "default": "memory", "choices": [{"name": "memory"}, {"name": "redis"}]}},
  "features": {"broken": {"owns": ["broken.go", "other.go", "fence.yml"]}},
  "sets": {"app": ["**"]}
}
-- broken.go --
package main

func main() {
-- other.go --
package main

import "example.com/app/store/redis"
-- fence.yml --
a: 1
# wsgen:if metrics
-- store/memory/memory.go --
package store
-- store/redis/redis.go --
package store
-- notes.md --
-- README.md --
`)
	_, err := render(t, p, "broken")
	if err == nil {
		t.Fatal("no fault was found")
	}
	equal(t, err.Error(), `
app/fence.yml:2: wsgen:if metrics: there is no such feature or choice
app/fence.yml:2: wsgen:if without wsgen:end
app/other.go:3:8: imports store/redis, which is not the default choice of its slot; import the default, it stands for all
`)
	_, err = render(t, p)
	if err == nil {
		t.Fatal("two files went to the same path")
	}
	equal(t, err.Error(), `app/README.md and app/notes.md are both rendered as README.md`)
}

func TestRenderSets(t *testing.T) {
	p := fixture(t, `
-- pack.json --
{"version": 1, "module": "example.com/app", "token": "theapp", "sets": {"app": ["**"], "kit": ["kit/**"]}}
-- main.go --
package main
-- kit/kit.go --
package kit
`)
	s, err := p.Resolve("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.Render(t.Context(), "kit", s, Identity{})
	if err != nil || len(files) != 1 || files[0].Path != "kit/kit.go" {
		t.Errorf("got %v, %v", files, err)
	}
	if _, err := p.Render(t.Context(), "kid", s, Identity{}); err == nil || !strings.Contains(err.Error(), `there is no set "kid"`) {
		t.Errorf("a set that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Render(ctx, "kit", s, Identity{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Where a token stands, what gofmt aligns behind it moves with it.
func TestRenderTokensKeepsFormat(t *testing.T) {
	for _, src := range []string{
		"var m = map[string]int{\n\t\"theapp\": 1,\n\t\"thecat\": 2,\n}\n",
		"var m = []string{\n\t\"theapp\", // comment\n\t\"thecat\", // comment\n}\n",
		"const (\n\ta = \"theapp\" /* comment */\n\tb = \"thecat\" /* comment */\n)\n",
		"type t struct {\n\ta int `theapp` // comment\n\tb int `thecat` // comment\n}\n",
		"func f() string { return \"theapp\" + \"" + strings.Repeat("x", 64) + "\" }\n",
	} {
		src = "package app\n\n" + src
		if formatted, err := format.Source([]byte(src)); err != nil || string(formatted) != src {
			t.Fatalf("the source should be formatted: %v\n%s", err, formatted)
		}
		p := fixture(t, "-- pack.json --\n"+`{"version": 1, "module": "example.com/app", "token": "theapp", "sets": {"app": ["**"]}}`+"\n-- a.go --\n"+src)
		s, err := p.Resolve("", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "a-long-name"} {
			files, err := p.Render(t.Context(), "app", s, Identity{Name: name, Module: "m"})
			if err != nil {
				t.Fatal(err)
			}
			if want, err := format.Source(files[0].Data); err != nil || string(want) != string(files[0].Data) {
				t.Errorf("%v\ngot\n%swant\n%s", err, files[0].Data, want)
			}
		}
	}
}
