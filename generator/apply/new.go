package apply

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wsgen/wsgen/generator/plan"
)

// NewOptions are the options of [New]. The zero value is what a user gets who
// gives no flags.
type NewOptions struct {
	// Force takes a directory that is not empty, too: files that it lacks are
	// added, files that it has are left alone, whatever is in them.
	Force bool
	// Kept, if not nil, is told each file of the plan that Force has left
	// alone, as a slash-separated path, in order, once the run has succeeded.
	Kept func(path string)
	// Step, if not nil, is called before each change on the disk with a name
	// for it. An error from it is as good as a failed disk. It is for tests.
	Step func(name string) error
}

// New makes the tree of p, which only creates files, at dir. The target may be
// absent (its parents, too), or an empty directory; a .git in it does not count.
// All of the tree is there when New returns nil; else the target is as it was.
//
// New refuses with a [NotEmptyError] a directory that has entries, unless
// o.Force is set. It clears away what an earlier, killed run has left beside or in
// the target, and nothing else: see stage.
func New(ctx context.Context, dir string, p *plan.Plan, o NewOptions) error {
	if err := p.Check(); err != nil {
		return err
	}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Kind() != plan.Create {
			return &Error{Path: c.Path, What: "a new tree cannot " + string(c.Kind()) + " a file"}
		}
	}
	if p.Empty() {
		return nil
	}
	dir = filepath.Clean(dir)
	s := steps{ctx, dir, o.Step}
	clearBeside(s, dir)
	entries, err := look(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newBeside(s, dir, p)
	case err != nil:
		return err
	}
	if entries, err = clearInside(s, dir, entries, o.Force); err != nil {
		return err
	}
	switch {
	case entries == 0:
		return newInside(s, dir, p)
	case o.Force:
		return addMissing(s, dir, p, o.Kept)
	}
	return &NotEmptyError{Path: dir, Entries: entries}
}

// CheckNew returns the refusal of [New] for the target dir, if there is one. It
// writes nothing, so it may come before a question to the user; New looks again.
// Where an interrupted run has left its stage in dir, only New can tell.
func CheckNew(dir string, force bool) error {
	dir = filepath.Clean(dir)
	entries, err := look(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, _, err := missing(dir)
		return err
	case err != nil:
		return err
	case entries == 0 || force:
		return nil
	}
	if _, err := os.Lstat(filepath.Join(dir, insideName)); err == nil {
		return nil
	}
	return &NotEmptyError{Path: dir, Entries: entries}
}

// look counts the entries of the directory at dir, without .git. Its error wraps
// fs.ErrNotExist if nothing is there.
func look(dir string) (entries int, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, lerr := os.Lstat(dir); lerr == nil {
			return 0, refuse(dir, "is a symbolic link to nothing", "remove it or choose another name")
		}
		return 0, err
	case err != nil:
		return 0, explain(dir, err)
	case !info.IsDir():
		return 0, refuse(dir, "is a file, not a directory", "choose another name")
	}
	f, err := os.Open(dir)
	if err != nil {
		return 0, explain(dir, err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return 0, explain(dir, err)
	}
	for _, name := range names {
		if name != ".git" {
			entries++
		}
	}
	return entries, nil
}

// newBeside makes the tree at dir, which is absent. The stage lies beside the
// topmost directory that is missing, and that is what gets renamed: so
// missing parents come and go with the tree.
func newBeside(s steps, dir string, p *plan.Plan) (err error) {
	base, top, err := missing(dir)
	if err != nil {
		return err
	}
	st, err := openStage(s, besideName(top))
	if isNameTooLong(err) {
		return explain(top, err)
	} else if err != nil {
		return explain(base, err)
	}
	defer st.discard()
	rest, err := filepath.Rel(top, dir)
	if err != nil {
		return explain(dir, err)
	}
	if err := writeTree(s, dir, filepath.Join(st.tree(), rest), p); err != nil {
		return err
	}
	if err := s.next("rename", top); err != nil {
		return explain(dir, err)
	}
	err = rename(st.tree(), top)
	if _, there := os.Lstat(top); err != nil && there == nil {
		return appeared(top)
	}
	return explain(dir, err)
}

// appeared says that somebody else has made what is about to be made.
func appeared(path string) error {
	return refuse(path, "appeared while the tree was being made", "look at it and run it again")
}

// missing returns the topmost directory on the way to dir that is not there, and
// the directory that it would lie in.
func missing(dir string) (base, top string, err error) {
	for top = dir; ; top = base {
		base = filepath.Dir(top)
		info, err := os.Stat(base)
		switch {
		case err == nil && info.IsDir():
			return base, top, nil
		case err == nil:
			return "", "", refuse(base, "is a file, not a directory", "choose another name")
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", explain(base, err)
		}
		if _, err := os.Lstat(base); err == nil {
			return "", "", refuse(base, "is a symbolic link to nothing", "remove it or choose another name")
		}
		if base == top {
			return "", "", explain(base, err)
		}
	}
}
