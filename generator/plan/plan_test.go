package plan_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

func file(text string) *plan.File { return &plan.File{Data: []byte(text), Mode: 0o644} }

// sample has one change of each kind, edits, and data that is not UTF-8.
func sample() *plan.Plan {
	return &plan.Plan{
		Version: plan.Version,
		Command: "wsgen add websockets",
		Changes: []plan.Change{
			{Path: "bin/logo.png", New: &plan.File{Data: []byte{0x89, 'P', 0xff, 0}, Mode: 0o600}, Origin: "templates/app/logo.png"},
			{Path: "cmd/main.go", Old: file("package main\r\nfunc main() {}\r\n"), New: file("package main\r\nfunc main() { run() }\r\n"),
				Edits: []plan.Edit{{Start: 27, End: 27, Text: " run() "}}, Why: "mount /ws on <mux>"},
			{Path: "old.go", Old: file("package old\n")},
			{Path: "run.sh", Old: file("#!/bin/sh\n"), New: &plan.File{Data: []byte("#!/bin/sh\n"), Mode: 0o755}},
		},
		Notes: []plan.Note{{Path: "cmd/main.go", Line: 2, Text: "nothing calls Shutdown"}, {Text: "run go mod tidy"}},
	}
}

// A plan counts its changes for the summary line.
func TestSummary(t *testing.T) {
	p := sample()
	s := p.Summary()
	if s.Created != 1 || s.Modified != 2 || s.Removed != 1 || s.Before != 30+12+10 || s.After != 4+37+10 {
		t.Errorf("got %+v", s)
	}
	if got, want := s.String(), "1 file created, 2 modified, 1 removed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (plan.Summary{Removed: 2}).String(); got != "2 files removed" {
		t.Errorf("got %q", got)
	}
	if got := (*plan.Plan)(nil).Summary().String(); got != "nothing to do" {
		t.Errorf("got %q", got)
	}
	if p.Empty() || !(*plan.Plan)(nil).Empty() || !(&plan.Plan{Notes: p.Notes}).Empty() {
		t.Error("Empty counts changes only")
	}
}

// Sort orders the plan's changes and leaves the slice that was passed in alone.
func TestSortCopies(t *testing.T) {
	changes := []plan.Change{{Path: "b", New: file("b")}, {Path: "a", New: file("a")}}
	p := &plan.Plan{Changes: changes}
	if p.Check() == nil {
		t.Error("Check took an unsorted plan")
	}
	p.Sort()
	if err := p.Check(); err != nil || p.Changes[0].Path != "a" {
		t.Errorf("not sorted: %v, %v", p.Changes[0].Path, err)
	}
	if changes[0].Path != "b" {
		t.Error("the caller's slice was sorted, too")
	}
}

// The inverse of a plan passes Check, edits included, and inverting twice gives
// the plan again (without its notes).
func TestInvert(t *testing.T) {
	p := sample()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	inv := p.Invert()
	if err := inv.Check(); err != nil {
		t.Fatal(err)
	}
	if inv.Command != "undo: wsgen add websockets" {
		t.Errorf("command is %q", inv.Command)
	}
	if got, want := inv.Changes[1].Edits, (plan.Edit{Start: 27, End: 34}); len(got) != 1 || got[0] != want {
		t.Errorf("inverse edits %v, want %v", got, want)
	}
	again := inv.Invert()
	p.Notes = nil
	if !reflect.DeepEqual(again, p) {
		t.Errorf("inverted twice: %+v\nwant %+v", again, p)
	}
}

// Splice makes edits in order, several insertions at one place too.
func TestSplice(t *testing.T) {
	got, err := plan.Splice([]byte("abcdef"), []plan.Edit{{0, 0, "<"}, {2, 4, "-"}, {4, 4, "1"}, {4, 4, "2"}, {6, 6, ">"}})
	if err != nil || string(got) != "<ab-12ef>" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, edits := range [][]plan.Edit{
		{{-1, 0, ""}}, {{3, 2, ""}}, {{0, 7, ""}}, {{2, 4, ""}, {3, 5, ""}}, {{4, 4, ""}, {2, 2, ""}},
	} {
		if got, err := plan.Splice([]byte("abcdef"), edits); err == nil {
			t.Errorf("%v: made %q", edits, got)
		}
	}
}

// Check names each problem of a plan, all of them in one go.
func TestCheck(t *testing.T) {
	one := func(c plan.Change) []plan.Change { return []plan.Change{c} }
	two := func(a, b string) []plan.Change {
		return []plan.Change{{Path: a, New: file("a")}, {Path: b, New: file("b")}}
	}
	for _, tt := range []struct {
		name    string
		changes []plan.Change
		want    string
	}{
		{"twice", two("a", "a"), "a: changed twice"},
		{"case", two("Makefile", "makefile"), "makefile: differs from Makefile in case only"},
		{"case beyond ASCII", two("straße/K", "straße/\u212a"), "in case only"},
		{"directory case", two("Web/a", "web/b"), "web/b: its directory differs from Web in case only"},
		{"file and directory", two("web", "web/a"), "web: is a file and a directory"},
		{"file and directory apart", append(two("web", "web-a"), plan.Change{Path: "web/a", New: file("c")}), "web: is a file and a directory"},
		{"file and directory, case", two("WEB", "web/a"), "WEB: is a file and a directory"},
		{"nothing", one(plan.Change{Path: "a"}), "a: neither old nor new"},
		{"same", one(plan.Change{Path: "a", Old: file("a"), New: file("a")}), "a: old and new are the same"},
		{"directory mode", one(plan.Change{Path: "a", New: &plan.File{Mode: 0o20000000755}}), "a: mode d"},
		{"symlink mode", one(plan.Change{Path: "a", New: &plan.File{Mode: 0o1000000644}}), "a: mode L"},
		{"no mode", one(plan.Change{Path: "a", New: &plan.File{}}), "a: mode 0000"},
		{"edits of a new file", one(plan.Change{Path: "a", New: file("a"), Edits: []plan.Edit{{}}}), "a: has edits but is not modified"},
		{"edits overlap", one(plan.Change{Path: "a", Old: file("abc"), New: file("x"), Edits: []plan.Edit{{0, 2, ""}, {1, 3, ""}}}), "a: edit of bytes 1 to 3"},
		{"edits lie", one(plan.Change{Path: "a", Old: file("abc"), New: file("x"), Edits: []plan.Edit{{0, 2, ""}}}), "a: its edits do not make"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &plan.Plan{Changes: tt.changes}
			if err := p.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	p := &plan.Plan{Version: 7, Changes: append(two("b:", "a"), plan.Change{Path: "c"})}
	if got := strings.Count(p.Check().Error(), "\n") + 1; got != 4 {
		t.Errorf("%d problems, want 4:\n%v", got, p.Check())
	}
}

// A plan creates no path that some system cannot hold, or that is not its own.
func TestCheckPath(t *testing.T) {
	for _, path := range []string{
		"a", "a/b.go", ".gitignore", ".github/workflows/ci.yml", ".wsgen/manifest.json", "dir with space/ä.go",
		"auxiliary.go", "com/x", "com10", "console.go", "a.aux", ".config", "x.git", "lpt", "COMA",
	} {
		if err := plan.CheckPath(path); err != nil {
			t.Errorf("%s refused: %v", path, err)
		}
	}
	for _, path := range []string{
		"", ".", "..", "/a", "a/", "a//b", "a/../b", "./a", "a\x00b", "a\xff",
		`a\b`, "c:/x", "a:b", "a?", "a*", "a|b", `a"b`, "<a>", "a\tb",
		"a.", "a ", "a./b", "a /b", "...",
		"aux", "AUX.txt", "dir/con", "nul.tar.gz", "prn/x", "Com1", "lpt9.log", "com0", "COM¹", "con .txt", "CONIN$",
		".git", ".git/hooks/pre-commit", ".GIT/config", "sub/.git/config", ".wsgen/journal", ".wsgen/journal/0001.json", ".WSGEN/Journal/lock", ".wsgen-stage/a",
	} {
		if plan.CheckPath(path) == nil {
			t.Errorf("%q taken", path)
		}
	}
	// What is there already may be modified; it may not be made or removed.
	aux := plan.Change{Path: "cmd/aux/main.go", Old: file("a"), New: file("b")}
	if err := (&plan.Plan{Changes: []plan.Change{aux}}).Check(); err != nil {
		t.Errorf("modifying refused: %v", err)
	}
	aux.New = nil
	if (&plan.Plan{Changes: []plan.Change{aux}}).Check() == nil {
		t.Error("removing taken, though it could not be taken back")
	}
}
