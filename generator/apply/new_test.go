package apply_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// wantNew is what newPlan makes.
var wantNew = tree{
	".wsgen/":               "drwxr-xr-x",
	".wsgen/manifest.json":  `-rw-r--r-- new "{}\n"`,
	"go.mod":                `-rw-r--r-- new "module app\n"`,
	"internal/":             "drwxr-xr-x",
	"internal/chat/":        "drwxr-xr-x",
	"internal/chat/chat.go": `-rw-r--r-- new "package chat\n"`,
	"internal/web/":         "drwxr-xr-x",
	"internal/web/web.go":   `-rw-r--r-- new "package web\n"`,
	"run.sh":                `-rwxr-xr-x new "#!/bin/sh\n"`,
}

// modeless returns m as it is where files have no permission bits to speak of.
func modeless(m tree) tree {
	if runtime.GOOS != "windows" {
		return m
	}
	out := tree{}
	for path, what := range m {
		_, what, _ = strings.Cut(what, " ")
		out[path] = what
	}
	return out
}

func create(dir string) error {
	return apply.New(context.Background(), dir, newPlan(), apply.NewOptions{})
}

// The tree is made at a path that is absent, below parents that are absent, in an
// empty directory, in a fresh clone, and through symbolic links.
func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name, target string
		before       func(t *testing.T, base string)
		at           string // where the tree must be, if it is not the target
		extra        tree
	}{
		{name: "absent", target: "app"},
		{name: "trailing slash", target: "app/"},
		{name: "missing parents", target: "a/b/c/app"},
		{name: "hidden name", target: ".app"},
		{name: "existing parent", target: "a/app", before: func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "a/other"), "x") }},
		{name: "empty directory", target: "app", before: func(t *testing.T, base string) { mkdir(t, filepath.Join(base, "app")) }},
		{name: "fresh clone", target: "app", before: func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "app/.git/HEAD"), "ref") },
			extra: tree{".git/": "drwxr-xr-x", ".git/HEAD": `-rw-r--r-- new "ref"`}},
		{name: "fresh worktree", target: "app", before: func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "app/.git"), "gitdir: x") },
			extra: tree{".git": `-rw-r--r-- new "gitdir: x"`}},
		{name: "linked parent", target: "link/app", at: "real/app", before: func(t *testing.T, base string) {
			mkdir(t, filepath.Join(base, "real"))
			symlink(t, "real", filepath.Join(base, "link"))
		}},
		{name: "link to an empty directory", target: "link", at: "real", before: func(t *testing.T, base string) {
			mkdir(t, filepath.Join(base, "real"))
			symlink(t, "real", filepath.Join(base, "link"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := t.TempDir()
			if tt.before != nil {
				tt.before(t, base)
			}
			if err := create(base + "/" + tt.target); err != nil {
				t.Fatal(err)
			}
			at := tt.at
			if at == "" {
				at = tt.target
			}
			want := tree{}
			for _, part := range []tree{wantNew, tt.extra} {
				for path, what := range part {
					want[path] = what
				}
			}
			same(t, "made", modeless(snapshot(t, filepath.Join(base, at))), modeless(want))
			if stages, _ := filepath.Glob(filepath.Join(base, "*.wsgen-stage")); stages != nil {
				t.Errorf("left behind: %v", stages)
			}
		})
	}
}

// `wsgen new .` and a relative path work from the current directory.
func TestNewHere(t *testing.T) {
	for _, target := range []string{".", "", "app", "../up"} {
		t.Run(target, func(t *testing.T) {
			here := filepath.Join(t.TempDir(), "here")
			mkdir(t, here)
			t.Chdir(here)
			if err := create(target); err != nil {
				t.Fatal(err)
			}
			same(t, "made", modeless(snapshot(t, filepath.Join(here, target))), modeless(wantNew))
		})
	}
}

// What cannot be made is refused, with words that name the place and a way out,
// and nothing is touched.
func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, target string
		before       func(t *testing.T, base string)
		want         string
	}{
		{"directory with files", "app", func(t *testing.T, base string) {
			writeFile(t, filepath.Join(base, "app/a"), "")
			writeFile(t, filepath.Join(base, "app/b/c"), "")
			mkdir(t, filepath.Join(base, "app/.git"))
		}, "BASE/app: directory is not empty (2 entries); choose another name, or --force to add missing files only"},
		{"directory with a directory", "app", func(t *testing.T, base string) { mkdir(t, filepath.Join(base, "app/a")) },
			"BASE/app: directory is not empty (1 entry); choose another name, or --force to add missing files only"},
		{"file", "app", func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "app"), "") },
			"BASE/app: is a file, not a directory; choose another name"},
		{"file on the way", "a/b/app", func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "a"), "") },
			"a part of the path is a file, not a directory; move that file away or choose another name"},
		{"link to nothing", "app", func(t *testing.T, base string) { symlink(t, "nowhere", filepath.Join(base, "app")) },
			"BASE/app: is a symbolic link to nothing; remove it or choose another name"},
		{"link to nothing on the way", "link/app", func(t *testing.T, base string) { symlink(t, "nowhere", filepath.Join(base, "link")) },
			"BASE/link: is a symbolic link to nothing; remove it or choose another name"},
		{"link in a circle", "app", func(t *testing.T, base string) { symlink(t, "app", filepath.Join(base, "app")) },
			"BASE/app: the path goes round in symbolic links; mend them or choose another name"},
		{"long name", strings.Repeat("long", 100), nil, ": the name is too long for this file system; choose a shorter one"},
		{"somebody's directory where the stage would be", "app", func(t *testing.T, base string) { writeFile(t, filepath.Join(base, ".app.wsgen-stage/a"), "mine") },
			"BASE/.app.wsgen-stage: is in the way and was not made by your wsgen; move it away"},
		{"somebody's lock where the stage would be", "app", func(t *testing.T, base string) {
			writeFile(t, filepath.Join(base, ".app.wsgen-stage/wsgen.lock"), "mine")
		}, "BASE/.app.wsgen-stage: is in the way and was not made by your wsgen; move it away"},
		{"somebody's directory named as the stage inside", "app", func(t *testing.T, base string) { writeFile(t, filepath.Join(base, "app/.wsgen-stage/a"), "mine") },
			"BASE/app: directory is not empty (1 entry); choose another name, or --force to add missing files only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := t.TempDir()
			if tt.before != nil {
				tt.before(t, base)
			}
			before := snapshot(t, base)
			err := create(filepath.Join(base, tt.target))
			if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(tt.want, "BASE", base)) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			// The question can be asked without running.
			if asked := apply.CheckNew(filepath.Join(base, tt.target), false); asked == nil && !strings.Contains(tt.name, "somebody") {
				t.Error("CheckNew has no objection")
			} else if asked != nil && asked.Error() != err.Error() {
				t.Errorf("CheckNew says %v", asked)
			}
			same(t, "touched", snapshot(t, base), before)
		})
	}
}

// The errors that mean "nothing was tried" can be told from others, and the one
// for a directory that is not empty has its count.
func TestNewRefusedIsTyped(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a"), "")
	err := create(dir)
	notEmpty, ok := errors.AsType[*apply.NotEmptyError](err)
	if !ok || notEmpty.Entries != 1 || !apply.Refused(err) {
		t.Errorf("got %#v", err)
	}
	if err := create(filepath.Join(dir, strings.Repeat("x", 300))); apply.Refused(err) {
		t.Errorf("%v: counts as refused", err)
	}
}

// A plan that does more than create files is not for New.
func TestNewOnlyCreates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app")
	p := &plan.Plan{Changes: []plan.Change{{Path: "a", Old: file("a"), New: file("b")}}}
	if err := apply.New(context.Background(), dir, p, apply.NewOptions{}); err == nil || err.Error() != "a: a new tree cannot modify a file" {
		t.Errorf("got %v", err)
	}
	p.Changes = []plan.Change{{Path: "../a", New: file("b")}}
	if err := apply.New(context.Background(), dir, p, apply.NewOptions{}); err == nil {
		t.Error("took a path that leaves the tree")
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("made the target")
	}
}

// Force adds what is missing, overwrites nothing, and tells what it kept. It is
// not recorded: there is nothing to undo.
func TestNewForce(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module mine\n")
	mkdir(t, filepath.Join(dir, "run.sh"))
	writeFile(t, filepath.Join(dir, "internal/mine.go"), "package mine\n")
	age(t, dir)
	var kept []string
	err := apply.New(context.Background(), dir, newPlan(), apply.NewOptions{Force: true, Kept: func(path string) { kept = append(kept, path) }})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(kept, []string{"go.mod", "run.sh"}) {
		t.Errorf("kept %v", kept)
	}
	want := tree{
		".wsgen/":               "drwxr-xr-x",
		".wsgen/manifest.json":  `-rw-r--r-- new "{}\n"`,
		"go.mod":                `-rw-r--r-- old "module mine\n"`,
		"internal/":             "drwxr-xr-x",
		"internal/chat/":        "drwxr-xr-x",
		"internal/chat/chat.go": `-rw-r--r-- new "package chat\n"`,
		"internal/mine.go":      `-rw-r--r-- old "package mine\n"`,
		"internal/web/":         "drwxr-xr-x",
		"internal/web/web.go":   `-rw-r--r-- new "package web\n"`,
		"run.sh/":               "drwxr-xr-x",
	}
	same(t, "made", modeless(snapshot(t, dir)), modeless(want))
	if _, err := apply.Undo(context.Background(), dir, apply.EditOptions{}); !errors.Is(err, apply.ErrNothingToUndo) {
		t.Errorf("undo: %v", err)
	}
	if err := runForce(context.Background(), dir, nil); err != nil {
		t.Errorf("again: %v", err)
	}
	same(t, "again", modeless(snapshot(t, dir)), modeless(want))
}

// Force writes through no link that leads out of the tree.
func TestNewForceStaysInside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	symlink(t, outside, filepath.Join(dir, "internal"))
	err := runForce(context.Background(), dir, nil)
	if want := "internal/chat/chat.go: a symbolic link on the way leads out of the tree"; err == nil || !strings.Contains(err.Error(), want) || !apply.Refused(err) {
		t.Errorf("got %v", err)
	}
	same(t, "outside", snapshot(t, outside), tree{})
}

// Two runs for one target do not mix: one of them makes the tree.
func TestNewTwoAtOnce(t *testing.T) {
	for _, exists := range []bool{false, true} {
		for _, at := range []string{"stage", "lock", "write", "rename"} {
			dir := filepath.Join(t.TempDir(), "app")
			if exists {
				mkdir(t, dir)
			}
			var inner error
			ran := false
			outer := runNew(context.Background(), dir, func(name string) error {
				if strings.HasPrefix(name, at+" ") && !ran {
					ran = true
					inner = create(dir)
				}
				return nil
			})
			switch {
			case !ran:
				t.Fatalf("no step %s", at)
			case (outer == nil) == (inner == nil):
				t.Errorf("at %s: first %v, second %v", at, outer, inner)
			case inner != nil && !errors.Is(inner, apply.ErrBusy):
				t.Errorf("at %s: second %v", at, inner)
			case outer != nil && !apply.Refused(outer):
				t.Errorf("at %s: first %v", at, outer)
			}
			same(t, "made at "+at, modeless(snapshot(t, dir)), modeless(wantNew))
			if stages, _ := filepath.Glob(dir + "/../.*"); stages != nil {
				t.Errorf("left behind: %v", stages)
			}
		}
	}
}

// When a run in an existing directory was killed half-way and the user went on
// with what was there, his work is not removed: he is asked.
func TestNewAfterEditedLeftovers(t *testing.T) {
	s := named(t, "new in an empty directory")
	_, steps := s.complete(t)
	half := slices.IndexFunc(steps, func(name string) bool { return strings.HasPrefix(name, "rename internal") }) + 1
	_, app, _ := s.start(t)
	if !s.killed(t, app, half, "") {
		t.Fatal("not killed")
	}
	writeFile(t, filepath.Join(app, "go.mod"), "module mine\n")
	before := snapshot(t, app)
	err := create(app)
	want := app + ": an earlier run was interrupted here and files were edited since: go.mod; delete " +
		filepath.Join(app, ".wsgen-stage") + " to keep all as it is, or move these files away to start anew"
	if err == nil || err.Error() != want || !apply.Refused(err) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	same(t, "touched", snapshot(t, app), before)
	if err := runForce(context.Background(), app, nil); err != nil {
		t.Fatal(err)
	}
	got := snapshot(t, app)
	if got["go.mod"] != before["go.mod"] {
		t.Errorf("go.mod is %s", got["go.mod"])
	}
	got["go.mod"] = wantNew["go.mod"]
	same(t, "by force", modeless(got), modeless(wantNew))
}

// CheckNew has no objection to what New takes, and writes nothing.
func TestCheckNew(t *testing.T) {
	base := t.TempDir()
	writeFile(t, filepath.Join(base, "clone/.git/HEAD"), "ref")
	writeFile(t, filepath.Join(base, "full/file"), "x")
	mkdir(t, filepath.Join(base, "empty"))
	before := snapshot(t, base)
	for target, force := range map[string]bool{"absent": false, "a/b/absent": false, "empty": false, "clone": false, "full": true} {
		if err := apply.CheckNew(filepath.Join(base, target), force); err != nil {
			t.Error(err)
		}
	}
	same(t, "touched", snapshot(t, base), before)
}
