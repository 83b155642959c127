package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/internal/pack"
	"github.com/wsgen/wsgen/generator/plan"
)

// everyProject calls fn for each combination of server and profiles.
func everyProject(t *testing.T, fn func(t *testing.T, o NewOptions)) {
	var profiles []string
	for _, p := range Profiles() {
		profiles = append(profiles, p.Name)
	}
	for _, s := range Servers() {
		for bits := range 1 << len(profiles) {
			o := NewOptions{Name: "chat", Server: s.Name}
			for i, p := range Profiles() {
				switch on := bits>>i&1 == 1; {
				case on && !p.Default:
					o.Profiles = append(o.Profiles, p.Name)
				case !on && p.Default:
					o.Without = append(o.Without, p.Name)
				}
			}
			name := strings.Join(slices.Concat([]string{s.Name}, o.Profiles, o.Without), " ")
			t.Run(name, func(t *testing.T) { fn(t, o) })
		}
	}
}

func contents(p *plan.Plan) map[string]string {
	m := map[string]string{}
	for _, c := range p.Changes {
		m[c.Path] = string(c.New.Data)
	}
	return m
}

// A project is made of new files only, and the same answers make the same
// project, byte for byte.
func TestNew(t *testing.T) {
	o := NewOptions{Name: "my-app", Server: "coder", Profiles: []string{"+api"}, Without: []string{"docker"}, Command: "wsgen new my-app", Version: "v1.2.3"}
	p, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if p.Command != o.Command || len(p.Changes) == 0 {
		t.Errorf("the plan is %q with %d changes", p.Command, len(p.Changes))
	}
	for _, c := range p.Changes {
		if c.Kind() != plan.Create || c.New.Mode != 0o644 || c.Origin == "" {
			t.Errorf("%s: %s, mode %v, origin %q", c.Path, c.Kind(), c.New.Mode, c.Origin)
		}
	}
	again, err := New(t.Context(), o)
	if err != nil || !reflect.DeepEqual(p, again) {
		t.Errorf("the second plan differs from the first (%v)", err)
	}
	files := contents(p)
	if mod := files["go.mod"]; !strings.HasPrefix(mod, "module my-app\n") || !strings.Contains(mod, "github.com/coder/websocket v") {
		t.Errorf("go.mod:\n%s", mod)
	}
	if files["Dockerfile"] != "" {
		t.Error("a Dockerfile is there without docker")
	}
}

// The manifest has the answers and the digest of every other file.
func TestNewManifest(t *testing.T) {
	p, err := New(t.Context(), NewOptions{
		Name: "my-app", Module: "example.com/my-app", Server: "gws", Route: "/live", Profiles: []string{"api"}, Without: []string{"github"}, Version: "v1.2.3",
	})
	if err != nil {
		t.Fatal(err)
	}
	files := contents(p)
	var m Manifest
	if err := json.Unmarshal([]byte(files[ManifestPath]), &m); err != nil {
		t.Fatal(err)
	}
	delete(files, ManifestPath)
	for path, data := range files {
		sum := sha256.Sum256([]byte(data))
		if m.Files[path] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s has the digest %q", path, m.Files[path])
		}
	}
	if len(m.Files) != len(files) {
		t.Errorf("the manifest has %d files, the project %d", len(m.Files), len(files))
	}
	want := Answers{
		Name: "my-app", Module: "example.com/my-app", Route: "/live",
		Slots:    map[string]string{"server": "gws", "backplane": "memory", "mount": "nethttp", "setup": "chat", "web": "api"},
		Profiles: []string{"api", "docker"},
	}
	if !reflect.DeepEqual(m.Answers, want) {
		t.Errorf("answers: got %+v, want %+v", m.Answers, want)
	}
	if m.Version != 1 || m.Wsgen != "v1.2.3" || len(m.Template) != 12 {
		t.Errorf("version %d, wsgen %q, template %q", m.Version, m.Wsgen, m.Template)
	}
}

// Everything that is wrong with the options is said at once, with what it is
// about, so that a program can ask for just that again.
func TestNewReportsAllProblems(t *testing.T) {
	_, err := New(t.Context(), NewOptions{
		Name: "My App", Module: "net/http", Server: "gorila", Route: "ws", Profiles: []string{"dokcer"}, Without: []string{"api"},
	})
	var use *UsageError
	if !errors.As(err, &use) {
		t.Fatalf("got %v", err)
	}
	var options []string
	for _, p := range use.Problems {
		options = append(options, p.Option)
		if p.Text == "" || p.Fix == "" || strings.Contains(p.Text+p.Fix, "\n") {
			t.Errorf("%+v should be a line of text and one of help", p)
		}
	}
	if want := []string{"module", "name", "profile", "route", "server", "without"}; !slices.Equal(options, want) {
		t.Errorf("got problems with %q, want %q:\n%v", options, want, err)
	}
	// The module follows from the name; what is wrong with the one is not said of the other.
	if _, err := New(t.Context(), NewOptions{Name: "go"}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("one problem: got %v", err)
	}
}

func TestNewEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := New(ctx, NewOptions{Name: "chat"}); !errors.Is(err, context.Canceled) || p != nil {
		t.Errorf("got %v, %v", p, err)
	}
}

// A profile touches the files that it owns and those with fences for it,
// nothing else: who adds one to a project later changes just these.
func TestShowProfileTouchesOnlyItsOwn(t *testing.T) {
	for _, profile := range Profiles() {
		f := loaded().Features[profile.Name]
		p, err := ShowProfile(t.Context(), "+"+profile.Name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Empty() {
			t.Errorf("+%s changes nothing", profile.Name)
		}
		for _, c := range p.Changes {
			switch {
			case c.Kind() == plan.Modify:
				if !fenced(t, c.Origin, profile.Name, f) {
					t.Errorf("+%s changes %s, and %s has no fence for it", profile.Name, c.Path, c.Origin)
				}
			case c.Kind() == plan.Remove && len(f.Sets) == 0:
				t.Errorf("+%s removes %s", profile.Name, c.Path)
			case !owned(strings.TrimPrefix(c.Origin, "templates/app/"), f):
				t.Errorf("+%s creates or removes %s, and does not own %s", profile.Name, c.Path, c.Origin)
			}
		}
	}
}

// owned reports whether a template file comes or goes with feature f.
func owned(path string, f pack.Feature) bool {
	for slot := range f.Sets {
		if strings.HasPrefix(path, loaded().Slots[slot].Dir+"/") {
			return true
		}
	}
	return slices.ContainsFunc(f.Owns, func(glob string) bool { return pack.Match(glob, path) })
}

// A server is shown like a profile, against the default one.
func TestShowProfileOfAServer(t *testing.T) {
	p, err := ShowProfile(t.Context(), "gws")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(p.Changes, func(c plan.Change) bool { return c.Path == "go.mod" && c.Kind() == plan.Modify }) {
		t.Errorf("another server should change go.mod; got %v", slices.Collect(maps.Keys(contents(p))))
	}
	var use *UsageError
	if _, err := ShowProfile(t.Context(), "+gwss"); !errors.As(err, &use) {
		t.Errorf("an unknown profile: %v", err)
	}
}

// With a wide choice of names, nothing of the template's own is left in a project.
func TestNewLeavesNoTokens(t *testing.T) {
	everyProject(t, func(t *testing.T, o NewOptions) {
		p, err := New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for path, data := range contents(p) {
			for _, left := range []string{"wsgenapp", "Wsgenapp", "WSGENAPP", "wsgenroute", "templates/app", "wsgen:", "dot_git"} {
				if i := strings.Index(data, left); i >= 0 {
					t.Errorf("%s:%d: %q is left", path, 1+strings.Count(data[:i], "\n"), left)
				}
			}
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(b.Context(), NewOptions{Name: "chat"}); err != nil {
			b.Fatal(err)
		}
	}
}
