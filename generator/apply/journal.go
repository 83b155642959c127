package apply

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"

	"github.com/wsgen/wsgen/generator/plan"
)

// Where the journal lies in a tree.
const (
	wsgenDir    = ".wsgen"
	journalDir  = ".wsgen/journal"
	ignoreFile  = journalDir + "/.gitignore"
	lockFile    = journalDir + "/lock"
	pendingDir  = journalDir + "/pending"
	preparedRun = pendingDir + "/plan.json"
	finishedRun = pendingDir + "/done.json"
)

// An entry is one run: what takes it back. While the run is at work the entry is
// pending/plan.json; once it is complete, pending/done.json; at the end NNNN.json.
// Renaming plan.json to done.json is what completes a run.
type entry struct {
	Number int      // of the file that the entry becomes, or 0: the run is not recorded
	Undoes int      // the number of the entry that the run takes back, or 0
	Made   []string // directories that the run makes, parents first
	Prune  []string // directories to remove once the run is complete, if they are empty
	Plan   *plan.Plan
}

// entryJSON is the form of an entry on disk.
type entryJSON struct {
	Version int        `json:"version"`
	Number  int        `json:"number"`
	Undoes  int        `json:"undoes"`
	Made    []string   `json:"made"`
	Prune   []string   `json:"prune"`
	Plan    *plan.Plan `json:"plan"`
}

const entryVersion = 1

// A journal is the locked journal of a tree.
type journal struct {
	root *os.Root
	dir  string // the root as the caller names it
	lock *os.File
}

// openRoot opens the tree at dir, which must be there.
func openRoot(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(dir, "no such directory", "check the name")
	}
	return root, explain(dir, err)
}

// lockJournal makes the journal, if need be, and locks it.
func lockJournal(s steps, root *os.Root, dir string) (*journal, error) {
	for range 10 {
		j, err := tryLockJournal(s, root, dir)
		// Who ended a run may have removed the empty journal between two of our steps.
		if errors.Is(err, errGone) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return j, explain(dir, err)
	}
	return nil, busy(dir)
}

func tryLockJournal(s steps, root *os.Root, dir string) (j *journal, err error) {
	for _, d := range []string{wsgenDir, journalDir} {
		if _, err := root.Lstat(d); err == nil {
			continue
		}
		if err := s.next("mkdir", d); err != nil {
			return nil, tidyAfter(root, err)
		}
		// Pre-images may be of files that only their owner may read.
		mode := fs.FileMode(0o777)
		if d == journalDir {
			mode = 0o700
		}
		if err := root.Mkdir(d, mode); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, tidyAfter(root, err)
		}
	}
	// The ignore file is there before anything that it hides.
	if _, err := root.Lstat(ignoreFile); err != nil {
		if err := s.next("write", ignoreFile); err != nil {
			return nil, tidyAfter(root, err)
		}
		if err := root.WriteFile(ignoreFile, []byte("*\n"), 0o666); err != nil {
			return nil, tidyAfter(root, err)
		}
	}
	if err := s.next("lock", lockFile); err != nil {
		return nil, tidyAfter(root, err)
	}
	f, err := root.OpenFile(lockFile, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, tidyAfter(root, err)
	}
	if err := hold(f, func() (os.FileInfo, error) { return root.Lstat(lockFile) }); err != nil {
		release(f)
		if errors.Is(err, ErrBusy) {
			return nil, busy(dir)
		}
		return nil, err
	}
	return &journal{root, dir, f}, nil
}

// tidyAfter removes a journal that could not be opened, as far as it is empty,
// and returns err.
func tidyAfter(root *os.Root, err error) error {
	if infos, rerr := readDir(root, journalDir); rerr == nil && len(infos) == 1 && infos[0] == path.Base(ignoreFile) {
		root.Remove(ignoreFile)
	}
	removeRootDir(root, journalDir)
	removeRootDir(root, wsgenDir)
	return err
}

// unlock gives up the lock. A journal with no entries is removed; so is .wsgen if
// nothing else is in it.
func (j *journal) unlock(s steps) {
	defer release(j.lock)
	if numbers, err := entries(j.root); err != nil || len(numbers) > 0 || exists(j.root, pendingDir) {
		return
	}
	for _, remove := range []struct {
		name string
		do   func() error
	}{
		{lockFile, func() error { return removeHeld(j.lock, func(string) error { return j.root.Remove(lockFile) }) }},
		{ignoreFile, func() error { return ignoreAbsent(j.root.Remove(ignoreFile)) }},
		{journalDir, func() error { return j.root.Remove(journalDir) }},
	} {
		if s.next("remove", remove.name) != nil || remove.do() != nil {
			return
		}
	}
	if s.next("remove", wsgenDir) == nil {
		removeRootDir(j.root, wsgenDir)
	}
}

var entryName = regexp.MustCompile(`^([0-9]{4,9})\.json$`)

func entryFile(number int) string { return fmt.Sprintf("%s/%04d.json", journalDir, number) }

// entries returns the numbers of the recorded runs, oldest first.
func entries(root *os.Root) ([]int, error) {
	names, err := readDir(root, journalDir)
	if err != nil {
		return nil, ignoreAbsent(err)
	}
	var numbers []int
	for _, name := range names {
		if m := entryName.FindStringSubmatch(name); m != nil {
			n, err := strconv.Atoi(m[1])
			if err == nil && n > 0 && path.Base(entryFile(n)) == name {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// readEntry reads the entry at name.
func (j *journal) readEntry(name string) (*entry, error) { return readEntry(j.root, j.dir, name) }

func readEntry(root *os.Root, dir, name string) (*entry, error) {
	data, err := root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var in entryJSON
	err = json.Unmarshal(data, &in)
	if err == nil && in.Version != entryVersion {
		err = fmt.Errorf("version %d; this wsgen knows version %d", in.Version, entryVersion)
	}
	if err == nil && in.Plan == nil {
		err = errors.New("no plan in it")
	}
	for _, d := range slices.Concat(in.Made, in.Prune) {
		if err == nil && (!fs.ValidPath(d) || d == ".") {
			err = fmt.Errorf("directory %q is not in the tree", d)
		}
	}
	if err != nil {
		return nil, &Error{Path: below(dir, name), What: "not a journal entry: " + err.Error(),
			Fix: "use the wsgen that wrote it, or restore the tree from version control and delete " + below(dir, journalDir), Err: err}
	}
	return &entry{in.Number, in.Undoes, in.Made, in.Prune, in.Plan}, nil
}

// marshal returns the form of e on disk.
func (e *entry) marshal() ([]byte, error) {
	data, err := json.Marshal(entryJSON{entryVersion, e.Number, e.Undoes, e.Made, e.Prune, e.Plan})
	return append(data, '\n'), err
}

// readDir returns the names in a directory of the tree.
func readDir(root *os.Root, name string) ([]string, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func exists(root *os.Root, name string) bool {
	_, err := root.Lstat(name)
	return err == nil
}

// removeRootDir removes an empty directory of the tree and nothing else.
func removeRootDir(root *os.Root, name string) {
	if info, err := root.Lstat(name); err == nil && info.IsDir() {
		root.Remove(name)
	}
}

// syncDir brings the entries of a directory of the tree to the disk, where the
// system can do that.
func syncDir(root *os.Root, name string) error {
	if runtime.GOOS == "windows" {
		return nil // a directory cannot be opened for it there
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	f.Close()
	if errors.Is(err, os.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
		return nil // the file system does it by itself, or does not do it
	}
	return err
}
