package apply

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"syscall"

	"github.com/wsgen/wsgen/generator/plan"
)

// A found is what lies at a path of the tree: a regular file with its content,
// or nothing (info nil).
type found struct {
	data []byte
	info os.FileInfo
}

// find reads the file at name. If something else than a regular file is there,
// or the way to it is not good, it says what.
func find(root *os.Root, name string) (f found, what string, err error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found{}, "", nil
	case errors.Is(err, syscall.ENOTDIR):
		return found{}, "a part of the path is a file, not a directory", nil
	case err != nil && escapes(root, name):
		return found{}, "a symbolic link on the way leads out of the tree", nil
	case err != nil:
		return found{}, "", err
	case info.Mode()&fs.ModeSymlink != 0:
		return found{}, "is a symbolic link", nil
	case info.IsDir():
		return found{}, "is a directory", nil
	case !info.Mode().IsRegular():
		return found{}, "is not a regular file", nil
	}
	data, err := root.ReadFile(name)
	return found{data, info}, "", err
}

// escapes reports whether a directory on the way to name is a link out of the tree.
func escapes(root *os.Root, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		info, err := root.Lstat(dir)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			_, err := root.Stat(dir)
			return err != nil
		}
	}
	return false
}

// is reports whether f is the file want, nil for none. The mode counts where the
// change is one of mode; else whatever mode the file has is kept.
func (f found) is(want *plan.File, modeCounts bool) bool {
	if want == nil || f.info == nil {
		return want == nil && f.info == nil
	}
	return bytes.Equal(f.data, want.Data) && (!modeCounts || sameMode(f.info.Mode(), want.Mode))
}

// modeCounts reports whether c changes the mode of its file.
func modeCounts(c *plan.Change) bool {
	return c.Old != nil && c.New != nil && c.Old.Mode != c.New.Mode
}

func sameMode(a, b fs.FileMode) bool {
	mask := fs.ModePerm
	if runtime.GOOS == "windows" {
		mask = 0o200 // all that there is
	}
	return a&mask == b&mask
}

// verify reads the files that p is about to change. All that is not as p wants
// it makes one StaleError.
func verify(root *os.Root, dir string, p *plan.Plan) ([]found, error) {
	files := make([]found, len(p.Changes))
	var problems []Problem
	for i := range p.Changes {
		c := &p.Changes[i]
		f, what, err := find(root, c.Path)
		if err != nil {
			return nil, explain(below(dir, c.Path), err)
		}
		if what == "" {
			what = compare(f, c)
		}
		if what != "" {
			problems = append(problems, Problem{c.Path, what})
		}
		files[i] = f
	}
	if problems != nil {
		return nil, &StaleError{problems}
	}
	return files, nil
}

// compare says how f differs from what c wants to find, or "".
func compare(f found, c *plan.Change) string {
	switch {
	case f.is(c.Old, modeCounts(c)):
		return ""
	case c.Old == nil:
		return "already exists"
	case f.info == nil:
		return "is gone since the plan was made"
	case f.is(c.Old, false):
		return "its mode changed since the plan was made"
	}
	return "changed since the plan was made"
}
