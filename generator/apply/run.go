package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"

	"github.com/wsgen/wsgen/generator/plan"
)

// run carries out e.Plan. In e.Plan it leaves the inverse, made from what the
// files were, not from what the plan took them for: their modes may differ.
//
// The order is what makes it safe. All new contents and all pre-images are on the
// disk before plan.json is; plan.json is before the first file of the user
// changes; all files are before done.json is. So a run that was killed has
// touched nothing, or can be taken back, or is complete.
func (j *journal) run(s steps, e *entry) error {
	p := e.Plan
	files, err := verify(j.root, j.dir, p)
	if err != nil {
		return err
	}
	for _, d := range parents(p, plan.Create) {
		if !exists(j.root, d) {
			e.Made = append(e.Made, d)
		}
	}
	slices.Reverse(e.Made) // parents first
	e.Plan = inverse(p, files)
	if err := e.Plan.Check(); err != nil {
		return err // what cannot be taken back, say because of an odd mode, is not done
	}
	err = j.prepare(s, e, p, files)
	if err == nil {
		err = j.change(s, e, p)
	}
	if err != nil {
		back := s.uncancelled()
		if _, failed := j.takeBack(back, e); failed != nil {
			return errors.Join(err, &Error{Path: j.dir, What: "not all could be taken back: " + failed.Error(),
				Fix: "mend that and run wsgen again here, it takes back the rest", Err: failed})
		}
		return err
	}
	// Complete. If tidying up fails now, the next run goes on with it.
	j.finish(s.uncancelled(), e)
	return nil
}

// inverse returns the inverse of p. Where p does not change the mode of a file, the
// inverse names the mode that the file has.
func inverse(p *plan.Plan, files []found) *plan.Plan {
	inv := p.Invert()
	for i := range inv.Changes {
		c := &inv.Changes[i]
		if c.New == nil {
			continue
		}
		mode := files[i].info.Mode().Perm()
		if c.Old != nil && c.Old.Mode == c.New.Mode {
			c.Old = &plan.File{Data: c.Old.Data, Mode: mode}
		}
		c.New = &plan.File{Data: c.New.Data, Mode: mode}
	}
	return inv
}

// parents returns the directories of the files of p that are changed in the given
// way, deepest first.
func parents(p *plan.Plan, kind plan.Kind) []string {
	var dirs []string
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Kind() == kind {
			for d := path.Dir(c.Path); d != "."; d = path.Dir(d) {
				dirs = append(dirs, d)
			}
		}
	}
	return deepestFirst(dirs)
}

// The files of a pending run: new contents, pre-images, and the temporary files
// that lie beside their target where the journal is on another file system.
func newFile(i int) string     { return fmt.Sprintf("%s/%d.new", pendingDir, i) }
func oldFile(i int) string     { return fmt.Sprintf("%s/%d.old", pendingDir, i) }
func tempFile(p string) string { return path.Join(path.Dir(p), ".wsgen-"+path.Base(pendingDir)) }

// prepare brings all that the run needs to the disk. It touches no file of the user.
func (j *journal) prepare(s steps, e *entry, p *plan.Plan, files []found) error {
	if err := s.next("mkdir", pendingDir); err != nil {
		return explain(j.dir, err)
	}
	if err := j.root.Mkdir(pendingDir, 0o700); err != nil {
		return explain(j.dir, err)
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.New != nil {
			if err := s.next("write", newFile(i)); err != nil {
				return explain(below(j.dir, c.Path), err)
			}
			if err := j.writeNew(newFile(i), c, files[i].info); err != nil {
				return explain(below(j.dir, c.Path), err)
			}
		}
		if c.Old != nil {
			if err := s.next("keep", oldFile(i)); err != nil {
				return explain(below(j.dir, c.Path), err)
			}
			if err := j.keep(oldFile(i), c.Path, files[i]); err != nil {
				return explain(below(j.dir, c.Path), err)
			}
		}
	}
	data, err := e.marshal()
	if err != nil {
		return explain(j.dir, err)
	}
	if err := s.next("write", preparedRun); err != nil {
		return explain(j.dir, err)
	}
	temp := preparedRun + ".tmp"
	if err := writeSynced(j.root, temp, data, 0o600, nil); err != nil {
		return explain(j.dir, err)
	}
	if err := s.next("rename", preparedRun); err != nil {
		return explain(j.dir, err)
	}
	if err := j.root.Rename(temp, preparedRun); err != nil {
		return explain(j.dir, err)
	}
	for _, d := range []string{pendingDir, journalDir, wsgenDir, "."} {
		if err := syncDir(j.root, d); err != nil {
			return explain(j.dir, err)
		}
	}
	return nil
}

// writeNew writes the new content of c to name, with the mode that the file is to
// have; old is the file as it is, or nil.
func (j *journal) writeNew(name string, c *plan.Change, old os.FileInfo) error {
	if old == nil {
		return writeSynced(j.root, name, c.New.Data, c.New.Mode, nil)
	}
	mode := old.Mode()
	if modeCounts(c) {
		mode = c.New.Mode
	}
	return writeSynced(j.root, name, c.New.Data, mode, old)
}

// writeSynced writes a file that is not there and brings it to the disk. Like any
// new file it gets mode less the umask, or, with of, the owner of that and the
// exact mode.
func writeSynced(root *os.Root, name string, data []byte, mode fs.FileMode, of os.FileInfo) error {
	perm := mode.Perm()
	if of != nil {
		perm = 0o600
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && of != nil {
		keepOwner(root, name, of)
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// keep makes a pre-image of the file at path. A link keeps all of it, also its
// time, and needs no space to be put back; where there are none, a copy.
func (j *journal) keep(name, path string, f found) error {
	if j.root.Link(path, name) == nil {
		return nil
	}
	if err := writeSynced(j.root, name, f.data, f.info.Mode(), f.info); err != nil {
		return err
	}
	return j.root.Chtimes(name, time.Time{}, f.info.ModTime())
}

// change makes the changes of p, one rename each, and completes the run.
func (j *journal) change(s steps, e *entry, p *plan.Plan) error {
	for _, d := range e.Made {
		if err := s.next("mkdir", d); err != nil {
			return explain(below(j.dir, d), err)
		}
		if err := j.root.Mkdir(d, 0o777); err != nil {
			return explain(below(j.dir, d), err)
		}
	}
	dirs := map[string]bool{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if err := s.next(string(c.Kind()), c.Path); err != nil {
			return explain(below(j.dir, c.Path), err)
		}
		// Somebody may have saved the file since the run began.
		now, err := verify(j.root, j.dir, &plan.Plan{Changes: p.Changes[i : i+1]})
		if err != nil {
			return err
		}
		if c.New == nil {
			err = j.root.Remove(c.Path)
		} else if err = j.root.Rename(newFile(i), c.Path); isCrossDevice(err) {
			err = j.put(c, now[0].info)
		}
		if err != nil {
			return explain(below(j.dir, c.Path), err)
		}
		dirs[path.Dir(c.Path)] = true
	}
	for _, d := range e.Made {
		dirs[path.Dir(d)] = true
	}
	for d := range dirs {
		if err := syncDir(j.root, d); err != nil {
			return explain(below(j.dir, d), err)
		}
	}
	if err := s.next("complete", finishedRun); err != nil {
		return explain(j.dir, err)
	}
	if err := j.root.Rename(preparedRun, finishedRun); err != nil {
		return explain(j.dir, err)
	}
	syncDir(j.root, pendingDir) // if this fails, a power cut may take the run back as a whole
	return nil
}

// put makes c.New the content of c.Path by way of a temporary file beside it; old
// is the file that it replaces, or nil. The journal knows that name and removes
// it if the run dies here.
func (j *journal) put(c *plan.Change, old os.FileInfo) error {
	temp := tempFile(c.Path)
	if err := ignoreAbsent(j.root.Remove(temp)); err != nil {
		return err
	}
	err := j.writeNew(temp, c, old)
	if err == nil {
		err = j.root.Rename(temp, c.Path)
	}
	if err != nil {
		j.root.Remove(temp)
	}
	return err
}
