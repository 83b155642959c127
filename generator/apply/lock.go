package apply

import (
	"errors"
	"os"
	"runtime"
)

// hold takes the lock on f, a file that lookup finds by its name, and keeps it
// until f is closed or the process ends: a lock of a dead process holds nobody
// up. It does not wait.
//
// A lock file is removed by who holds it. So the name is looked up again once the
// lock is there: had it been removed in between, another run may have made a new
// one, and holding the old would mean nothing; that is errGone.
//
// Where the system or the file system has no locks, hold succeeds: there two
// runs are told apart by the files that they find, no more.
func hold(f *os.File, lookup func() (os.FileInfo, error)) error {
	if err := tryLock(f); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	held, err := f.Stat()
	if err != nil {
		return err
	}
	named, err := lookup()
	if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(held, named) {
		return errGone
	}
	return err
}

// errGone says that a lock file was removed while the lock was being taken.
var errGone = errors.New("the lock was removed meanwhile")

// release gives up the lock on f and closes it. The lock is given up by name, not
// by closing alone: a child process that is being started elsewhere in the program
// shares the open file for a moment, and the lock with it.
func release(f *os.File) {
	unlock(f)
	f.Close()
}

// removeHeld removes the lock file f, whose lock is held, by remove, and gives up
// the lock. Who looks the file up from then on finds none. Windows does not
// remove an open file, so there the lock is given up before. (On NFS an open
// file that is removed stays in its directory under another name until it is
// closed; so it is closed before its directory is to go.)
func removeHeld(f *os.File, remove func(name string) error) error {
	if runtime.GOOS == "windows" {
		release(f)
	}
	err := remove(f.Name())
	release(f)
	return err
}
