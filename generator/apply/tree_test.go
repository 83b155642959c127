package apply_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/generator/plan"
)

func file(text string) *plan.File { return &plan.File{Data: []byte(text), Mode: 0o644} }

func script(text string) *plan.File { return &plan.File{Data: []byte(text), Mode: 0o755} }

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t testing.TB, name string) {
	t.Helper()
	if err := os.MkdirAll(name, 0o777); err != nil {
		t.Fatal(err)
	}
}

func symlink(t testing.TB, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// longAgo is the time of all files that a test makes before the run, so that a
// file that was written anew shows, even with the same content.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// A tree describes all that is below a directory, by slash-separated path:
// kind, mode, age and content.
type tree map[string]string

func snapshot(t testing.TB, dir string) tree {
	t.Helper()
	m := tree{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			m[rel+"/"] = info.Mode().String()
		case info.Mode().IsRegular():
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			age := "new"
			if info.ModTime().Equal(longAgo) {
				age = "old"
			}
			m[rel] = fmt.Sprintf("%v %s %q", info.Mode(), age, data)
		default:
			to, _ := os.Readlink(name)
			m[rel] = info.Mode().String() + " " + to
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return m
}

// age makes all files below dir old.
func age(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.Chtimes(name, longAgo, longAgo)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// without returns m without what is below the given directory.
func (m tree) without(dir string) tree {
	m = maps.Clone(m)
	maps.DeleteFunc(m, func(path, _ string) bool { return strings.HasPrefix(path, dir+"/") })
	return m
}

// below returns the part of m that is below the given directory.
func (m tree) below(dir string) tree {
	part := tree{}
	for path, what := range m {
		if rel, ok := strings.CutPrefix(path, dir+"/"); ok && rel != "" {
			part[rel] = what
		}
	}
	return part
}

// ageless returns m with no difference made between old and new files.
func (m tree) ageless() tree {
	m = maps.Clone(m)
	for path, what := range m {
		m[path] = strings.Replace(what, " old ", " new ", 1)
	}
	return m
}

// diff lists what is not the same in m and want.
func (m tree) diff(want tree) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if _, ok := m[path]; !ok {
			fmt.Fprintf(&b, "\tlacks %s\n", path)
		} else if m[path] != want[path] {
			fmt.Fprintf(&b, "\t%s is %s, want %s\n", path, m[path], want[path])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(m)) {
		if _, ok := want[path]; !ok {
			fmt.Fprintf(&b, "\thas %s\n", path)
		}
	}
	return b.String()
}

func same(t testing.TB, what string, got, want tree) {
	t.Helper()
	if d := got.diff(want); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}
