package gomod

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/plan"
)

// What only the go command can do is refused. That the rest is what go mod
// vendor does is shown in TestGoCommandAgrees.
func TestVendorRefuses(t *testing.T) {
	const mod = "module example.com/app\n\ngo 1.22\n"
	for _, tt := range []struct {
		name, mod, txt, version, want string
	}{
		{"a workspace", mod, "## workspace\n# example.com/a v1.0.0\n", "v1.5.3", "of a workspace"},
		{"a replacement", mod + "\nreplace github.com/gorilla/websocket => ../w\n", "", "v1.5.3", "is replaced"},
		{"another version", mod, "# github.com/gorilla/websocket v1.5.0\n## explicit; go 1.12\ngithub.com/gorilla/websocket\n", "v1.5.3", "v1.5.0, and v1.5.3 is needed"},
		{"not in the catalogue", mod, "", "v1.4.2", "the catalogue does not have"},
		{"not in the cache", mod, "", "v1.5.3", "go mod download github.com/gorilla/websocket@v1.5.3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := &Result{Build: []module.Version{{Path: "github.com/gorilla/websocket", Version: tt.version}}}
			_, err := Vendor([]byte(tt.mod), &plan.File{Data: []byte(tt.txt), Mode: 0o644}, res, Options{Cache: t.TempDir()}, func(string) bool { return false })
			var no *Refusal
			if !errors.As(err, &no) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want a refusal with %q", err, tt.want)
			}
		})
	}
}

// What is vendored already needs nothing.
func TestVendorThere(t *testing.T) {
	for _, v := range []string{"v1.5.3", "v1.4.2"} {
		txt := "# github.com/gorilla/websocket " + v + "\n## explicit; go 1.12\ngithub.com/gorilla/websocket\n"
		res := &Result{Build: []module.Version{{Path: "github.com/gorilla/websocket", Version: v}}}
		changes, err := Vendor([]byte("module m\n"), &plan.File{Data: []byte(txt), Mode: 0o644}, res, Options{}, nil)
		if err != nil || len(changes) > 0 {
			t.Errorf("%s: %v, %v", v, changes, err)
		}
	}
}

// Which files of a package go mod vendor leaves out.
func TestIsSource(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       bool
	}{
		{"a.go", "package a\n", true},
		{"a_test.go", "package a\n", false},
		{"go.mod", "module a\n", false},
		{"table.bin", "", true},
		{"gen.go", "//go:build ignore\n\npackage main\n", false},
		{"gen.go", "// Copyright.\n\n//go:build ignore && linux\n\npackage main\n", false},
		{"a.go", "//go:build !ignore\n\npackage a\n", true},
		{"a.go", "//go:build linux && !cgo || appengine\n\npackage a\n", true},
	} {
		if got := isSource(tt.name, []byte(tt.data)); got != tt.want {
			t.Errorf("%s %q: %t", tt.name, tt.data, got)
		}
	}
}
