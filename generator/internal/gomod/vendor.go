package gomod

import (
	"bytes"
	"cmp"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/plan"
)

// modulesTxt is the file that says what is in a vendor folder.
const modulesTxt = "vendor/modules.txt"

// Vendor plans to put what res builds into the vendor folder, as go mod vendor
// would: the packages that the kit needs, and the lines in modules.txt, which is
// txt. Files come from the module cache. exists says whether the vendor folder
// has a file.
//
// The error is a *Refusal where that is beyond it: a module of the folder would
// change its version, is replaced, or is not in the cache. Then the go command
// has to do it.
func Vendor(mod []byte, txt *plan.File, res *Result, o Options, exists func(path string) bool) ([]plan.Change, error) {
	if o.Catalogue == nil {
		o.Catalogue = Built()
	}
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(txt.Data, []byte("## workspace")) {
		return nil, &Refusal{Reason: WorkspaceVendor, Path: modulesTxt, Line: 1, Text: "this folder is of a workspace", Fix: "run go work vendor afterwards, with --no-check"}
	}
	v := &vendoring{o: o, entries: vendored(txt.Data), exists: exists}
	for _, m := range res.Build {
		if _, yes := replaced(f, m); yes {
			return nil, beyond(fmt.Sprintf("%s is replaced", m.Path))
		}
		if err := v.module(m); err != nil {
			return nil, err
		}
	}
	if len(v.edits) > 0 {
		if bytes.Contains(txt.Data, []byte("\r\n")) {
			for i := range v.edits {
				v.edits[i].Text = strings.ReplaceAll(v.edits[i].Text, "\n", "\r\n")
			}
		}
		slices.SortFunc(v.edits, func(a, b plan.Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Text, b.Text)) })
		data, err := plan.Splice(txt.Data, v.edits)
		if err != nil {
			return nil, err
		}
		v.changes = append(v.changes, plan.Change{Path: modulesTxt, Old: txt, New: &plan.File{Data: data, Mode: txt.Mode}, Edits: v.edits, Origin: "vendor", Why: "as go mod vendor would"})
	}
	return v.changes, nil
}

// beyond is the refusal to do what only the go command can.
func beyond(text string) *Refusal {
	return &Refusal{Reason: NotCached, Path: modulesTxt, Text: text + ", so that wsgen cannot bring the vendor folder up to date", Fix: "require the library with go get and run go mod vendor, then try again"}
}

// A vendoring is a Vendor in progress.
type vendoring struct {
	o       Options
	entries []entry
	exists  func(path string) bool
	edits   []plan.Edit // of modules.txt
	changes []plan.Change
	seen    map[string]bool // paths in changes
}

// An entry is what modules.txt says of a module.
type entry struct {
	mod      module.Version
	packages []string
	start    int // of its first line
	end      int // of its last line, behind the line break
}

// vendored reads modules.txt.
func vendored(txt []byte) []entry {
	var all []entry
	off := 0
	for line := range bytes.Lines(txt) {
		start := off
		off += len(line)
		switch f := strings.Fields(string(line)); {
		case len(f) >= 3 && f[0] == "#" && f[2] != "=>":
			all = append(all, entry{mod: module.Version{Path: f[1], Version: f[2]}, start: start, end: off})
		case len(f) >= 2 && f[0] == "#": // a replacement of any version, at the end
			all = append(all, entry{mod: module.Version{Path: f[1]}, start: start, end: off})
		case len(all) > 0:
			e := &all[len(all)-1]
			e.end = off
			if len(f) == 1 {
				e.packages = append(e.packages, f[0])
			}
		}
	}
	return all
}

// module vendors the packages of m that the kit needs.
func (v *vendoring) module(m module.Version) error {
	known := v.o.Catalogue.Module(m.Path, m.Version)
	if known == nil {
		if i := v.find(m.Path); i >= 0 && v.entries[i].mod == m && len(v.entries[i].packages) > 0 {
			return nil // the project builds it already
		}
		return beyond(fmt.Sprintf("%s is a version that the catalogue does not have", m))
	}
	lacking := known.Packages
	if i := v.find(m.Path); i >= 0 {
		if v.entries[i].mod != m {
			return beyond(fmt.Sprintf("it has %s, and %s is needed", v.entries[i].mod, m.Version))
		}
		lacking = slices.DeleteFunc(slices.Clone(lacking), func(p string) bool { return slices.Contains(v.entries[i].packages, p) })
		if len(lacking) == 0 {
			return nil
		}
		if len(lacking) < len(known.Packages) || len(v.entries[i].packages) > 0 {
			return beyond(fmt.Sprintf("it has parts of %s", m))
		}
		v.edits = append(v.edits, plan.Edit{Start: v.entries[i].end, End: v.entries[i].end, Text: strings.Join(lacking, "\n") + "\n"})
	} else {
		v.entry(known)
	}
	for _, p := range lacking {
		if err := v.copy(m, p); err != nil {
			return err
		}
	}
	return nil
}

func (v *vendoring) find(path string) int {
	return slices.IndexFunc(v.entries, func(e entry) bool { return e.mod.Path == path && e.mod.Version != "" })
}

// entry adds the lines of a module to modules.txt, which is sorted by path.
func (v *vendoring) entry(m *Module) {
	text := "# " + m.Path + " " + m.Version + "\n## explicit"
	if m.Go != "" {
		text += "; go " + m.Go
	}
	text += "\n" + strings.Join(m.Packages, "\n") + "\n"
	at := 0
	for _, e := range v.entries {
		if e.mod.Version != "" && e.mod.Path < m.Path {
			at = e.end
		}
	}
	v.edits = append(v.edits, plan.Edit{Start: at, End: at, Text: text})
}

// copy adds the files of a package, and the licences above it.
func (v *vendoring) copy(m module.Version, pkg string) error {
	escaped, err1 := module.EscapePath(m.Path)
	version, err2 := module.EscapeVersion(m.Version)
	if err1 != nil || err2 != nil {
		return beyond(fmt.Sprintf("%s is no module that the cache can have", m))
	}
	root := filepath.Join(v.o.Cache, filepath.FromSlash(escaped)+"@"+version)
	for dir := pkg; ; dir = path.Dir(dir) {
		from := filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(dir, m.Path)))
		entries, err := os.ReadDir(from)
		if err != nil || v.o.Cache == "" {
			return beyond(fmt.Sprintf("%s is not in the module cache (go mod download %s puts it there)", m, m))
		}
		for _, e := range entries {
			if !e.Type().IsRegular() || dir != pkg && !isLicence(e) {
				continue
			}
			data, err := os.ReadFile(filepath.Join(from, e.Name()))
			if err != nil {
				return err
			}
			if dir == pkg && !isLicence(e) && !isSource(e.Name(), data) {
				continue
			}
			v.create("vendor/"+dir+"/"+e.Name(), data, m)
		}
		if dir == m.Path {
			return nil
		}
	}
}

func (v *vendoring) create(path string, data []byte, m module.Version) {
	if v.seen == nil {
		v.seen = map[string]bool{}
	}
	if v.seen[path] || v.exists(path) {
		return
	}
	v.seen[path] = true
	v.changes = append(v.changes, plan.Change{Path: path, New: &plan.File{Data: data, Mode: 0o644}, Origin: m.String(), Why: "as go mod vendor would"})
}

// isLicence reports whether go mod vendor copies a file for what it says of
// rights.
func isLicence(e fs.DirEntry) bool {
	return !strings.HasSuffix(e.Name(), "_test.go") && slices.ContainsFunc(
		[]string{"AUTHORS", "CONTRIBUTORS", "COPYLEFT", "COPYING", "COPYRIGHT", "LEGAL", "LICENSE", "NOTICE", "PATENTS"},
		func(prefix string) bool { return strings.HasPrefix(e.Name(), prefix) })
}

// isSource reports whether go mod vendor copies a file of a package: all but
// tests, go.mod and go.sum, and Go files that no build takes.
func isSource(name string, data []byte) bool {
	switch {
	case strings.HasSuffix(name, "_test.go"), name == "go.mod", name == "go.sum":
		return false
	case !strings.HasSuffix(name, ".go"):
		return true
	}
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		if constraint.IsGoBuild(text) {
			x, err := constraint.Parse(text)
			return err != nil || possible(x, true)
		}
		if strings.HasPrefix(text, "package ") {
			break
		}
	}
	return true
}

// possible reports whether some build satisfies a constraint; no build has the
// tag ignore. For what is negated, yes is false.
func possible(x constraint.Expr, yes bool) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return yes && x.Tag != "ignore"
	case *constraint.NotExpr:
		return !possible(x.X, !yes)
	case *constraint.AndExpr:
		return possible(x.X, yes) && possible(x.Y, yes)
	case *constraint.OrExpr:
		return possible(x.X, yes) || possible(x.Y, yes)
	}
	return true
}
