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
		return target{dir: a.at(dir), name: name}, nil
	}
	t := target{dir: a.at(name)}
	abs, err := filepath.Abs(t.dir)
	t.name = filepath.Base(abs)
	return t, err
}

// renamed adds a way out to an error about a name that was not typed: that of
// the directory that "." or ".." stands for.
func (t target) renamed(err error, typed string) error {
	f := asFailure("new", err)
	if generator.CheckName(t.name) != nil && filepath.Base(filepath.Clean(typed)) != t.name {
		p := &f.problems[0]
		p.fix = append(p.fix, "wsgen new NAME --dir="+quote(typed)+" gives it another name")
	}
	return f
}

// check refuses a target that is not free: a file, a directory with something
// in it (unless force), or a place below a file. It writes nothing. Package
// apply looks again before it writes; this comes before the first question.
func (t target) check(force bool) error {
	entries, err := os.ReadDir(t.dir)
	switch {
	case err == nil:
		n := 0
		for _, e := range entries {
			switch e.Name() {
			case stageDir:
				return nil
			case ".git":
			default:
				n++
			}
		}
		if n > 0 && !force {
			return notEmpty(t.dir, n)
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

// stageDir is where package apply prepares a project inside an existing
// directory. Where an interrupted run has left one, it alone can tell what in
// the directory is the user's.
const stageDir = ".wsgen-stage"

// notEmpty is the refusal of a directory with n entries.
func notEmpty(dir string, n int) *failure {
	return refused("directory "+show(dir), fmt.Sprintf("not empty (%s)", count(n, "entry", "entries")),
		"choose another name",
		"--force adds the files that are missing and overwrites nothing")
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

// kept returns the paths of p that exist in the target already and would
// therefore stay as they are.
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
