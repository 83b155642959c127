package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

func file(text string) *plan.File { return &plan.File{Data: []byte(text), Mode: 0o644} }

// aPlan has one change of each kind.
func aPlan() *plan.Plan {
	return &plan.Plan{Version: plan.Version, Changes: []plan.Change{
		{Path: "a/new.txt", New: file("one\ntwo\n")},
		{Path: "empty.txt", New: file("")},
		{Path: "gone.txt", Old: file("bye\n")},
		{Path: "main.go", Old: file("package main\n\nfunc main() {}\n"), New: file("package main\n\nfunc main() { run() }\n")},
		{Path: "noeol.txt", New: file("no newline")},
		{Path: "run.sh", New: &plan.File{Data: []byte("#!/bin/sh\n"), Mode: 0o755}},
	}}
}

func TestListNamesEachPathAndWhatHappensToIt(t *testing.T) {
	var b bytes.Buffer
	writeList(&b, entries(aPlan(), map[string]bool{"empty.txt": true}), false)
	want := `  create  a/new.txt
  keep    empty.txt
  remove  gone.txt
  modify  main.go
  create  noeol.txt
  create  run.sh
`
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", b.String(), want)
	}
}

// Forty files are listed one by one; more are counted by folder, two levels
// deep, but what is kept is still named, as long as that is not too long itself.
func TestFold(t *testing.T) {
	var list []entry
	add := func(action, path string) { list = append(list, entry{action: action, path: path}) }
	for i := range 36 {
		add("create", fmt.Sprintf("internal/realtime/hub/f%02d.go", i))
	}
	add("create", "go.mod")
	add("create", "web/index.html")
	add("create", ".github/workflows/ci.yml")
	add("create", "internal/realtime/setup.go")
	add("keep", "internal/realtime/conn.go")
	add("keep", "internal/realtime/doc.go")
	if got := fold(list); len(got) != len(list) {
		t.Errorf("40 files were folded to %d lines", len(got))
	}
	add("create", "README.md")
	var b bytes.Buffer
	writeList(&b, fold(list), false)
	want := `  create  internal/realtime/  37 files
  create  go.mod
  create  web/index.html
  create  .github/workflows/ci.yml
  keep    internal/realtime/conn.go
  keep    internal/realtime/doc.go
  create  README.md
`
	if b.String() != want {
		t.Errorf("got:\n%swant:\n%s", b.String(), want)
	}
}

func TestDiffText(t *testing.T) {
	var b bytes.Buffer
	writeDiff(&b, aPlan(), false)
	want := `diff --git a/a/new.txt b/a/new.txt
new file mode 100644
--- /dev/null
+++ b/a/new.txt
@@ -0,0 +1,2 @@
+one
+two
diff --git a/empty.txt b/empty.txt
new file mode 100644
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1,1 +0,0 @@
-bye
diff --git a/main.go b/main.go
--- a/main.go
+++ b/main.go
@@ -1,3 +1,3 @@
 package main
 
-func main() {}
+func main() { run() }
diff --git a/noeol.txt b/noeol.txt
new file mode 100644
--- /dev/null
+++ b/noeol.txt
@@ -0,0 +1,1 @@
+no newline
\ No newline at end of file
diff --git a/run.sh b/run.sh
new file mode 100755
--- /dev/null
+++ b/run.sh
@@ -0,0 +1,1 @@
+#!/bin/sh
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// What --diff prints is a patch: git makes the planned tree with it.
func TestDiffIsAPatch(t *testing.T) {
	needTool(t, "git")
	dir := t.TempDir()
	p := aPlan()
	for _, c := range p.Changes {
		if c.Old != nil {
			if err := os.WriteFile(filepath.Join(dir, c.Path), c.Old.Data, c.Old.Mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	writeDiff(&b, p, false)
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, &b
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	for _, c := range p.Changes {
		got, err := os.ReadFile(filepath.Join(dir, c.Path))
		switch {
		case c.New == nil && err == nil:
			t.Errorf("%s is still there", c.Path)
		case c.New != nil && string(got) != string(c.New.Data):
			t.Errorf("%s: %q, want %q", c.Path, got, c.New.Data)
		}
	}
}

func TestDiffOfBinaryFile(t *testing.T) {
	p := &plan.Plan{Changes: []plan.Change{{Path: "icon.ico", New: file("\x00\x01")}}}
	var b bytes.Buffer
	writeDiff(&b, p, false)
	mustHave(t, b.String(), "Binary files /dev/null and b/icon.ico differ\n")
}

func TestColour(t *testing.T) {
	var plain, bright bytes.Buffer
	writeDiff(&plain, aPlan(), false)
	writeDiff(&bright, aPlan(), true)
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("escape sequences without colour")
	}
	mustHave(t, bright.String(), "\x1b[32m+one\x1b[0m\n", "\x1b[31m-bye\x1b[0m\n", "\x1b[36m@@ -0,0 +1,2 @@\x1b[0m\n")
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"chat":              "chat",
		"../a/b-c_d":        "../a/b-c_d",
		"+docker":           "+docker",
		"--module=a.b/c@v2": "--module=a.b/c@v2",
		"my chat":           "'my chat'",
		"it's":              `'it'\''s'`,
		"":                  "''",
		"~x":                "'~x'",
		"a$b":               "'a$b'",
	} {
		if got := quote(in); got != want && os.PathSeparator == '/' {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}

// needTool skips a test for want of a program; on CI that is a failure.
func needTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
}
