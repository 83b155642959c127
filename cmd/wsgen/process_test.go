package main

import (
	"bytes"
	"context"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// program returns wsgen as a command of its own process, which is killed when it
// hangs.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("wsgen")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = t.TempDir()
	return cmd
}

// A project is written without the network and without any other program: with
// an empty PATH, no home, and a module proxy that is off.
func TestOfflineAndAlone(t *testing.T) {
	cmd := program(t, "new", "chat")
	cmd.Env = []string{"PATH=", "GOPROXY=off", "GOFLAGS=-mod=mod", "HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1"}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		cmd.Env = append(cmd.Env, "SYSTEMROOT="+root) // Windows starts nothing without it
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(cmd.Dir, "chat", "go.sum")); err != nil {
		t.Error(err)
	}
}

// The code says the same: one file may start processes, none may open
// connections, and one knows the library that asks.
func TestWhoMayImportWhat(t *testing.T) {
	only := map[string]string{
		"os/exec":                              "git.go",
		"github.com/AlecAivazis/survey/v2":     "prompt.go",
		"github.com/AlecAivazis/survey/v2/":    "prompt.go",
		"net":                                  "",
		"net/":                                 "",
		"github.com/rogpeppe/go-internal/diff": "view.go",
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			for what, where := range only {
				if (path == what || strings.HasSuffix(what, "/") && strings.HasPrefix(path, what)) && name != where {
					t.Errorf("%s imports %s", name, path)
				}
			}
		}
	}
}

// A stdin that stays open and says nothing, as build servers have it, is not
// waited for.
func TestStdinThatNeverEnds(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	cmd := program(t, "new")
	cmd.Env = append(cmd.Environ(), "CI=") // set, it would be the reason
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = r, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitUsage {
		t.Errorf("%v, want exit %d", err, exitUsage)
	}
	want := "wsgen: new: missing project name: not asking because stdin is not a terminal\n  fix: wsgen new NAME\n"
	if stderr.String() != want {
		t.Errorf("got %swant %s", &stderr, want)
	}
}

// Whoever reads a few lines and leaves (`wsgen ... | head`) does not make wsgen
// fail, and what was to be written is written.
func TestReaderThatLeaves(t *testing.T) {
	for _, args := range [][]string{{"new", "chat", "--diff"}, {"new", "chat", "--json"}, {"profiles"}} {
		cmd := program(t, args...)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = w, &stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, &stderr)
		}
		w.Close()
		if slices.Contains(args, "--json") {
			if _, err := os.Stat(filepath.Join(cmd.Dir, "chat", "go.mod")); err != nil {
				t.Error(err)
			}
		}
	}
}

// The same on stderr, where the talk goes.
func TestListenerThatLeaves(t *testing.T) {
	cmd := program(t, "new", "chat")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	cmd.Stderr = w
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	w.Close()
	if _, err := os.Stat(filepath.Join(cmd.Dir, "chat", "go.mod")); err != nil {
		t.Error(err)
	}
}

// Streams that are no terminals get no escape sequences.
func TestNoEscapesWithoutATerminal(t *testing.T) {
	for _, args := range [][]string{{"new", "chat"}, {"new", "chat", "--diff"}, {"nwe"}, {"--help"}, {"profiles", "show", "+gws", "--diff"}} {
		cmd := program(t, args...)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=")
		var all bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = io.LimitReader(nil, 0), &all, &all
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if all.Len() == 0 || bytes.IndexByte(all.Bytes(), 0x1b) >= 0 {
			t.Errorf("%v: %q", args, all.String())
		}
	}
}

// BenchmarkNew is the whole of `wsgen new`: process, rendering, writing. The
// limit is 40 ms.
func BenchmarkNew(b *testing.B) {
	path, err := exec.LookPath("wsgen")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	for n := 0; b.Loop(); n++ {
		cmd := exec.Command(path, "new", "chat", "--quiet", "--dir="+filepath.Join(dir, strconv.Itoa(n)))
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}
