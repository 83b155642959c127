package pack

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// go.mod and go.sum come from the lock of the modules that are chosen, with the
// module path of the project, which is quoted where the syntax wants that.
func TestLock(t *testing.T) {
	fsys := fixtureFS(`
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "slots": {"server": {"dir": "t", "default": "a", "choices": [{"name": "a"}, {"name": "b", "module": "example.org/b"}]}},
  "features": {"redis": {"module": "example.org/redis"}, "docs": {}},
  "sets": {"app": ["**"]}
}
-- t/a/a.go --
package t
-- t/b/b.go --
package t
`)
	fsys["locks/std.txtar"] = &fstest.MapFile{Data: []byte("-- go.mod --\nmodule example.com/app\n\ngo 1.25.0\n")}
	p, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(p.Locks()))
	if got := strings.Join(names, " "); got != "b b+redis redis std" {
		t.Errorf("the locks are %s", got)
	}
	s, err := p.Resolve("a", []string{"docs"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.Lock(s, Identity{Module: "my-app"})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Path != "go.mod" || string(files[0].Data) != "module my-app\n\ngo 1.25.0\n" || files[0].Source != "locks/std.txtar" {
		t.Errorf("got %+v", files)
	}
	s, err = p.Resolve("b", []string{"redis"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Lock(s, Identity{}); err == nil || !strings.Contains(err.Error(), "locks/b+redis.txtar") {
		t.Errorf("a lock that is not there: %v", err)
	}
}
