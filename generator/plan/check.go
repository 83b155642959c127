package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Check reports all that is wrong with p, one problem a line: a version that
// this package does not know; changes that are not sorted; a path that
// [CheckPath] refuses (a file that is only modified may have a name that
// Windows does not like: it is there already); a path twice, also when the two
// differ only in case; a path that is a directory of another; a mode that is
// not that of a readable regular file; a change that changes nothing; edits that
// are out of order, overlap, or do not make the new data from the old.
//
// A plan that passes can be inverted, and its inverse passes. Check changes
// nothing.
func (p *Plan) Check() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if p.Version != 0 && p.Version != Version {
		bad("plan of version %d; this wsgen knows version %d", p.Version, Version)
	}
	files := make(map[string]string, len(p.Changes)) // folded path of a file -> its path
	dirs := make(map[string]string)                  // folded path of a directory -> its path
	for i := range p.Changes {
		c := &p.Changes[i]
		if i > 0 && c.Path < p.Changes[i-1].Path {
			bad("%s: comes after %s; sort the plan", c.Path, p.Changes[i-1].Path)
		}
		check := CheckPath
		if c.Old != nil && c.New != nil {
			check = checkInside
		}
		if err := check(c.Path); err != nil {
			problems = append(problems, err)
			continue
		}
		if other, ok := files[fold(c.Path)]; ok && other == c.Path {
			bad("%s: changed twice", c.Path)
		} else if ok {
			bad("%s: differs from %s in case only; some systems take them for one file", c.Path, other)
		}
		files[fold(c.Path)] = c.Path
		for j := strings.LastIndexByte(c.Path, '/'); j > 0; j = strings.LastIndexByte(c.Path[:j], '/') {
			dir := c.Path[:j]
			if other, ok := dirs[fold(dir)]; ok && other != dir {
				bad("%s: its directory differs from %s in case only; some systems take them for one", c.Path, other)
			}
			dirs[fold(dir)] = dir
		}
		problems = append(problems, c.check()...)
	}
	for i := range p.Changes {
		path := p.Changes[i].Path
		if _, ok := dirs[fold(path)]; ok {
			bad("%s: is a file and a directory of other files at once", path)
		}
	}
	return errors.Join(problems...)
}

// check reports what is wrong with c apart from its path.
func (c *Change) check() (problems []error) {
	bad := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", c.Path, fmt.Sprintf(format, args...)))
	}
	for _, f := range []*File{c.Old, c.New} {
		switch {
		case f == nil:
		case f.Mode&^fs.ModePerm != 0:
			bad("mode %v is more than the permissions of a regular file", f.Mode)
		case f.Mode&0o400 == 0:
			bad("mode %04o: its owner could not read it", uint32(f.Mode))
		}
	}
	switch {
	case c.Old == nil && c.New == nil:
		bad("neither old nor new; leave the change out")
	case c.Old != nil && c.New != nil && c.Old.Mode == c.New.Mode && bytes.Equal(c.Old.Data, c.New.Data):
		bad("old and new are the same; leave the change out")
	}
	if c.Edits == nil {
		return problems
	}
	if c.Old == nil || c.New == nil {
		bad("has edits but is not modified")
		return problems
	}
	switch data, err := Splice(c.Old.Data, c.Edits); {
	case err != nil:
		bad("%v", err)
	case !bytes.Equal(data, c.New.Data):
		bad("its edits do not make the new data from the old")
	}
	return problems
}
