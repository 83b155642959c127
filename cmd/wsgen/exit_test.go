package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// Each exit code, reached as a user reaches it. Code 4 belongs to commands that
// change existing code; that it is reported is TestReport's matter.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := func(a *app) {
		a.create = func(context.Context, string, *plan.Plan, apply.NewOptions) error { return errors.New("no more disk") }
	}
	asIs := func(*app) {}
	for _, tt := range []struct {
		code   int
		ctx    context.Context
		change func(*app)
		args   []string
	}{
		{exitDone, t.Context(), asIs, []string{"-C", dir, "new", "one"}},
		{exitDone, t.Context(), asIs, []string{"-C", dir, "new", "one", "--force", "--check"}},
		{exitFailed, t.Context(), broken, []string{"-C", dir, "new", "two"}},
		{exitUsage, t.Context(), asIs, []string{"-C", dir, "new", "fmt"}},
		{exitUsage, t.Context(), asIs, []string{"-C", dir, "new"}},
		{exitRefused, t.Context(), asIs, []string{"-C", dir, "new", "full"}},
		{exitWouldChange, t.Context(), asIs, []string{"-C", dir, "new", "three", "--check"}},
		{exitInterrupted, cancelled, asIs, []string{"-C", dir, "new", "four"}},
	} {
		got := runApp(t, tt.ctx, tt.change, tt.args...)
		if got.code != tt.code {
			t.Errorf("%v: exit %d, want %d\n%s%s", tt.args, got.code, tt.code, got.out, got.err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("full and one were to be there, got %v", entries)
	}
}

// A word that is none of ours exits with 2 at every level, and nothing but the
// error is printed. Where a name is near, it is named.
func TestTypos(t *testing.T) {
	for line, want := range map[string]string{
		"nwe chat":                          "did you mean wsgen new?",
		"verison":                           "did you mean wsgen version?",
		"chat":                              "wsgen new chat starts a project of that name",
		"profiles shwo":                     "did you mean wsgen profiles show?",
		"profiles banana":                   "unknown command wsgen profiles banana",
		"profiles +docker":                  "wsgen profiles show +docker",
		"completion bsah":                   "did you mean bash?",
		"completion tcsh":                   "the shells are bash, zsh, fish, powershell",
		"completion bash zsh":               "takes one SHELL",
		"help nwe":                          "did you mean wsgen help new?",
		"help exitcodes":                    "did you mean wsgen help exit-codes?",
		"help profiles shwo":                "no help about shwo",
		"help banana":                       "wsgen help lists them",
		"exit-codes now":                    "takes no arguments, got now",
		"version 1":                         "takes no arguments, got 1",
		"version --jsn":                     "did you mean --json?",
		"--vresion":                         "did you mean --version?",
		"profiles --jsno":                   "did you mean --json?",
		"profiles show +docker --dif":       "did you mean --diff?",
		"profiles show +dokcer":             "did you mean +docker?",
		"profiles show +dokcer --json":      "did you mean +docker?",
		"profiles show":                     "missing profile",
		"profiles show +docker +github":     "takes one profile",
		"new chat --sever gws":              "did you mean --server?",
		"new chat --server gwss":            "did you mean gws?",
		"new chat +dokcer":                  "did you mean +docker?",
		"new chat +gsw":                     "did you mean +gws?",
		"new chat --profile dokcer":         "did you mean +docker?",
		"new chat --without dokcer":         "did you mean docker?",
		"new chat +gws --server=gorilla":    "different servers",
		"new chat +docker --without=docker": "exclude each other",
		"new chat --profile=":               "",
		"new fmt":                           "standard library",
		"new Chat":                          "use chat",
		"new chat --module=fmt":             "standard library",
		"new chat --route=ws":               "slash",
		"new a/b --dir=c":                   "NAME a/b is a path and --dir=c says something else",
		"-C no/where new chat":              "no such file or directory",
	} {
		if want == "" {
			continue
		}
		t.Run(line, func(t *testing.T) {
			t.Chdir(t.TempDir())
			got := wsgen(t, strings.Fields(line)...)
			if got.code != exitUsage {
				t.Errorf("exit %d, want %d", got.code, exitUsage)
			}
			if strings.Contains(line, "--json") {
				var doc failureDoc
				if err := json.Unmarshal([]byte(got.out), &doc); err != nil || doc.OK || doc.Exit != exitUsage || doc.Error == "" {
					t.Errorf("stdout is not the document of a failure: %v\n%s", err, got.out)
				}
			} else if got.out != "" {
				t.Errorf("stdout: %s", got.out)
			}
			if !strings.HasPrefix(got.err, "wsgen: ") {
				t.Errorf("stderr begins with something else: %s", got.err)
			}
			mustHave(t, got.err, want)
			mustBeEmpty(t, ".")
		})
	}
}

// All that is wrong is said at once, each with what to do about it.
func TestAllProblemsAtOnce(t *testing.T) {
	got := wsgen(t, "new", "fmt", "+dokcer", "--server=gwss", "--route=ws", "--dir="+t.TempDir()+"/x")
	if got.code != exitUsage {
		t.Errorf("exit %d, want %d", got.code, exitUsage)
	}
	mustHave(t, got.err, "wsgen: new: 4 problems\n", `"fmt"`, "+docker", "gws?", "slash", "\n    fix: ")
}

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code int
		want string
	}{
		{usage("new", "no name", "pass one"), exitUsage, "wsgen: new: no name\n  fix: pass one\n"},
		{refused("directory ./x", "not empty", "one way", "another"), exitRefused, "wsgen: directory ./x: not empty\n  fix: one way\n  fix: another\n"},
		{&failure{code: exitUnproven, what: "add", problems: []problem{{"a.go:1:1: x", nil}, {"b.go:2:2: y", []string{"mend it"}}}}, exitUnproven,
			"wsgen: add: 2 problems\n  a.go:1:1: x\n  b.go:2:2: y\n    fix: mend it\n"},
		{&generator.UsageError{Problems: []generator.Problem{{Text: "no such server", Fix: "choose one"}}}, exitUsage, "wsgen: new: no such server\n  fix: choose one\n"},
		{&generator.RefusedError{Problems: []generator.Problem{{Text: "no"}}}, exitRefused, "wsgen: new: no\n"},
		{&apply.NotEmptyError{Path: "x", Entries: 3}, exitRefused,
			"wsgen: directory ./x: not empty (3 entries)\n  fix: choose another name\n  fix: --force adds the files that are missing and overwrites nothing\n"},
		{&apply.Error{Path: "x/y", What: "the disk is full", Fix: "free some space"}, exitFailed, "wsgen: ./x/y: the disk is full\n  fix: free some space\n"},
		{&apply.Error{Path: "x", What: "in the way", Refused: true}, exitRefused, "wsgen: ./x: in the way\n"},
		{&apply.Error{Path: "x", What: "interrupted", Err: context.Canceled}, exitInterrupted, "wsgen: cancelled; nothing was written\n"},
		{errors.New("first\nsecond"), exitFailed, "wsgen: new: first; second\n"},
		{errWouldChange, exitWouldChange, ""},
	} {
		f := asFailure("new", tt.err)
		var b bytes.Buffer
		report(&b, f, false)
		if f.code != tt.code || filepath.ToSlash(b.String()) != tt.want {
			t.Errorf("%v: exit %d\n%swant %d\n%s", tt.err, f.code, b.String(), tt.code, tt.want)
		}
	}
}

// Whatever breaks, users see a sentence, not a stack trace.
func TestPanicIsReportedAsABug(t *testing.T) {
	got := runApp(t, t.Context(), func(a *app) {
		a.render = func(context.Context, generator.NewOptions) (*plan.Plan, error) { panic("index out of range") }
	}, "new", "chat", "--dir="+filepath.Join(t.TempDir(), "x"))
	if got.code != exitFailed {
		t.Errorf("exit %d, want %d", got.code, exitFailed)
	}
	want := "wsgen: internal error: index out of range\n  fix: this is a bug in wsgen; please report it with the command line and the output of wsgen version\n"
	if got.err != want {
		t.Errorf("got %s, want %s", got.err, want)
	}
}

// A disk that fills up while the project is written is named as what it is, and
// nothing is left.
func TestDiskFull(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"new", "chat"}, {"new", "chat", "--json"}, {"new", "a/b/chat"}} {
		got := runApp(t, t.Context(), func(a *app) {
			a.create = func(ctx context.Context, dir string, p *plan.Plan, o apply.NewOptions) error {
				o.Step = func(name string) error {
					if strings.HasPrefix(name, "write go.mod") {
						return syscall.ENOSPC
					}
					return nil
				}
				return apply.New(ctx, dir, p, o)
			}
		}, args...)
		if got.code != exitFailed {
			t.Errorf("%v: exit %d\n%s", args, got.code, got.err)
		}
		mustHave(t, got.err, "go.mod: the disk is full\n  fix: free some space")
		mustBeEmpty(t, ".")
	}
}

// failingWriter is a stdout that cannot be written to.
type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestStdoutThatFails(t *testing.T) {
	var stderr bytes.Buffer
	version := func(w io.Writer) int {
		stderr.Reset()
		return newApp(newConsole(strings.NewReader(""), w, &stderr, func(string) string { return "" })).run(t.Context(), []string{"version"})
	}
	if code := version(failingWriter{io.ErrClosedPipe}); code != exitDone || stderr.Len() > 0 {
		t.Errorf("reader gone: exit %d, %s", code, &stderr)
	}
	if code := version(failingWriter{errors.New("no space left on device")}); code != exitFailed {
		t.Errorf("disk full: exit %d", code)
	}
	mustHave(t, stderr.String(), "wsgen: writing the output: no space left on device")
	if runtime.GOOS == "linux" {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		if code := version(full); code != exitFailed {
			t.Errorf("/dev/full: exit %d", code)
		}
	}
}
