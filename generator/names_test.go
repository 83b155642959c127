package generator

import (
	"context"
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/templates"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{
		"chat", "my-app", "my_app", "a", "a1", "multi-client-ws", "chat2", "go-chat", "main-app", "com", "lpt10", "http",
		"wsgen", "wsgenapp", "wsgenroute", strings.Repeat("a", 64),
	} {
		if err := CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, want := range map[string]string{
		"":                      "the project name is empty; a name is lower-case letters, digits and single dashes, as in my-app",
		strings.Repeat("a", 65): "the project name is 65 bytes long; the limit is 64; choose a shorter one",
		"a/b":                   `the project name "a/b" is a path; a name is`,
		`a\b`:                   `the project name "a\\b" is a path; a name is`,
		".":                     `the project name "." begins with '.', which hides it from Go; a name is`,
		".hidden":               `the project name ".hidden" begins with '.', which hides it from Go; a name is`,
		"_hidden":               `the project name "_hidden" begins with '_', which hides it from Go; a name is`,
		"-rf":                   `the project name "-rf" begins with a dash, which makes it look like a flag; a name is`,
		"1up":                   `the project name "1up" begins with a digit; a name is`,
		"MyApp":                 `the project name "MyApp" has 'M' in it; use myapp`,
		"Go":                    `the project name "Go" has 'G' in it; a name is`, // go is no name either
		"my app":                `the project name "my app" has ' ' in it; a name is`,
		"my.app":                `the project name "my.app" has '.' in it; a name is`,
		"приложение":            `the project name "приложение" has 'п' in it; a name is`,
		"café":                  `the project name "café" has 'é' in it; a name is`,
		"a\xff":                 `the project name "a\xff" has '�' in it; a name is`,
		"a\x00":                 `the project name "a\x00" has '\x00' in it; a name is`,
		"a{b}":                  `the project name "a{b}" has '{' in it; a name is`,
		"a-":                    `the project name "a-" has a dash or underscore that joins nothing; a name is`,
		"a--b":                  `the project name "a--b" has a dash or underscore that joins nothing; a name is`,
		"a-_b":                  `the project name "a-_b" has a dash or underscore that joins nothing; a name is`,
		"select":                `the project name "select" is a keyword of Go; choose another, such as select-app`,
		"strings":               `the project name "strings" is a package of the standard library; choose another, such as strings-app`,
		"net":                   `the project name "net" is a package of the standard library; choose another`,
		"internal":              `the project name "internal" means something else to the go command; choose another`,
		"vendor":                `the project name "vendor" means something else to the go command; choose another`,
		"testdata":              `the project name "testdata" means something else to the go command; choose another`,
		"main":                  `the project name "main" means something else to the go command; choose another`,
		"web":                   `the project name "web" is a directory of the project, where its program could not be built; choose another`,
		"con":                   `the project name "con" is reserved on Windows; choose another`,
		"nul":                   `the project name "nul" is reserved on Windows; choose another`,
		"com1":                  `the project name "com1" is reserved on Windows; choose another`,
		"lpt9":                  `the project name "lpt9" is reserved on Windows; choose another`,
	} {
		err := CheckName(name)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", name, err, want)
		}
		var use *UsageError
		if !errors.As(err, &use) || use.Problems[0].Option != "name" {
			t.Errorf("%q: the error is a %T", name, err)
		}
	}
}

func TestCheckModule(t *testing.T) {
	for _, path := range []string{
		"chat", "my-app", "github.com/me/chat", "example.com", "example.com/chat/v2", "gopkg.in/chat.v1",
		"company/chat", "GitHub/chat", "github.com/Me/Chat", "test/chat", "wsgenapp", "example.com/wsgenapp",
	} {
		if err := CheckModule(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	const fix = "; use a path such as example.com/my-app"
	for path, want := range map[string]string{
		"":                          "the module path is empty" + fix,
		"/chat":                     `the module path "/chat" cannot be used: empty path element` + fix,
		"chat/":                     `the module path "chat/" cannot be used: trailing slash` + fix,
		"a//b":                      `the module path "a//b" cannot be used: double slash` + fix,
		"my chat":                   `the module path "my chat" cannot be used: invalid char ' '` + fix,
		"Example.com/chat":          `the module path "Example.com/chat" cannot be used: invalid char 'E' in first path element` + fix,
		"example.com/chát":          `the module path "example.com/chát" cannot be used: invalid char 'á'` + fix,
		"example.com/con":           `the module path "example.com/con" cannot be used: "con" disallowed as path element component on Windows` + fix,
		"../chat":                   `the module path "../chat" cannot be used: invalid path element ".."` + fix,
		"example.com/chat/v1":       `the module path "example.com/chat/v1" cannot be used: `,
		"chat/v1":                   `the module path "chat/v1" ends in a version that no module may have; leave the version out, or use /v2 or higher`,
		"net/chat":                  `the module path "net/chat" begins like the standard library` + fix,
		"strings":                   `the module path "strings" begins like the standard library` + fix,
		"cmd/chat":                  `the module path "cmd/chat" begins like the standard library` + fix,
		"main":                      `the module path "main" means something else to the go command` + fix,
		"example.com/internal/a":    `the module path "example.com/internal/a" has an element that the go command treats in its own way` + fix,
		"example.com/_a":            `the module path "example.com/_a" has an element that the go command treats in its own way` + fix,
		"github.com/lxzan/gws":      `the module path "github.com/lxzan/gws" is that of a module that the project may require (github.com/lxzan/gws)` + fix,
		"github.com":                `the module path "github.com" is that of a module that the project may require`,
		"github.com/gorilla":        `the module path "github.com/gorilla" is that of a module that the project may require`,
		"example.com/a\nreplace x":  `the module path "example.com/a\nreplace x" cannot be used: invalid char`,
		`example.com/"`:             `the module path "example.com/\"" cannot be used: invalid char`,
		"example.com/chat@v1.0.0":   `the module path "example.com/chat@v1.0.0" cannot be used: invalid char '@'`,
		"example.com/chat?go-get=1": `the module path "example.com/chat?go-get=1" cannot be used: invalid char '?'`,
	} {
		if err := CheckModule(path); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", path, err, want)
		}
	}
}

func TestCheckRoute(t *testing.T) {
	for _, route := range []string{"/ws", "/realtime", "/api/v1/live", "/a.b-c_d~e", "/WS", "/healthzz", "/healthz/ws", "/js", "/" + strings.Repeat("a", 127)} {
		if err := CheckRoute(route); err != nil {
			t.Errorf("%q: %v", route, err)
		}
	}
	const fix = "; use a path such as /ws or /api/live"
	for route, want := range map[string]string{
		"":                             `the route "" does not begin with a slash` + fix,
		"ws":                           `the route "ws" does not begin with a slash` + fix,
		"/":                            `the route "/" is the page of the project` + fix,
		"/" + strings.Repeat("a", 128): `the route is 129 bytes long; the limit is 128; choose a shorter one`,
		"/ws/":                         `the route "/ws/" is not a clean path; use /ws`,
		"//ws":                         `the route "//ws" is not a clean path; use /ws`,
		"/a/../ws":                     `the route "/a/../ws" is not a clean path; use /ws`,
		"/w s":                         `the route "/w s" has ' ' in it` + fix,
		"/{room}":                      `the route "/{room}" has '{' in it` + fix,
		"/ws?x=1":                      `the route "/ws?x=1" has '?' in it` + fix,
		"/ws#x":                        `the route "/ws#x" has '#' in it` + fix,
		"/ws%2f":                       `the route "/ws%2f" has '%' in it` + fix,
		"/wś":                          `the route "/wś" has 'ś' in it` + fix,
		`/ws"`:                         `the route "/ws\"" has '"' in it` + fix,
		"/healthz":                     `the route "/healthz" is in the way of /healthz, which the project serves` + fix,
		"/app.js":                      `the route "/app.js" is in the way of /*.js, which the project serves` + fix,
		"/assets/ws":                   `the route "/assets/ws" is in the way of /assets/**, which the project serves` + fix,
		"/readyz":                      `the route "/readyz" is in the way of /readyz, which the project serves` + fix,
	} {
		if err := CheckRoute(route); err == nil || err.Error() != want {
			t.Errorf("%q:\ngot  %v\nwant %s", route, err, want)
		}
	}
}

// The websocket is never where a page has a file.
func TestCheckRouteKnowsAssets(t *testing.T) {
	dir := "app/" + loaded().Slots["web"].Dir
	err := fs.WalkDir(templates.FS, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" || strings.Contains(d.Name(), ".test.") {
			return err
		}
		_, asset, _ := strings.Cut(strings.TrimPrefix(name, dir+"/"), "/")
		if CheckRoute("/"+asset) == nil {
			t.Errorf("/%s may be a route, and %s is served there", asset, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A name that is accepted makes a project: its Go files parse, no path is one
// that some system cannot have, its module path is one that Go accepts.
func FuzzName(f *testing.F) {
	for _, name := range []string{"chat", "my-app", "MyApp", "", "con", "wsgenapp", "1a", "a.b", "go", "приложение", "a\n"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if CheckName(name) != nil {
			return
		}
		proves(t, NewOptions{Name: name})
	})
}

// Likewise a module path, and a route.
func FuzzModuleAndRoute(f *testing.F) {
	f.Add("github.com/me/chat", "/ws")
	f.Add("chat/v2", "/a/b.c")
	f.Add("example.com/wsgenapp", "/wsgenroute/wsgenapp")
	f.Add("example.com/a b", "/`")
	f.Fuzz(func(t *testing.T, module, route string) {
		if CheckModule(module) != nil || CheckRoute(route) != nil {
			return
		}
		proves(t, NewOptions{Name: "chat", Module: module, Route: route})
	})
}

// proves renders a project and looks at what depends on names in it.
func proves(t *testing.T, o NewOptions) {
	p, err := New(context.Background(), o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	for _, c := range p.Changes {
		if err := module.CheckFilePath(strings.TrimPrefix(c.Path, ".")); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
		switch {
		case c.Path == "go.mod":
			m, err := modfile.Parse(c.Path, c.New.Data, nil)
			if err != nil {
				t.Fatalf("%+v: %v", o, err)
			}
			got := m.Module.Mod.Path
			if want := o.Module; want != "" && got != want || want == "" && got != o.Name {
				t.Errorf("%+v: go.mod is of module %s", o, got)
			}
			// CheckPath wants a dot in the first element, as every path that can be fetched has.
			if err := module.CheckPath("example.com/" + got); o.Module == "" && err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		case path.Ext(c.Path) == ".go":
			if _, err := parser.ParseFile(token.NewFileSet(), c.Path, c.New.Data, parser.SkipObjectResolution); err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		}
	}
}

// A new Go may have new packages; their names are no longer free.
func TestStdTopIsComplete(t *testing.T) {
	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.FieldsSeq(string(out)) {
		if top, _, _ := strings.Cut(p, "/"); !stdTop[top] && top != "internal" && top != "vendor" {
			t.Errorf("%s is in the standard library and not in stdTop", top)
		}
	}
}
