//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// twoRouters is a project in which wsgen has to ask.
const twoRouters = `
-- go.mod --
module example.com/app

go 1.22
-- main.go --
package main

import "net/http"

func main() {
	a := http.NewServeMux()
	a.HandleFunc("/a", http.NotFound)
	a.HandleFunc("/b", http.NotFound)
	go http.ListenAndServe("127.0.0.1:8080", a)
	b := http.NewServeMux()
	b.HandleFunc("/c", http.NotFound)
	b.HandleFunc("/d", http.NotFound)
	http.ListenAndServe("127.0.0.1:8081", b)
}
`

// The whole way: which router, what would change, yes. The command that is
// printed does the same without a question.
func TestAddSession(t *testing.T) {
	dir := project(t, twoRouters)
	s := start(t, dir, nil, "add", "websockets", "--no-check")
	s.step("? Which one?", down+enter)
	s.step("? Write this?", enter)
	s.see("The same again without questions:")
	if code := s.exit(); code != exitDone {
		t.Fatalf("exit %d\n%s", code, s.text())
	}
	if s.stdout.Len() > 0 {
		t.Errorf("stdout: %s", &s.stdout)
	}
	mustHave(t, s.text(), "+       realtime.Mount(b)\n", "http.ServeMux b is about as good as main.go:5 main: http.Serve", "  wsgen add websockets --at=main.go:main:b --no-check --yes")

	again := project(t, twoRouters)
	if r := wsgen(t, "-C", again, "add", "websockets", "--at=main.go:main:b", "--no-check", "--yes"); r.code != exitDone {
		t.Fatalf("exit %d\n%s", r.code, r.err)
	}
	for _, name := range []string{"main.go", "go.mod", ".wsgen/manifest.json"} {
		x, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if y, err := os.ReadFile(filepath.Join(again, name)); err != nil || string(x) != string(y) {
			t.Errorf("%s differs (%v)", name, err)
		}
	}
}

// Who leaves at a question, or says no, has the project as it was.
func TestAddIsLeft(t *testing.T) {
	for name, keys := range map[string][]string{
		"Ctrl-C at the choice":      {interrupt},
		"Ctrl-C before the writing": {enter, interrupt},
		"no":                        {enter, down + enter},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, twoRouters)
			before, err := readTree(dir)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, dir, nil, "add", "websockets", "--no-check")
			for i, question := range []string{"? Which one?", "? Write this?"}[:len(keys)] {
				s.step(question, keys[i])
			}
			if code := s.exit(); code != exitInterrupted {
				t.Errorf("exit %d\n%s", code, s.text())
			}
			after, err := readTree(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(after) != len(before) || string(after["main.go"]) != string(before["main.go"]) {
				t.Errorf("there are %d files, there were %d", len(after), len(before))
			}
		})
	}
}
