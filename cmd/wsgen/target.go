package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/plan"
)

// A target is where a new project goes, and its name.
type target struct {
	dir  string // as the user would type it from where wsgen was started
	name string
}

// target finds out what NAME and --dir mean. NAME may be a path, whose last
// element is then the name; "." is the directory that wsgen stands in.
func (a *app) target(name, dir string) (target, error) {
	if dir != "" {
		if name != filepath.Base(name) {
			return target{}, usage("new", fmt.Sprintf("NAME %s is a path and --dir=%s says something else", name, dir),
				"wsgen new "+quote(filepath.Join(dir, filepath.Base(name))))
		}
		return target{dir: a.at(dir), name: name}, generator.CheckName(name)
	}
	t := target{dir: a.at(name)}
	abs, err := filepath.Abs(t.dir)
	if err != nil {
		return target{}, err
	}
	t.name = filepath.Base(abs)
	err = generator.CheckName(t.name)
	if err != nil && filepath.Base(filepath.Clean(name)) != t.name { // "." or ".."
		f := asFailure("new", err)
		f.problems[0].fix = append(f.problems[0].fix, "wsgen new NAME --dir="+quote(name)+" gives it another name")
		return t, f
	}
	return t, err
}

// check refuses a target that is not free: a file, a directory with something
// in it (unless force), or a place below a file. It writes nothing.
func (t target) check(force bool) error {
	what := "directory " + show(t.dir)
	entries, err := os.ReadDir(t.dir)
	switch {
	case err == nil:
		n := 0
		for _, e := range entries {
			if e.Name() != stageDir {
				n++
			}
		}
		if n > 0 && !force {
			return refused(what, fmt.Sprintf("not empty (%s)", count(n, "entry", "entries")),
				"choose another name",
				"--force adds the files that are missing and overwrites nothing")
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		if info, serr := os.Stat(t.dir); serr == nil && !info.IsDir() {
			return refused(show(t.dir), "there is a file of that name", "choose another name")
		}
		return t.checkParent(err)
	}
	if _, err := os.Lstat(t.dir); err == nil {
		return refused(show(t.dir), "a symbolic link that leads nowhere", "remove it, or choose another name")
	}
	return t.checkParent(nil)
}

// checkParent refuses a target whose nearest existing parent is not a
// directory; otherwise err, what was wrong with the target itself, decides.
func (t target) checkParent(err error) error {
	abs, aerr := filepath.Abs(t.dir)
	if aerr != nil {
		return aerr
	}
	for dir := filepath.Dir(abs); ; dir = filepath.Dir(dir) {
		info, serr := os.Stat(dir)
		if serr == nil && !info.IsDir() {
			return refused(show(t.dir), dir+" is a file, not a directory", "choose another place")
		}
		if serr == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	if err != nil {
		return fail(exitFailed, show(t.dir), reason(err))
	}
	return nil
}

// stageDir is where package apply prepares a project inside an existing
// directory; what an interrupted run has left there does not count as content.
const stageDir = ".wsgen-stage"

// kept returns the paths of p that exist in the target already and therefore
// stay as they are.
func (t target) kept(p *plan.Plan) map[string]bool {
	kept := map[string]bool{}
	for _, c := range p.Changes {
		if _, err := os.Lstat(filepath.Join(t.dir, filepath.FromSlash(c.Path))); err == nil {
			kept[c.Path] = true
		}
	}
	return kept
}

// show prints a directory so that it reads as one: ./chat rather than chat.
func show(dir string) string {
	if filepath.IsAbs(dir) || strings.HasPrefix(dir, ".") {
		return dir
	}
	return "." + string(filepath.Separator) + dir
}

// count prints n with the noun that fits.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
