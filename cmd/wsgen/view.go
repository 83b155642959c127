package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/wsgen/wsgen/generator/plan"
)

// An entry is one line of a list: what happens to a path.
type entry struct {
	action string // create, modify, remove, keep
	path   string // a folder ends in "/"
	files  int    // how many files a folder stands for; 0 for a file
}

// entries lists what p does, sorted as p is; the paths in kept stay as they are.
func entries(p *plan.Plan, kept map[string]bool) []entry {
	list := make([]entry, 0, len(p.Changes))
	for _, c := range p.Changes {
		action := "modify"
		switch {
		case kept[c.Path]:
			action = "keep"
		case c.Old == nil:
			action = "create"
		case c.New == nil:
			action = "remove"
		}
		list = append(list, entry{action: action, path: c.Path})
	}
	return list
}

// unfolded is how many files of one action a list may name.
const unfolded = 40

// fold makes a long list readable: when more than 40 files share an action,
// those of them that share a folder (two levels deep at most) become one line.
func fold(list []entry) []entry {
	n := map[string]int{}
	for _, e := range list {
		n[e.action]++
	}
	type key struct{ action, folder string }
	at := map[key]int{}
	var short []entry
	for _, e := range list {
		k := key{e.action, folder(e.path)}
		i, seen := at[k]
		switch {
		case k.folder == "" || n[e.action] <= unfolded:
			short = append(short, e)
		case !seen:
			at[k] = len(short)
			short = append(short, entry{e.action, e.path, 1})
		default:
			short[i].path = k.folder
			short[i].files++
		}
	}
	for i, e := range short {
		if e.files == 1 { // alone in its folder
			short[i].files = 0
		}
	}
	return short
}

// folder is the part of a path that its line is folded under, "" for a file at
// the top.
func folder(name string) string {
	dir := path.Dir(name)
	if dir == "." {
		return ""
	}
	if parts := strings.Split(dir, "/"); len(parts) > 2 {
		dir = strings.Join(parts[:2], "/")
	}
	return dir + "/"
}

// writeList prints a list, one line each, folders with their number of files.
func writeList(w io.Writer, list []entry, p palette) {
	width := 0
	for _, e := range list {
		if e.files > 0 {
			width = max(width, len(e.path))
		}
	}
	for _, e := range list {
		verb := p.green("create")
		switch e.action {
		case "keep":
			verb = p.yellow("keep  ")
		case "modify":
			verb = p.yellow("modify")
		case "remove":
			verb = p.red("remove")
		}
		if e.files > 0 {
			fmt.Fprintf(w, "  %s  %-*s  %s\n", verb, width, e.path, count(e.files, "file", "files"))
		} else {
			fmt.Fprintf(w, "  %s  %s\n", verb, e.path)
		}
	}
}

// writeDiff prints p as a unified diff that `git apply` understands.
func writeDiff(w io.Writer, p *plan.Plan, pal palette) {
	for _, c := range p.Changes {
		for line := range bytes.Lines(fileDiff(c)) {
			io.WriteString(w, paintDiff(line, pal))
		}
	}
}

// fileDiff is the diff of one change, empty when nothing changes.
func fileDiff(c plan.Change) []byte {
	var before, after []byte
	from, to := "a/"+c.Path, "b/"+c.Path
	var b bytes.Buffer
	fmt.Fprintf(&b, "diff --git %s %s\n", from, to)
	switch {
	case c.Old == nil:
		fmt.Fprintf(&b, "new file mode %s\n", gitMode(c.New.Mode))
		from, after = "/dev/null", c.New.Data
	case c.New == nil:
		fmt.Fprintf(&b, "deleted file mode %s\n", gitMode(c.Old.Mode))
		to, before = "/dev/null", c.Old.Data
	default:
		before, after = c.Old.Data, c.New.Data
		if was, is := gitMode(c.Old.Mode), gitMode(c.New.Mode); was != is {
			fmt.Fprintf(&b, "old mode %s\nnew mode %s\n", was, is)
		} else if bytes.Equal(before, after) {
			return nil
		}
	}
	if binary(before) || binary(after) {
		fmt.Fprintf(&b, "Binary files %s and %s differ\n", from, to)
		return b.Bytes()
	}
	// The first line of diff.Diff is a heading of its own; ours stands already.
	_, hunks, _ := bytes.Cut(diff.Diff(from, before, to, after), []byte("\n"))
	b.Write(hunks)
	return b.Bytes()
}

// gitMode is the file mode as git writes it; git knows two.
func gitMode(m fs.FileMode) string {
	if m&0o111 != 0 {
		return "100755"
	}
	return "100644"
}

// binary reports whether data is not text.
func binary(data []byte) bool {
	return bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data)
}

// paintDiff colours one line of a diff.
func paintDiff(line []byte, p palette) string {
	s := string(line)
	if !p {
		return s
	}
	text, end := strings.TrimSuffix(s, "\n"), ""
	if text != s {
		end = "\n"
	}
	switch {
	case strings.HasPrefix(s, "+"):
		return p.green(text) + end
	case strings.HasPrefix(s, "-"):
		return p.red(text) + end
	case strings.HasPrefix(s, "@@"):
		return p.cyan(text) + end
	}
	return s
}

// only is p without the changes that keep does not want.
func only(p *plan.Plan, keep func(path string) bool) *plan.Plan {
	q := *p
	q.Changes = nil
	for _, c := range p.Changes {
		if keep(c.Path) {
			q.Changes = append(q.Changes, c)
		}
	}
	return &q
}
