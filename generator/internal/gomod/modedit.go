package gomod

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/plan"
)

// modEdits returns the edits that go.mod needs: a line for each requirement that
// is new, the version of one that is too old, the // indirect of one that no longer is,
// and the go line if it is raised. They are proven by parsing the outcome.
func (r *requiring) modEdits(data []byte) ([]plan.Edit, error) {
	m := &modEditor{data: data, f: r.f}
	if r.res.Raised {
		m.setGo(r.res.Go)
	}
	var direct, indirect []module.Version
	for _, want := range r.requires {
		have := r.required(want.Path)
		switch {
		case have == nil && want.indirect:
			indirect = append(indirect, want.Version)
		case have == nil:
			direct = append(direct, want.Version)
		default:
			m.update(have, want)
		}
	}
	m.add(direct, false)
	m.add(indirect, true)
	slices.SortStableFunc(m.edits, func(a, b plan.Edit) int { return a.Start - b.Start })
	return m.edits, r.check(data, m.edits)
}

// A modEditor collects edits of a go.mod.
type modEditor struct {
	data  []byte
	f     *modfile.File
	edits []plan.Edit
	own   int // where the requirement was put that stands by itself, 0 for none
}

// insert puts text at an offset, with the line breaks of that place.
func (m *modEditor) insert(at int, text string) {
	i := bytes.LastIndexByte(m.data[:at], '\n')
	if j := bytes.IndexByte(m.data[at:], '\n'); j >= 0 {
		i = at + j
	}
	if i > 0 && m.data[i-1] == '\r' {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	m.edits = append(m.edits, plan.Edit{Start: at, End: at, Text: text})
}

// lineEnd returns the offset of the line break that ends the line of an offset.
func (m *modEditor) lineEnd(off int) int {
	i := bytes.IndexByte(m.data[off:], '\n')
	if i < 0 {
		return len(m.data)
	}
	return off + len(bytes.TrimRight(m.data[off:off+i], "\r"))
}

// lineStart returns the offset at which the line of an offset begins.
func (m *modEditor) lineStart(off int) int { return bytes.LastIndexByte(m.data[:off], '\n') + 1 }

// setGo changes the go line, or puts one below the module line.
func (m *modEditor) setGo(version string) {
	if m.f.Go == nil {
		m.insert(m.lineEnd(m.f.Module.Syntax.End.Byte), "\n\ngo "+version)
		return
	}
	s := m.f.Go.Syntax
	start := m.find(s, m.f.Go.Version)
	m.edits = append(m.edits, plan.Edit{Start: start, End: start + len(m.f.Go.Version), Text: version})
}

// find returns the offset of the last token of that text in a line.
func (m *modEditor) find(l *modfile.Line, text string) int {
	return l.Start.Byte + bytes.LastIndex(m.data[l.Start.Byte:l.End.Byte], []byte(text))
}

// update changes the requirement have to what is wanted.
func (m *modEditor) update(have *modfile.Require, want require) {
	if have.Mod.Version != want.Version.Version {
		start := m.find(have.Syntax, have.Mod.Version)
		m.edits = append(m.edits, plan.Edit{Start: start, End: start + len(have.Mod.Version), Text: want.Version.Version})
	}
	if have.Indirect && !want.indirect {
		m.dropIndirect(have.Syntax)
	}
}

// dropIndirect takes // indirect off a line, and leaves what else the comment
// says.
func (m *modEditor) dropIndirect(l *modfile.Line) {
	if len(l.Suffix) == 0 {
		return
	}
	c := l.Suffix[0]
	start := c.Start.Byte
	rest, _ := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(c.Token, "//")), "indirect")
	rest = strings.TrimSpace(strings.TrimPrefix(rest, ";"))
	if rest != "" {
		m.edits = append(m.edits, plan.Edit{Start: start, End: start + len(c.Token), Text: "// " + rest})
		return
	}
	end := start + len(c.Token)
	for start > l.End.Byte {
		start--
	}
	m.edits = append(m.edits, plan.Edit{Start: start, End: end, Text: ""})
}

// add puts lines for new requirements where the go command would: into the block
// of their kind, or in lines of their own.
func (m *modEditor) add(mods []module.Version, indirect bool) {
	if len(mods) == 0 {
		return
	}
	suffix := ""
	if indirect {
		suffix = " // indirect"
	}
	slices.SortFunc(mods, func(a, b module.Version) int { return strings.Compare(a.Path, b.Path) })
	if block := m.block(indirect); block != nil {
		for _, v := range mods {
			m.intoBlock(block, v.Path, v.Path+" "+v.Version+suffix)
		}
		return
	}
	var text string
	if len(mods) == 1 {
		text = "require " + mods[0].Path + " " + mods[0].Version + suffix
	} else {
		text = "require (\n"
		for _, v := range mods {
			text += "\t" + v.Path + " " + v.Version + suffix + "\n"
		}
		text += ")"
	}
	at, beside := m.behindRequires(indirect)
	if beside && len(mods) == 1 && !formatted(m.data) {
		m.insert(at, "\n"+text) // as its neighbours are
	} else {
		m.insert(at, "\n\n"+text)
	}
}

// block returns the block of requirements that is for direct ones, or for
// indirect ones: of several the first with one of that kind. A block with both
// is for direct ones, and for indirect ones too if there is no other.
func (m *modEditor) block(indirect bool) *modfile.LineBlock {
	var mixed *modfile.LineBlock
	for _, stmt := range m.f.Syntax.Stmt {
		b, ok := stmt.(*modfile.LineBlock)
		if !ok || len(b.Token) != 1 || b.Token[0] != "require" || len(b.Line) == 0 {
			continue
		}
		n := 0
		for _, l := range b.Line {
			if isIndirect(l) {
				n++
			}
		}
		switch {
		case indirect && n == len(b.Line), !indirect && n < len(b.Line):
			return b
		case indirect && n > 0 && mixed == nil:
			mixed = b
		}
	}
	return mixed
}

func isIndirect(l *modfile.Line) bool {
	return len(l.Suffix) > 0 && slices.Contains([]string{"indirect", "indirect;"}, firstField(strings.TrimPrefix(l.Suffix[0].Token, "//")))
}

func firstField(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

// intoBlock puts a line into a block: where it belongs if that is sorted, else last.
func (m *modEditor) intoBlock(b *modfile.LineBlock, path, text string) {
	sorted := slices.IsSortedFunc(b.Line, func(x, y *modfile.Line) int { return strings.Compare(x.Token[0], y.Token[0]) })
	n := len(b.Line)
	if sorted {
		for n = 0; n < len(b.Line) && b.Line[n].Token[0] < path; n++ {
		}
	}
	if n > 0 {
		l := b.Line[n-1]
		m.insert(m.lineEnd(l.End.Byte), "\n"+m.indent(l)+text)
		return
	}
	l := b.Line[0]
	at := l.Start.Byte
	if len(l.Before) > 0 {
		at = l.Before[0].Start.Byte
	}
	m.insert(m.lineStart(at), m.indent(l)+text+"\n")
}

// indent returns the white space before a line.
func (m *modEditor) indent(l *modfile.Line) string {
	return string(m.data[m.lineStart(l.Start.Byte):l.Start.Byte])
}

// behindRequires returns where a requirement of its own goes: behind the last
// line or block for requirements of its kind, or else of direct ones; beside says
// that it is a line of the same kind. Without any it goes behind the lines that go.mod begins with.
func (m *modEditor) behindRequires(indirect bool) (at int, beside bool) {
	head, direct, same := 0, 0, 0
	sameIsLine := false
	for _, stmt := range m.f.Syntax.Stmt {
		switch s := stmt.(type) {
		case *modfile.Line:
			switch {
			case s.Token[0] != "require":
				if direct == 0 && same == 0 && slices.Contains([]string{"module", "go", "toolchain", "godebug"}, s.Token[0]) {
					head = s.End.Byte
				}
			case isIndirect(s) == indirect:
				same, sameIsLine = s.End.Byte, true
			case indirect:
				direct = s.End.Byte
			}
		case *modfile.LineBlock:
			if s.Token[0] == "require" && indirect { // it has direct ones
				direct = s.RParen.Pos.Byte + 1
			}
		}
	}
	switch {
	case same > 0:
		return m.lineEnd(same), sameIsLine
	case m.own > 0:
		return m.own, false // behind the direct one that was put there
	case direct > 0:
		head = direct
	}
	m.own = m.lineEnd(head)
	return m.own, false
}

// check proves that the edits do to go.mod what was meant and nothing else.
func (r *requiring) check(data []byte, edits []plan.Edit) error {
	out, err := plan.Splice(data, edits)
	if err != nil {
		return fmt.Errorf("go.mod: %w", err)
	}
	f, err := modfile.Parse("go.mod", out, nil)
	if err != nil {
		return fmt.Errorf("the edit of go.mod does not parse: %w", err)
	}
	want := map[string]string{}
	line := func(v module.Version, indirect bool) string { return fmt.Sprintf("%s %t", v.Version, indirect) }
	for _, x := range r.f.Require {
		want[x.Mod.Path] = line(x.Mod, x.Indirect)
	}
	for _, x := range r.requires {
		want[x.Path] = line(x.Version, x.indirect)
	}
	for _, x := range f.Require {
		if want[x.Mod.Path] != line(x.Mod, x.Indirect) {
			return fmt.Errorf("the edit of go.mod requires %s", x.Mod)
		}
		delete(want, x.Mod.Path)
	}
	for path := range want {
		return fmt.Errorf("the edit of go.mod loses %s", path)
	}
	if f.Go != nil && f.Go.Version != r.res.Go || len(f.Replace) != len(r.f.Replace) || len(f.Exclude) != len(r.f.Exclude) || len(f.Retract) != len(r.f.Retract) || len(f.Tool) != len(r.f.Tool) {
		return fmt.Errorf("the edit of go.mod changes more than requirements")
	}
	if formatted(data) && !formatted(out) {
		return fmt.Errorf("the edit of go.mod is not formatted as the go command would")
	}
	return nil
}

// formatted reports whether the go command would leave a go.mod as it is, but
// for its line breaks.
func formatted(data []byte) bool {
	lf := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	f, err := modfile.Parse("go.mod", lf, nil)
	return err == nil && bytes.Equal(modfile.Format(f.Syntax), lf)
}
