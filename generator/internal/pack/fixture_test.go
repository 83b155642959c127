package pack

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

// fixture makes a pack of an archive: its pack.json, and its other files below
// app, except those below locks.
func fixture(t *testing.T, archive string) *Pack {
	t.Helper()
	p, err := Load(fixtureFS(archive))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fixtureFS(archive string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := f.Name
		if name != "pack.json" && !strings.HasPrefix(name, "locks/") {
			name = Root + "/" + name
		}
		fsys[name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

// rendered renders the set app of p with the given profiles and returns it as
// an archive, in the order of the paths.
func rendered(t *testing.T, p *Pack, profiles ...string) string {
	t.Helper()
	files, err := render(t, p, profiles...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range files {
		b.WriteString("-- " + f.Path + " --\n")
		b.Write(f.Data)
	}
	return b.String()
}

func render(t *testing.T, p *Pack, profiles ...string) ([]File, error) {
	t.Helper()
	s, err := p.Resolve("", profiles, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.Render(t.Context(), "app", s, Identity{Name: "my-app", Module: "example.com/my-app", Route: "/ws"})
}

// equal compares two texts and shows both if they differ.
func equal(t *testing.T, got, want string) {
	t.Helper()
	if got = strings.TrimSpace(got); got != strings.TrimSpace(want) {
		t.Errorf("got:\n%s\n\nwant:\n%s", got, strings.TrimSpace(want))
	}
}
