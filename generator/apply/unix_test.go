//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package apply_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// The tests spell out modes.
func init() { syscall.Umask(0o022) }

// New files get the modes of the plan less the user's umask, as with any tool. A
// file that is edited keeps its mode whatever the umask says.
func TestUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	dir := filepath.Join(t.TempDir(), "app")
	if err := create(dir); err != nil {
		t.Fatal(err)
	}
	got := snapshot(t, dir)
	for path, mode := range map[string]string{"go.mod": "-rw-------", "run.sh": "-rwx------", "internal/web/": "drwx------"} {
		if !strings.HasPrefix(got[path], mode) {
			t.Errorf("%s is %s, want %s", path, got[path], mode)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "go.mod"), 0o664); err != nil {
		t.Fatal(err)
	}
	p := &plan.Plan{Changes: []plan.Change{
		{Path: "go.mod", Old: file("module app\n"), New: file("module app // edited\n")},
		{Path: "new.sh", New: script("")},
		{Path: "run.sh", Old: &plan.File{Data: []byte("#!/bin/sh\n"), Mode: 0o700}, New: script("#!/bin/sh\n")},
	}}
	if err := apply.Edit(context.Background(), dir, p, apply.EditOptions{}); err != nil {
		t.Fatal(err)
	}
	got = snapshot(t, dir)
	for path, mode := range map[string]string{"go.mod": "-rw-rw-r--", "new.sh": "-rwx------", "run.sh": "-rwxr-xr-x"} {
		if !strings.HasPrefix(got[path], mode) {
			t.Errorf("%s is %s, want %s", path, got[path], mode)
		}
	}
}

// A fifo where a file is to be created, or edited, is refused; nobody waits for it.
func TestEditFifo(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "main.go"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := &plan.Plan{Changes: []plan.Change{{Path: "main.go", Old: file("a"), New: file("b")}}}
	err := apply.Edit(context.Background(), dir, p, apply.EditOptions{})
	if err == nil || err.Error() != "main.go: is not a regular file" {
		t.Errorf("got %v", err)
	}
}
