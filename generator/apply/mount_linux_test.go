package apply_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

const inNamespace = "APPLY_TEST_NAMESPACE"

// withMounts runs the rest of the calling test in a process of its own that may
// mount file systems which nobody else sees. It returns true in that process.
func withMounts(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNamespace) == t.Name() {
		return true
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil && !strings.Contains(string(out), "--- PASS"):
		t.Fatalf("ran nothing:\n%s", out)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOSPC) || strings.Contains(string(out), noMounts):
		// The same cases run everywhere by way of the step hook.
		t.Skipf("no mounts for tests on this machine: %v", err)
	case err != nil:
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

const noMounts = "may not mount here"

// mount puts a tmpfs at dir.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	mkdir(t, dir)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Fatalf("%s: %v", noMounts, err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
}

// A disk of 200 kB.
const small = "size=200k"

// big is a file that such a disk does not hold twice.
func big(fill string) *plan.File { return file(strings.Repeat(fill, 130<<10)) }

func wantError(t *testing.T, err error, path, what string) {
	t.Helper()
	if want := path + ": " + what; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

const (
	diskFull = "the disk is full; free some space and run it again"
	readOnly = "the file system is read-only; choose another place or mount it for writing"
	denied   = "permission denied; choose a place that you may write to, or change its permissions"
)

// The disk runs full while a tree is made: nothing is left of it.
func TestDiskFullNew(t *testing.T) {
	if !withMounts(t) {
		return
	}
	disk := filepath.Join(t.TempDir(), "disk")
	mount(t, disk, small)
	writeFile(t, filepath.Join(disk, "mine"), "mine")
	mkdir(t, filepath.Join(disk, "empty"))
	before := snapshot(t, disk)
	p := newPlan()
	p.Changes = append(p.Changes, plan.Change{Path: "web/app.js", New: big("a")}, plan.Change{Path: "web/lib.js", New: big("b")})
	for _, target := range []string{"app", "a/b/app", "empty"} {
		dir := filepath.Join(disk, target)
		err := apply.New(context.Background(), dir, p, apply.NewOptions{})
		wantError(t, err, filepath.Join(dir, "web/lib.js"), diskFull)
		same(t, target, snapshot(t, disk), before)
	}
	err := apply.New(context.Background(), disk, p, apply.NewOptions{Force: true})
	wantError(t, err, filepath.Join(disk, "web/lib.js"), diskFull)
	same(t, "force", snapshot(t, disk), before)
}

// The disk runs full while a tree is edited: it does so before any file of the
// user is touched, and all that was there is there.
func TestDiskFullEdit(t *testing.T) {
	if !withMounts(t) {
		return
	}
	disk := filepath.Join(t.TempDir(), "disk")
	mount(t, disk, small)
	writeFile(t, filepath.Join(disk, "app.js"), string(big("a").Data))
	writeFile(t, filepath.Join(disk, "main.go"), "package main\n")
	age(t, disk)
	before := snapshot(t, disk)
	change := plan.Change{Path: "app.js", Old: big("a"), New: big("b")}
	err := edit(disk, change, plan.Change{Path: "main.go", Old: file("package main\n"), New: file("x")})
	wantError(t, err, filepath.Join(disk, "app.js"), diskFull)
	same(t, "edit", snapshot(t, disk), before)
}

// A read-only target is named, and stays as it is.
func TestReadOnly(t *testing.T) {
	if !withMounts(t) {
		return
	}
	disk := filepath.Join(t.TempDir(), "disk")
	mount(t, disk, small)
	editBefore(t, filepath.Join(disk, "app"))
	mkdir(t, filepath.Join(disk, "empty"))
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, disk)
	wantError(t, create(filepath.Join(disk, "new")), disk, readOnly)
	wantError(t, create(filepath.Join(disk, "a/b/new")), disk, readOnly)
	wantError(t, create(filepath.Join(disk, "empty")), filepath.Join(disk, "empty"), readOnly)
	app := filepath.Join(disk, "app")
	wantError(t, runForce(context.Background(), app, nil), app, readOnly)
	wantError(t, runEdit(context.Background(), app, nil), app, readOnly)
	same(t, "tree", snapshot(t, disk), before)
}

// The target may lie on another file system than everything else, and be the
// root of one: a mount point cannot be renamed, but it can be filled.
func TestOtherFileSystem(t *testing.T) {
	if !withMounts(t) {
		return
	}
	disk := filepath.Join(t.TempDir(), "disk")
	mount(t, disk, "")
	if err := create(filepath.Join(disk, "app")); err != nil {
		t.Error(err)
	}
	same(t, "on another file system", snapshot(t, filepath.Join(disk, "app")), wantNew)
	point := filepath.Join(t.TempDir(), "point")
	mount(t, point, "")
	if err := create(point); err != nil {
		t.Error(err)
	}
	same(t, "mount point", snapshot(t, point), wantNew)
}

// A directory of the tree may be a file system of its own: the journal is on
// another then, and neither a rename nor a link leads there.
func TestEditAcrossFileSystems(t *testing.T) {
	if !withMounts(t) {
		return
	}
	dir := t.TempDir()
	mount(t, filepath.Join(dir, "internal"), "")
	changes := []plan.Change{
		{Path: "go.mod", Old: file("module a\n"), New: file("module b\n")},
		{Path: "internal/a.go", Old: file("a"), New: file("edited")},
		{Path: "internal/b.go", Old: file("b")},
		{Path: "internal/new/c.go", New: file("c")},
		{Path: "z.go", New: file("z")},
	}
	writeFile(t, filepath.Join(dir, "go.mod"), "module a\n")
	writeFile(t, filepath.Join(dir, "internal/a.go"), "a")
	writeFile(t, filepath.Join(dir, "internal/b.go"), "b")
	if err := os.Chmod(filepath.Join(dir, "internal/a.go"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	p := &plan.Plan{Changes: changes}
	err := apply.Edit(context.Background(), dir, p, apply.EditOptions{Step: func(name string) error {
		if name == "create z.go" {
			return errFault
		}
		return nil
	}})
	if !errors.Is(err, errFault) {
		t.Errorf("got %v", err)
	}
	same(t, "taken back", snapshot(t, dir), before)
	if err := edit(dir, changes...); err != nil {
		t.Fatal(err)
	}
	same(t, "edited", snapshot(t, dir).without(".wsgen"), tree{
		"go.mod":            `-rw-r--r-- new "module b\n"`,
		"internal/":         "dtrwxrwxrwx",
		"internal/a.go":     `-rw------- new "edited"`,
		"internal/new/":     "drwxr-xr-x",
		"internal/new/c.go": `-rw-r--r-- new "c"`,
		"z.go":              `-rw-r--r-- new "z"`,
	})
	if kept, err := undo(dir); err != nil || kept != nil {
		t.Errorf("undo keeps %v, %v", kept, err)
	}
	same(t, "undone", snapshot(t, dir), before)
}

// A place that the user may not write to is named, and nothing is left there.
func TestPermissionDenied(t *testing.T) {
	base := t.TempDir()
	app := filepath.Join(base, "app")
	editBefore(t, app)
	mkdir(t, filepath.Join(base, "empty"))
	for d := base; d != filepath.Dir(d); d = filepath.Dir(d) { // nobody may come here and look
		info, err := os.Stat(d)
		if err == nil && info.Mode()&0o005 != 0o005 {
			err = os.Chmod(d, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	before := snapshot(t, base)
	if os.Getuid() != 0 {
		for _, d := range []string{base, app, filepath.Join(base, "empty")} {
			if err := os.Chmod(d, 0o555); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(d, 0o755)
		}
	}
	asNobody(t, func() {
		wantError(t, create(filepath.Join(base, "new")), base, denied)
		wantError(t, create(filepath.Join(base, "empty")), filepath.Join(base, "empty"), denied)
		wantError(t, runForce(context.Background(), app, nil), app, denied)
		change := plan.Change{Path: "new.go", New: file("x")}
		wantError(t, edit(app, change), app, denied)
	})
	if os.Getuid() == 0 {
		same(t, "tree", snapshot(t, base), before)
	}
}

// asNobody calls f so that the system checks its file accesses as those of
// nobody, if the test runs as root, who may do everything.
func asNobody(t *testing.T, f func()) {
	if os.Getuid() != 0 {
		f()
		return
	}
	done := make(chan error)
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		const nobody = 65534
		syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		if is, _, _ := syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0); is != nobody {
			done <- fmt.Errorf("still user %d", is)
			return
		}
		f()
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// A file that root edits under sudo stays the user's.
func TestEditKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root gives files away")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "main.go")
	writeFile(t, name, "a")
	if err := os.Chown(name, 1234, 5678); err != nil {
		t.Fatal(err)
	}
	if err := edit(dir, plan.Change{Path: "main.go", Old: file("a"), New: file("b")}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid != 1234 || st.Gid != 5678 {
		t.Errorf("owner is %d:%d", st.Uid, st.Gid)
	}
}

// A stage that belongs to somebody else is not cleared away, whatever it looks like.
func TestNewStageOfSomebodyElse(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root gives files away")
	}
	s := named(t, "new")
	base, app, _ := s.start(t)
	if !s.killed(t, app, 6, "") {
		t.Fatal("not killed")
	}
	stage := filepath.Join(base, ".app.wsgen-stage")
	if err := os.Chown(stage, 1234, 5678); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, base)
	wantError(t, create(app), stage, "is in the way and was not made by your wsgen; move it away")
	same(t, "touched", snapshot(t, base), before)
}
