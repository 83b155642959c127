package generator

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/wsgen/wsgen/generator/plan"
)

// modules plans to take the requirements out of go.mod, and their sums out of
// go.sum, that wsgen has put there and that no package imports any more.
func (t *removal) modules(context.Context) error {
	if t.manifest == nil || len(t.manifest.Requires)+len(t.manifest.Direct) == 0 || len(t.Edited) > 0 && !t.force {
		return nil
	}
	data, err := readFile(t.Root, "go.mod")
	if err != nil || data == nil {
		return err
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return refused("", err.Error(), "")
	}
	dropped, marked := map[string]bool{}, map[string]bool{} // "path version"
	for _, r := range mod.Require {
		line := r.Mod.Path + " " + r.Mod.Version
		switch {
		case t.imported(r.Mod.Path):
		case slices.Contains(t.manifest.Requires, line):
			dropped[line] = true
		case slices.Contains(t.manifest.Direct, line) && !r.Indirect:
			marked[line] = true
		}
	}
	if len(dropped)+len(marked) == 0 {
		return nil
	}
	return t.drop(data, mod, dropped, marked)
}

// imported reports whether a file of the module imports a package of another.
func (t *removal) imported(module string) bool {
	for _, f := range t.all {
		for _, s := range f.ast.Imports {
			imp, _ := strconv.Unquote(s.Path.Value)
			if imp == module || strings.HasPrefix(imp, module+"/") {
				return true
			}
		}
	}
	return false
}

// drop plans go.mod without some lines and with others marked as indirect again,
// and go.sum without the lines of wsgen's.
func (t *removal) drop(data []byte, mod *modfile.File, dropped, marked map[string]bool) error {
	var gone []span
	var marks []plan.Edit
	for _, r := range mod.Require {
		if marked[r.Mod.Path+" "+r.Mod.Version] {
			end := r.Syntax.End.Byte
			marks = append(marks, plan.Edit{Start: end, End: end, Text: " // indirect"})
		}
	}
	for _, x := range mod.Syntax.Stmt {
		switch x := x.(type) {
		case *modfile.Line:
			if len(x.Token) == 3 && x.Token[0] == "require" && dropped[x.Token[1]+" "+x.Token[2]] {
				gone = append(gone, modLines(data, x.Start.Byte, x.End.Byte, true))
			}
		case *modfile.LineBlock:
			if len(x.Token) != 1 || x.Token[0] != "require" {
				continue
			}
			var lines []span
			for _, l := range x.Line {
				if len(l.Token) == 2 && dropped[l.Token[0]+" "+l.Token[1]] {
					lines = append(lines, modLines(data, l.Start.Byte, l.End.Byte, false))
				}
			}
			if len(lines) == len(x.Line) {
				lines = []span{modLines(data, x.Start.Byte, x.RParen.Pos.Byte+1, true)}
			}
			gone = append(gone, lines...)
		}
	}
	all := append(edits(gone), marks...)
	slices.SortFunc(all, func(a, b plan.Edit) int { return a.Start - b.Start })
	c, err := modify(t.Root, "go.mod", data, all)
	if err != nil {
		return err
	}
	if _, err := modfile.Parse("go.mod", c.New.Data, nil); err != nil {
		return err
	}
	c.Origin = "remove"
	t.Plan.Changes = append(t.Plan.Changes, c)

	sums, err := readFile(t.Root, "go.sum")
	if err != nil {
		return err
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(sums) {
		if !slices.Contains(t.manifest.Sums, string(bytes.TrimSpace(line))) {
			kept.Write(line)
		}
	}
	if err := t.replace("go.sum", sums, kept.Bytes()); err != nil {
		return err
	}
	return t.dropVendored(dropped)
}

// modLines returns the lines of a go.mod from start to end, and the blank line
// above if they stand apart.
func modLines(data []byte, start, end int, apart bool) span {
	s := span{bytes.LastIndexByte(data[:start], '\n') + 1, len(data)}
	if i := bytes.IndexByte(data[end:], '\n'); i >= 0 {
		s.end = end + i + 1
	}
	above := bytes.LastIndexByte(data[:max(0, s.start-1)], '\n') + 1
	next, _, _ := bytes.Cut(data[s.end:], []byte("\n"))
	if apart && s.start > 0 && len(bytes.TrimSpace(data[above:s.start])) == 0 && len(bytes.TrimSpace(next)) == 0 {
		s.start = above
	}
	return s
}

// replace plans to change a file, or to remove it when nothing is left of it.
func (t *removal) replace(name string, old, data []byte) error {
	if string(old) == string(data) {
		return nil
	}
	mode, err := modeOf(t.Root, name)
	if err != nil {
		return err
	}
	c := plan.Change{Path: name, Old: &plan.File{Data: old, Mode: mode}, Origin: "remove"}
	if len(data) > 0 {
		c.New = &plan.File{Data: data, Mode: mode}
	}
	t.Plan.Changes = append(t.Plan.Changes, c)
	return nil
}

// dropVendored plans the vendor folder without what wsgen has put there, and its
// modules.txt without the modules and packages.
func (t *removal) dropVendored(dropped map[string]bool) error {
	if !t.project.Vendored || len(t.manifest.Vendored) == 0 {
		return nil
	}
	packages := map[string]bool{}
	for _, name := range t.manifest.Vendored {
		data, err := readFile(t.Root, name)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		packages[strings.TrimPrefix(path.Dir(name), "vendor/")] = true
		mode, err := modeOf(t.Root, name)
		if err != nil {
			return err
		}
		t.Plan.Changes = append(t.Plan.Changes, plan.Change{Path: name, Old: &plan.File{Data: data, Mode: mode}, Origin: "remove"})
	}
	txt, err := readFile(t.Root, modulesTxt)
	if err != nil || txt == nil {
		return err
	}
	var kept bytes.Buffer
	going := false
	for line := range bytes.Lines(txt) {
		text := string(bytes.TrimSpace(line))
		if module, ok := strings.CutPrefix(text, "# "); ok {
			going = dropped[module]
		}
		if !going && !packages[text] {
			kept.Write(line)
		}
	}
	return t.replace(modulesTxt, txt, kept.Bytes())
}
