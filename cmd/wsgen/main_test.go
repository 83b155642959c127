package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in ../../testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(guarded{m}, map[string]func(){"wsgen": main})
}

// guarded refuses to rewrite expectations where nobody would look at them.
type guarded struct{ *testing.M }

func (g guarded) Run() int {
	flag.Parse()
	if err := updateAllowed(*update, os.Getenv("CI")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return g.M.Run()
}

func updateAllowed(update bool, ci string) error {
	if update && ci != "" && ci != "false" {
		return fmt.Errorf("-update is refused when CI=%s: run it at home and read the diff", ci)
	}
	return nil
}

func TestUpdateIsRefusedOnCI(t *testing.T) {
	if updateAllowed(true, "true") == nil {
		t.Error("-update with CI=true was taken")
	}
	if err := updateAllowed(true, ""); err != nil {
		t.Error(err)
	}
	if err := updateAllowed(false, "true"); err != nil {
		t.Error(err)
	}
}

// A result is what one command line did.
type result struct {
	code     int
	out, err string
}

// wsgen runs a command line in this process, with nothing to read on stdin and
// an empty environment.
func wsgen(t *testing.T, args ...string) result {
	t.Helper()
	return runApp(t, t.Context(), func(*app) {}, args...)
}

// runApp is wsgen for an app that the test has changed.
func runApp(t *testing.T, ctx context.Context, change func(*app), args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	a := newApp(newConsole(strings.NewReader(""), &out, &err, func(string) string { return "" }))
	change(a)
	code := a.run(ctx, args)
	return result{code, out.String(), err.String()}
}

// mustHave fails unless text contains all the parts.
func mustHave(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
}

// mustBeEmpty fails if dir has anything in it: a run that wrote nothing leaves
// nothing.
func mustBeEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("left behind: %s", e.Name())
	}
}
