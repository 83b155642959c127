// Package plan describes changes to a tree of files as a value.
//
// Every command computes a Plan and writes nothing; package apply carries it
// out. The tree view, the diff, the JSON form, the type check, the executor and
// undo all read the same value, so what is shown is what is done.
//
// A plan holds whole files, before and after. That costs memory (a scaffold is
// less than a megabyte) and buys three things: a plan can be inverted, it can
// be checked against the tree before anything is touched, and it can be judged
// without the tree at hand.
//
// The package imports the standard library only and does no I/O. Functions
// that only read a plan may be called concurrently.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
)

// Version is the version of the JSON form that this package reads and writes.
const Version = 1

// A Plan is a set of changes to the files below one directory.
// Who makes one calls [Plan.Sort] and [Plan.Check] before handing it on.
type Plan struct {
	Version int      // of the JSON form; 0 stands for [Version]
	Command string   // the command line that asked for it, as it would be typed again
	Changes []Change // sorted by path, one for each path
	Notes   []Note   // what a person should know or do
}

// A Change replaces one file. At least one of Old and New is there.
type Change struct {
	Path   string // slash-separated, relative to the root, see [CheckPath]
	Old    *File  // nil: the file is created
	New    *File  // nil: the file is removed
	Edits  []Edit // how New.Data follows from Old.Data, where the file was edited; else nil
	Origin string // the template file or recipe that it comes from
	Why    string // one line for people
}

// A File is the content and the mode of a regular file.
type File struct {
	Data []byte
	Mode fs.FileMode // permission bits only, as in info.Mode().Perm()
}

// An Edit replaces Old.Data[Start:End] by Text. Offsets are bytes of the old
// data; the edits of one change are in order and do not overlap.
type Edit struct {
	Start, End int
	Text       string
}

// A Note is a remark for people about a line of a file (Line counts from 1), a
// file (Line 0) or the whole plan (no Path).
type Note struct {
	Path string
	Line int
	Text string
}

// A Kind says what a change does to its file.
type Kind string

// The three kinds of change.
const (
	Create Kind = "create"
	Modify Kind = "modify"
	Remove Kind = "remove"
)

// Kind says what c does.
func (c *Change) Kind() Kind {
	switch {
	case c.Old == nil:
		return Create
	case c.New == nil:
		return Remove
	}
	return Modify
}

// Sum returns the SHA-256 of f's data in hexadecimal, or "" if f is nil.
func (f *File) Sum() string {
	if f == nil {
		return ""
	}
	h := sha256.Sum256(f.Data)
	return hex.EncodeToString(h[:])
}

// Empty reports whether p changes nothing. Notes do not count.
func (p *Plan) Empty() bool { return p == nil || len(p.Changes) == 0 }

// Sort puts p's changes in the order of their paths. It replaces p.Changes by
// a sorted copy; a slice that the caller still holds keeps its order.
func (p *Plan) Sort() {
	p.Changes = slices.SortedStableFunc(slices.Values(p.Changes), func(a, b Change) int {
		return cmp.Compare(a.Path, b.Path)
	})
}

// A Summary counts what a plan does. Before and After are bytes: the sums of
// the sizes of the old and of the new files.
type Summary struct {
	Created, Modified, Removed int
	Before, After              int64
}

// Summary counts p's changes.
func (p *Plan) Summary() Summary {
	var s Summary
	if p == nil {
		return s
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		switch c.Kind() {
		case Create:
			s.Created++
		case Modify:
			s.Modified++
		case Remove:
			s.Removed++
		}
		if c.Old != nil {
			s.Before += int64(len(c.Old.Data))
		}
		if c.New != nil {
			s.After += int64(len(c.New.Data))
		}
	}
	return s
}

// String returns s in words, as in "2 files created, 1 modified".
func (s Summary) String() string {
	var out string
	for _, part := range []struct {
		n    int
		verb string
	}{{s.Created, "created"}, {s.Modified, "modified"}, {s.Removed, "removed"}} {
		switch {
		case part.n == 0:
		case out != "":
			out += fmt.Sprintf(", %d %s", part.n, part.verb)
		case part.n == 1:
			out = "1 file " + part.verb
		default:
			out = fmt.Sprintf("%d files %s", part.n, part.verb)
		}
	}
	if out == "" {
		return "nothing to do"
	}
	return out
}
