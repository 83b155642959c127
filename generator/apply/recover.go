package apply

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/wsgen/wsgen/generator/plan"
)

// Pending reports whether a run in the tree at dir was interrupted, or is at
// work, so that [Recover] has something to do.
func Pending(dir string) bool {
	for _, name := range []string{pendingDir, insideName} {
		if _, err := os.Lstat(below(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// Recover brings the tree at dir back to what it was before a run that was
// interrupted, or to what it was to be if the run had come to its end. Where
// nothing was interrupted it does nothing, and it may itself be interrupted and
// called again. A file that was edited since is left alone and named in a
// [KeptError], which is returned once all else is done. The error wraps [ErrBusy] if
// the run is not dead but at work.
func Recover(dir string) error { return recoverDir(steps{ctx: context.Background(), dir: dir}, dir) }

func recoverDir(s steps, dir string) error {
	if _, err := clearInside(s, dir, 1, false); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return explain(dir, err)
	}
	defer root.Close()
	return recoverRoot(s, root, dir)
}

func recoverRoot(s steps, root *os.Root, dir string) error {
	if !exists(root, journalDir) {
		removeRootDir(root, wsgenDir) // of a run that died before it had made its journal
		return nil
	}
	// A journal without a run in it was interrupted while it was being made or removed.
	if numbers, err := entries(root); !exists(root, pendingDir) && (err != nil || len(numbers) > 0) {
		return explain(dir, err)
	}
	j, err := lockJournal(s, root, dir)
	if err != nil {
		return err
	}
	defer j.unlock(s.uncancelled())
	return j.settle(s)
}

// settle takes back or finishes the run that was interrupted, if there is one.
func (j *journal) settle(s steps) error {
	s = s.uncancelled()
	e, err := j.readEntry(finishedRun)
	if err == nil {
		return j.finish(s, e)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	e, err = j.readEntry(preparedRun)
	if errors.Is(err, fs.ErrNotExist) {
		return j.removePending(s) // nothing had been touched, or all was done
	} else if err != nil {
		return err
	}
	kept, err := j.takeBack(s, e)
	if err == nil && kept != nil {
		err = &KeptError{kept}
	}
	return err
}

// takeBack brings back each file that the run e has changed; e.Plan is its
// inverse. It returns those that are neither as before nor as the run made them.
func (j *journal) takeBack(s steps, e *entry) (kept []string, err error) {
	if !exists(j.root, preparedRun) {
		return nil, j.removePending(s)
	}
	for i := len(e.Plan.Changes) - 1; i >= 0; i-- {
		c := &e.Plan.Changes[i]
		f, what, err := find(j.root, c.Path)
		if err != nil {
			return nil, explain(below(j.dir, c.Path), err)
		}
		j.root.Remove(tempFile(c.Path))
		switch {
		case what == "" && f.is(c.New, modeCounts(c)):
			continue // not changed yet
		case what != "" || !f.is(c.Old, modeCounts(c)):
			kept = append(kept, c.Path)
			continue
		}
		if err := s.next("take back", c.Path); err != nil {
			return nil, explain(below(j.dir, c.Path), err)
		}
		if err := j.restore(i, c, f.info); err != nil {
			return nil, explain(below(j.dir, c.Path), err)
		}
		if err := syncDir(j.root, path.Dir(c.Path)); err != nil {
			return nil, explain(below(j.dir, c.Path), err)
		}
	}
	for _, d := range deepestFirst(e.Made) {
		removeRootDir(j.root, d)
	}
	slices.Reverse(kept)
	return kept, j.removePending(s)
}

// restore makes c.New, the pre-image, the content of c.Path again.
func (j *journal) restore(i int, c *plan.Change, now os.FileInfo) error {
	if c.New == nil {
		return j.root.Remove(c.Path)
	}
	err := j.root.Rename(oldFile(i), c.Path)
	if isCrossDevice(err) || errors.Is(err, fs.ErrNotExist) {
		err = j.put(c, now)
	}
	return err
}

// finish does what remains once a run is complete: directories that it has emptied
// go, the entry takes its place in the journal or the one that was undone leaves
// it. Each part may have been done before.
func (j *journal) finish(s steps, e *entry) error {
	for _, d := range deepestFirst(e.Prune) {
		removeRootDir(j.root, d)
	}
	if e.Undoes > 0 {
		if err := s.next("forget", entryFile(e.Undoes)); err != nil {
			return explain(j.dir, err)
		}
		if err := ignoreAbsent(j.root.Remove(entryFile(e.Undoes))); err != nil {
			return explain(j.dir, err)
		}
	}
	if e.Number > 0 {
		if err := s.next("record", entryFile(e.Number)); err != nil {
			return explain(j.dir, err)
		}
		if err := j.root.Rename(finishedRun, entryFile(e.Number)); err != nil {
			return explain(j.dir, err)
		}
	}
	if err := syncDir(j.root, journalDir); err != nil {
		return explain(j.dir, err)
	}
	return j.removePending(s)
}

// removePending removes the directory of the pending run. plan.json or done.json
// goes first if the run was taken back or finished: what is left then means nothing.
func (j *journal) removePending(s steps) error {
	names, err := readDir(j.root, pendingDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return explain(j.dir, err)
	}
	first := []string{path.Base(preparedRun), path.Base(finishedRun)}
	for _, name := range append(first, names...) {
		if err := s.next("remove", pendingDir+"/"+name); err != nil {
			return explain(j.dir, err)
		}
		if err := ignoreAbsent(j.root.Remove(pendingDir + "/" + name)); err != nil {
			return explain(j.dir, err)
		}
	}
	if err := s.next("remove", pendingDir); err != nil {
		return explain(j.dir, err)
	}
	return explain(j.dir, j.root.Remove(pendingDir))
}
