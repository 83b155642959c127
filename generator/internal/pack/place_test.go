package pack

import (
	"strings"
	"testing"
)

// placed is a pack with a choice that takes the place of a file, and with tests
// of its own.
const placed = `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "private": ["kit/mount/*/*_test.go"],
  "slots": {
    "mount": {"dir": "kit/mount", "onto": "kit", "default": "std", "choices": [{"name": "std"}, {"name": "chi"}]},
    "setup": {"dir": "kit/setup", "onto": "kit", "default": "plain", "choices": [{"name": "plain", "owns": ["kit/setup.go"]}, {"name": "sample"}]}
  },
  "sets": {"app": ["**"], "kit": ["kit/**", "WIRE.md"]}
}
-- WIRE.md --
What goes over the wire.
-- kit/kit.go --
package kit

import "example.com/app/kit/hub"

type Hub = hub.Hub

var answer = setup()
-- kit/setup.go --
package kit

func setup() int { return 0 }
-- kit/setup/sample/setup.go --
package kit

func setup() int { return 42 }
-- kit/hub/hub.go --
package hub

type Hub struct{}
-- kit/hub/hub_test.go --
package hub_test

import (
	"testing"

	"example.com/app/kit/hub"
)

func TestHub(*testing.T) { _ = hub.Hub{} }
-- kit/mount/std/mount.go --
package kit

import "example.com/app/kit"

func Mount() kit.Hub { return kit.Hub{} }
-- kit/mount/std/mount_test.go --
package kit
-- kit/mount/chi/mount.go --
package kit

import "example.com/app/kit"

func Mount() *kit.Hub { return new(kit.Hub) }
-- main.go --
package main

import (
	kit "example.com/app/kit/mount/std"
)

func main() { kit.Mount() }
`

func choose(t *testing.T, p *Pack, set string, slots, into map[string]string) string {
	t.Helper()
	s, err := p.Resolve("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = p.Choose(s, slots); err != nil {
		t.Fatal(err)
	}
	files, err := p.Render(t.Context(), set, s, Identity{Name: "shop", Module: "example.com/shop", Into: into})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		b.WriteString("-- " + f.Path + " --\n" + string(f.Data))
	}
	return b.String()
}

// A choice may own a file where it stands. The template is wired to it, and in a
// project another choice has a file in its place.
func TestChoiceOwnsFiles(t *testing.T) {
	p := fixture(t, placed)
	if got := choose(t, p, "app", nil, nil); !strings.Contains(got, "setup() int { return 0 }") || strings.Contains(got, "42") {
		t.Errorf("the default:\n%s", got)
	}
	if got := choose(t, p, "app", map[string]string{"setup": "sample"}, nil); strings.Contains(got, "return 0") ||
		!strings.Contains(got, "-- kit/setup.go --\npackage kit\n\nfunc setup() int { return 42 }\n") {
		t.Errorf("the sample:\n%s", got)
	}
}

// What is moved is imported from where it has gone, by the name that it had.
func TestRenderInto(t *testing.T) {
	equal(t, choose(t, fixture(t, placed), "kit",
		map[string]string{"mount": "chi", "setup": "sample"},
		map[string]string{"kit": "pkg/ws", "WIRE.md": "pkg/ws/PROTOCOL.md"}), `
-- pkg/ws/PROTOCOL.md --
What goes over the wire.
-- pkg/ws/hub/hub.go --
package hub

type Hub struct{}
-- pkg/ws/hub/hub_test.go --
package hub_test

import (
	"testing"

	"example.com/shop/pkg/ws/hub"
)

func TestHub(*testing.T) { _ = hub.Hub{} }
-- pkg/ws/kit.go --
package kit

import "example.com/shop/pkg/ws/hub"

type Hub = hub.Hub

var answer = setup()
-- pkg/ws/mount.go --
package kit

func Mount() *Hub { return new(Hub) }
-- pkg/ws/setup.go --
package kit

func setup() int { return 42 }
`)
	// A folder that is not called like its package needs a name in imports.
	for into, want := range map[string]string{
		"pkg/ws":  "import (\n\tkit \"example.com/shop/pkg/ws\"\n)",
		"pkg/kit": "import (\n\t\"example.com/shop/pkg/kit\"\n)",
	} {
		if got := choose(t, fixture(t, placed), "app", nil, map[string]string{"kit": into}); !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestChooseSaysWhatThereIsNot(t *testing.T) {
	p := fixture(t, placed)
	s, err := p.Resolve("", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, slots := range []map[string]string{{"mount": "gin"}, {"server": "gws"}} {
		if _, err := p.Choose(s, slots); err == nil {
			t.Errorf("%v was chosen", slots)
		}
	}
	if next, err := p.Choose(s, map[string]string{"mount": "chi"}); err != nil || next.Slots["mount"] != "chi" || s.Slots["mount"] != "std" {
		t.Errorf("chosen: %v, %v; before: %v", next, err, s)
	}
}
