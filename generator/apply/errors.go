package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

var (
	// ErrBusy is in the chain of errors that say that another run is at work in
	// the same place.
	ErrBusy = errors.New("another wsgen is at work here")
	// ErrNothingToUndo says that the journal is empty or not there.
	ErrNothingToUndo = errors.New("nothing to undo")
)

// An Error says what is wrong with a path and what to do about it.
type Error struct {
	Path    string // as the caller would name it: the target, or a file below it
	What    string
	Fix     string
	Refused bool  // the state of the tree forbids the run; nothing was tried
	Err     error // the cause, or nil
}

func (e *Error) Error() string {
	if e.Fix == "" {
		return e.Path + ": " + e.What
	}
	return e.Path + ": " + e.What + "; " + e.Fix
}

func (e *Error) Unwrap() error { return e.Err }

// A NotEmptyError says that the target of [New] is a directory with entries.
type NotEmptyError struct {
	Path    string
	Entries int // how many, .git not counted
}

func (e *NotEmptyError) Error() string {
	n := "1 entry"
	if e.Entries != 1 {
		n = fmt.Sprintf("%d entries", e.Entries)
	}
	return fmt.Sprintf("%s: directory is not empty (%s); choose another name, or --force to add missing files only", e.Path, n)
}

// A StaleError says that the tree is not what the plan was made from. It holds
// all that differs, in the order of the plan.
type StaleError struct {
	Problems []Problem
}

// A Problem is one file that is not as a plan wants it.
type Problem struct {
	Path string // slash-separated, below the root
	What string // "changed since the plan was made", "already exists", ...
}

func (e *StaleError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Path + ": " + p.What
	}
	return strings.Join(lines, "\n")
}

// A KeptError says that files were edited after a run was interrupted. [Recover]
// has brought everything else back and has left these as they are.
type KeptError struct {
	Paths []string // slash-separated, below the root
}

func (e *KeptError) Error() string {
	return strings.Join(e.Paths, ", ") + ": edited after an interrupted run; left as found"
}

// Refused reports whether err says that the state of the tree forbids the run,
// so that nothing was tried.
func Refused(err error) bool {
	var (
		plain    *Error
		notEmpty *NotEmptyError
		stale    *StaleError
	)
	return errors.As(err, &plain) && plain.Refused || errors.As(err, &notEmpty) || errors.As(err, &stale) ||
		errors.Is(err, ErrBusy) || errors.Is(err, ErrNothingToUndo)
}

// refuse returns an error for a path that forbids the run.
func refuse(path, what, fix string) error {
	return &Error{Path: path, What: what, Fix: fix, Refused: true}
}

// explain returns err in words for a person who knows path, not the name of
// the temporary file that err may be about.
func explain(path string, err error) error {
	if err == nil || Refused(err) {
		return err
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	e := &Error{Path: path, Err: err}
	switch {
	case isDiskFull(err):
		e.What, e.Fix = "the disk is full", "free some space and run it again"
	case isReadOnly(err):
		e.What, e.Fix = "the file system is read-only", "choose another place or mount it for writing"
	case isNameTooLong(err):
		e.What, e.Fix = "the name is too long for this file system", "choose a shorter one"
	case errors.Is(err, fs.ErrPermission):
		e.What, e.Fix = "permission denied", "choose a place that you may write to, or change its permissions"
	case errors.Is(err, syscall.ENOTDIR):
		e.What, e.Fix = "a part of the path is a file, not a directory", "move that file away or choose another name"
	case errors.Is(err, syscall.ELOOP):
		e.What, e.Fix = "the path goes round in symbolic links", "mend them or choose another name"
	default:
		e.What, e.Fix = cause(err), "mend it and run it again"
	}
	return e
}

// cause returns what err says, without the operation and the path that it names.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// below names a file of the tree at dir for people.
func below(dir, path string) string {
	return filepath.Join(dir, filepath.FromSlash(path))
}
