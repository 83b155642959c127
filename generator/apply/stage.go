package apply

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wsgen/wsgen/generator/plan"
)

// A stage is a directory of our own in which a tree is made before it is renamed
// into place. It holds
//
//	wsgen.lock   held while the run is at work; its content says what this is
//	tree/        the tree
//	moved        inside an existing directory only: see newInside
//
// A stage that a killed run has left is recognised by its name and owner, by the
// lock file with its content, and by nobody holding the lock. Only then it is removed, and
// only these three names in it. The lock goes last, so that a stage whose
// removal was interrupted is recognised again; an empty directory of that name
// needs no lock to be removed, nothing is lost with it.
//
// Owner: in a directory that all may write to, such as /tmp, another user could lay
// out what looks like a stage and exchange it while it is being removed.
type stage struct {
	s    steps // for its removal
	dir  string
	lock *os.File
}

const (
	insideName = ".wsgen-stage"
	lockName   = "wsgen.lock"
	movedName  = "moved"
	marker     = "wsgen makes a tree here; safe to delete when no wsgen is running\n"
)

// besideName returns the name of the stage for the target top.
func besideName(top string) string {
	return filepath.Join(filepath.Dir(top), "."+filepath.Base(top)+insideName)
}

func (st *stage) tree() string  { return filepath.Join(st.dir, "tree") }
func (st *stage) moved() string { return filepath.Join(st.dir, movedName) }

// openStage makes and locks the stage at dir, after clearing away a dead one.
func openStage(s steps, dir string) (*stage, error) {
	if err := s.next("stage", dir); err != nil {
		return nil, err
	}
	// Another run may clear away what it takes for a dead stage between our two
	// steps, or we its: then both see an error that trying again resolves.
	for range 10 {
		err := os.Mkdir(dir, 0o700)
		if errors.Is(err, fs.ErrExist) {
			st, err := claim(s, dir)
			switch {
			case errors.Is(err, errGone):
			case err != nil:
				return nil, err
			default:
				st.discard()
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := s.next("lock", dir); err != nil {
			os.Remove(dir)
			return nil, err
		}
		f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			os.Remove(dir)
			return nil, err
		}
		st := &stage{s.uncancelled(), dir, f}
		err = st.hold()
		if err == nil {
			_, err = io.WriteString(f, marker)
		}
		switch {
		case err == nil:
			return st, nil
		case errors.Is(err, errGone) || errors.Is(err, ErrBusy):
			release(f)
			continue
		}
		st.discard()
		return nil, err
	}
	return nil, busy(dir)
}

func (st *stage) hold() error {
	return hold(st.lock, func() (os.FileInfo, error) { return os.Lstat(st.lock.Name()) })
}

func busy(path string) error {
	return &Error{Path: path, What: ErrBusy.Error(), Fix: "wait until it has ended", Refused: true, Err: ErrBusy}
}

// claim takes over the stage of a dead run. Its error is errGone if nothing is
// there any more, wraps ErrBusy if the run is alive, and is a refusal if dir is
// no stage of ours.
func claim(s steps, dir string) (*stage, error) {
	foreign := refuse(dir, "is in the way and was not made by your wsgen", "move it away")
	if info, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, errGone
	} else if err != nil {
		return nil, err
	} else if !info.IsDir() || !isOurs(info) {
		return nil, foreign
	}
	lock := filepath.Join(dir, lockName)
	if info, err := os.Lstat(lock); errors.Is(err, fs.ErrNotExist) {
		if os.Remove(dir) == nil { // it was empty
			return nil, errGone
		}
		return nil, foreign
	} else if err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, foreign
	}
	f, err := os.OpenFile(lock, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errGone
	} else if err != nil {
		return nil, err
	}
	st := &stage{s.uncancelled(), dir, f}
	if err := st.hold(); err != nil {
		release(f)
		if errors.Is(err, ErrBusy) {
			return nil, busy(dir)
		}
		return nil, err
	}
	// The run may have died before it had written all of the marker.
	text, err := io.ReadAll(io.LimitReader(f, int64(len(marker))+1))
	if err != nil || !strings.HasPrefix(marker, string(text)) {
		release(f)
		return nil, foreign
	}
	return st, nil
}

// release gives up the lock and leaves the stage.
func (st *stage) release() { release(st.lock) }

// discard removes the stage and gives up its lock. It is called when the tree
// has been renamed out of it, and when it is to be forgotten. There is nothing
// to be done about an error: the next run tries again.
func (st *stage) discard() {
	defer st.release()
	for _, remove := range []struct {
		name string
		do   func() error
	}{
		{movedName, func() error { return ignoreAbsent(os.Remove(st.moved())) }}, // first: without it nothing counts as moved
		{"tree", func() error { return os.RemoveAll(st.tree()) }},
		{lockName, func() error { return removeHeld(st.lock, os.Remove) }},
		{"stage", func() error { return os.Remove(st.dir) }},
	} {
		if st.s.next("discard", remove.name) != nil || remove.do() != nil {
			return
		}
	}
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// clearBeside removes the stages that killed runs have left beside dir and
// beside the directories that it lies in.
func clearBeside(s steps, dir string) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return
	}
	for parent := filepath.Dir(abs); parent != abs; abs, parent = parent, filepath.Dir(parent) {
		if _, err := os.Lstat(besideName(abs)); err != nil {
			continue
		}
		if st, err := claim(s, besideName(abs)); err == nil {
			st.discard()
		}
	}
}

// writeTree writes the files of p below root, which is in a stage and does not
// exist yet. Nobody else writes there, and the paths have been checked, so plain
// calls do. dir is how the user calls the tree.
func writeTree(s steps, dir, root string, p *plan.Plan) error {
	if err := os.MkdirAll(root, 0o777); err != nil {
		return explain(dir, err)
	}
	made := map[string]bool{".": true}
	var mkdir func(rel string) error
	mkdir = func(rel string) error {
		if made[rel] {
			return nil
		}
		if err := mkdir(filepath.Dir(rel)); err != nil {
			return err
		}
		if err := s.next("mkdir", rel); err != nil {
			return explain(dir, err)
		}
		made[rel] = true
		return explain(filepath.Join(dir, rel), os.Mkdir(filepath.Join(root, rel), 0o777))
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		rel := filepath.FromSlash(c.Path)
		if err := mkdir(filepath.Dir(rel)); err != nil {
			return err
		}
		err := s.next("write", c.Path)
		if err == nil {
			err = writeNew(filepath.Join(root, rel), c.New)
		}
		if err != nil {
			return explain(filepath.Join(dir, rel), err)
		}
	}
	return nil
}

// rename renames a file or directory, trying again where it may be that only a
// virus scanner has it open.
func rename(from, to string) error {
	err := os.Rename(from, to)
	for wait := time.Millisecond; isShared(err) && wait < time.Second; wait *= 2 {
		time.Sleep(wait)
		err = os.Rename(from, to)
	}
	return err
}

// writeNew writes a file that does not exist.
func writeNew(name string, file *plan.File) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode)
	if err != nil {
		return err
	}
	_, err = f.Write(file.Data)
	return errors.Join(err, f.Close())
}
