package apply

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator/plan"
)

// newInside makes the tree at dir, an empty directory, by renaming the
// entries out of a stage in it.
//
// Before the first rename, the stage gets the file "moved": a line "SHA-256
// path" for each file of the tree. Its removal is what completes the run. A run
// that was killed in between is taken back by the next one: a file that is
// listed, gone from the stage, and has that content is ours to remove.
func newInside(s steps, dir string, p *plan.Plan) (err error) {
	st, err := openStage(s, filepath.Join(dir, insideName))
	if err != nil {
		return explain(dir, err)
	}
	defer func() {
		if err != nil {
			if failed := st.takeBack(dir); failed != nil {
				err = errors.Join(err, failed)
				st.release() // the next run takes it back
				return
			}
		}
		st.discard()
	}()
	if err := writeTree(s, dir, st.tree(), p); err != nil {
		return err
	}
	if err := s.next("write", movedName); err != nil {
		return explain(dir, err)
	}
	if err := os.WriteFile(st.moved(), sums(p), 0o600); err != nil {
		return explain(dir, err)
	}
	for _, name := range topLevel(p) {
		if err := s.next("rename", name); err != nil {
			return explain(filepath.Join(dir, name), err)
		}
		to := filepath.Join(dir, name)
		if _, err := os.Lstat(to); err == nil {
			return appeared(to)
		}
		if err := rename(filepath.Join(st.tree(), name), to); err != nil {
			return explain(to, err)
		}
	}
	if err := s.next("complete", dir); err != nil {
		return explain(dir, err)
	}
	return explain(dir, os.Remove(st.moved()))
}

// topLevel returns the first elements of p's paths, each once.
func topLevel(p *plan.Plan) []string {
	var names []string
	for i := range p.Changes {
		name, _, _ := strings.Cut(p.Changes[i].Path, "/")
		names = append(names, name)
	}
	slices.Sort(names) // "a" and "a/b" need not be neighbours in the plan
	return slices.Compact(names)
}

func sums(p *plan.Plan) []byte {
	var b bytes.Buffer
	for i := range p.Changes {
		c := &p.Changes[i]
		fmt.Fprintf(&b, "%s %s\n", c.New.Sum(), c.Path)
	}
	return b.Bytes()
}

// A movedFile is a file that was renamed from the stage into the directory.
type movedFile struct {
	path string // slash-separated, below the directory
	as   string // what it was made with: its SHA-256
	now  string // what it has; "" if it is gone
}

// movedFiles returns the files that a run has moved into dir before it ended.
func (st *stage) movedFiles(dir string) ([]movedFile, error) {
	list, err := os.ReadFile(st.moved())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, explain(dir, err)
	}
	var files []movedFile
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		sum, name, ok := strings.Cut(lines.Text(), " ")
		// The last line may be cut short: then nothing had been moved.
		if !ok || len(sum) != 2*sha256.Size || plan.CheckPath(name) != nil {
			continue
		}
		if _, err := os.Lstat(filepath.Join(st.tree(), filepath.FromSlash(name))); err == nil {
			continue
		}
		now, err := sumOf(below(dir, name))
		if err != nil {
			return nil, explain(below(dir, name), err)
		}
		files = append(files, movedFile{name, sum, now})
	}
	return files, nil
}

// sumOf returns the SHA-256 of a regular file, "" if it is gone, and something
// else if it is no regular file.
func sumOf(name string) (string, error) {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "not regular", nil
	}
	data, err := os.ReadFile(name)
	return (&plan.File{Data: data}).Sum(), err
}

// takeBack removes what was moved into dir and is as it was made. What is edited
// meanwhile stays, and so do the directories that hold something.
func (st *stage) takeBack(dir string) error {
	files, err := st.movedFiles(dir)
	if err != nil {
		return err
	}
	var dirs []string
	for _, f := range files {
		if f.now != f.as {
			continue
		}
		if err := st.s.next("take back", f.path); err != nil {
			return explain(below(dir, f.path), err)
		}
		if err := os.Remove(below(dir, f.path)); err != nil {
			return explain(below(dir, f.path), err)
		}
	}
	for _, f := range files {
		for d := path.Dir(f.path); d != "."; d = path.Dir(d) {
			dirs = append(dirs, d)
		}
	}
	for _, d := range deepestFirst(dirs) {
		removeDir(below(dir, d))
	}
	return nil
}

// deepestFirst sorts directories so that each comes before those that it is in.
func deepestFirst(dirs []string) []string {
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	slices.Reverse(dirs)
	return dirs
}

// removeDir removes an empty directory and nothing else.
func removeDir(name string) {
	if info, err := os.Lstat(name); err == nil && info.IsDir() {
		os.Remove(name)
	}
}

// clearInside deals with the stage that a run has left in dir, and returns how many
// of the entries are not it. An interrupted run is taken back. If the user has
// edited what it made, that is not done: the run is refused or, with force, the
// stage goes and what was made stays.
func clearInside(s steps, dir string, entries int, force bool) (int, error) {
	name := filepath.Join(dir, insideName)
	if _, err := os.Lstat(name); err != nil {
		return entries, nil
	}
	st, err := claim(s, name)
	switch {
	case errors.Is(err, errGone):
		return entries - 1, nil
	case errors.Is(err, ErrBusy):
		return entries, err
	case err != nil:
		return entries, nil // not ours: an entry like any other
	}
	files, err := st.movedFiles(dir)
	if err != nil {
		st.release()
		return entries, err
	}
	var edited []string
	for _, f := range files {
		if f.now != f.as && f.now != "" {
			edited = append(edited, f.path)
		}
	}
	switch {
	case edited != nil && !force:
		st.release()
		return entries, refuse(dir, "an earlier run was interrupted here and files were edited since: "+strings.Join(edited, ", "),
			"delete "+name+" to keep all as it is, or move these files away to start anew")
	case edited == nil:
		if err := st.takeBack(dir); err != nil {
			st.release()
			return entries, err
		}
	}
	st.discard()
	return look(dir)
}
