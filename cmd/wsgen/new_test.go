package main

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

// parseNew gives what the flags and words of `wsgen new` mean, without work.
func parseNew(t *testing.T, line string) (newOptions, error) {
	t.Helper()
	var got newOptions
	a := newApp(newConsole(strings.NewReader(""), discard{}, discard{}, func(string) string { return "" }))
	root := newRoot(a)
	for _, c := range root.Commands() {
		if c.Name() == "new" {
			root.RemoveCommand(c)
		}
	}
	root.AddCommand(newNewCommand(a, func(_ context.Context, o *newOptions) error {
		got = *o
		return nil
	}))
	root.SetArgs(append([]string{"new"}, strings.Fields(line)...))
	return got, root.Execute()
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func TestNewCommandLine(t *testing.T) {
	for _, tt := range []struct {
		line string
		want newOptions
	}{
		{"chat", newOptions{name: "chat"}},
		{"../a/chat", newOptions{name: "../a/chat"}},
		{"", newOptions{}},
		{"+api chat", newOptions{name: "chat", choices: choices{profiles: []string{"api"}}}},
		{"chat --profile api,docker", newOptions{name: "chat", choices: choices{profiles: []string{"api", "docker"}}}},
		{"chat --profile +api +api", newOptions{name: "chat", choices: choices{profiles: []string{"api"}}}},
		{"chat --without docker,github", newOptions{name: "chat", choices: choices{without: []string{"docker", "github"}}}},
		{"chat --without=docker --without=+github", newOptions{name: "chat", choices: choices{without: []string{"docker", "github"}}}},
		{"chat --server gws", newOptions{name: "chat", choices: choices{server: "gws"}}},
		{"chat --server=coder", newOptions{name: "chat", choices: choices{server: "nhooyr"}}},
		{"chat +gws", newOptions{name: "chat", choices: choices{server: "gws"}}},
		{"chat +coder", newOptions{name: "chat", choices: choices{server: "nhooyr"}}},
		{"chat +gws --server=gws", newOptions{name: "chat", choices: choices{server: "gws"}}},
		{"chat --profile=gws,api", newOptions{name: "chat", choices: choices{server: "gws", profiles: []string{"api"}}}},
		{"chat --module m.example/chat --route /live --dir d", newOptions{name: "chat", module: "m.example/chat", route: "/live", dir: "d"}},
		{"chat --force --git -q", newOptions{name: "chat", force: true, git: true, quiet: true}},
		{"chat --no-git", newOptions{name: "chat"}},
		{"chat --dry-run --check", newOptions{name: "chat", dryRun: true, check: true}},
		{"chat --diff", newOptions{name: "chat", diff: true}},
		{"chat --json", newOptions{name: "chat", json: true, silent: "--json"}},
		{"chat -y", newOptions{name: "chat", silent: "--yes"}},
		{"--no-input", newOptions{silent: "--no-input"}},
		{"-- chat", newOptions{name: "chat"}},
	} {
		got, err := parseNew(t, tt.line)
		if err != nil {
			t.Errorf("new %s: %v", tt.line, err)
			continue
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("new %s:\n got %+v\nwant %+v", tt.line, got, tt.want)
		}
	}
}

func TestNewCommandLineErrors(t *testing.T) {
	for line, want := range map[string]string{
		"a b":                 "new: takes one NAME, got a, b",
		"a --git --no-git":    "new: --git and --no-git exclude each other",
		"a --diff --json":     "new: --diff and --json exclude each other",
		"a --srever=gws":      "new: unknown flag --srever; did you mean --server?",
		"a --server":          "new: flag --server needs a value",
		"a --git=perhaps":     "new: --git=perhaps is neither true nor false",
		"a -x":                "new: unknown flag -x",
		"a --zzzzzzz":         "new: unknown flag --zzzzzzz",
		"a --without=docker=": "",
	} {
		_, err := parseNew(t, line)
		switch {
		case want == "" && err != nil:
			t.Errorf("new %s: %v", line, err) // names are judged later
		case want != "" && err == nil:
			t.Errorf("new %s: no error", line)
		case want != "" && err.Error() != want:
			t.Errorf("new %s: %v, want %s", line, err, want)
		}
	}
	_, err := parseNew(t, "chat docker")
	mustHave(t, strings.Join(asFailure("new", err).fixes(), "\n"), "+docker if you meant the choice of that name")
}

// The command that a run prints gives the same options when it is typed.
func TestAgainIsTheSameCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	mkdir(t, "up")
	for line, want := range map[string]string{
		"chat":                             "wsgen new chat --server=gorilla",
		"./chat":                           "wsgen new chat --server=gorilla",
		"../x/chat +coder +api":            "wsgen new ../x/chat --server=nhooyr +api",
		"chat +docker":                     "wsgen new chat --server=gorilla",
		"chat --module=chat":               "wsgen new chat --server=gorilla",
		"chat --module=m.example/c":        "wsgen new chat --module=m.example/c --server=gorilla",
		"chat --without=github,docker":     "wsgen new chat --server=gorilla --without=github,docker",
		"chat --route=/live --dir=d --git": "wsgen new chat --dir=d --server=gorilla --route=/live --git",
		"-C up chat":                       "wsgen new up/chat --server=gorilla",
		"-C up chat --dir d":               "wsgen new chat --dir=up/d --server=gorilla",
		". +gws":                           "wsgen new . --server=gws",
		"chat --force --yes --no-git -q":   "wsgen new chat --server=gorilla",
	} {
		o, err := parseNew(t, line)
		if err != nil {
			t.Fatal(err)
		}
		a := &app{}
		if strings.HasPrefix(line, "-C") {
			a.chdir = "up"
		}
		got := o.again(a)
		if got != want {
			t.Errorf("new %s: %s, want %s", line, got, want)
		}
		o2, err := parseNew(t, strings.TrimPrefix(got, "wsgen new "))
		if err != nil {
			t.Fatal(err)
		}
		if again := o2.again(&app{}); again != want {
			t.Errorf("typed again, %s gives %s", want, again)
		}
	}
}
