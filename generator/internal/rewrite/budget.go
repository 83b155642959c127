package rewrite

import (
	"bytes"
	"strings"

	"github.com/wsgen/wsgen/generator/plan"
)

// changedLines returns how many lines a diff of edits would show: those that go
// and those that come.
func changedLines(old []byte, edits []plan.Edit) int {
	n := 0
	for i := 0; i < len(edits); {
		// Edits on one line make one hunk.
		start, end := lineStart(old, edits[i].Start), lineEnd(old, edits[i].End)
		j := i + 1
		for j < len(edits) && edits[j].Start < end {
			end = max(end, lineEnd(old, edits[j].End))
			j++
		}
		var hunk []plan.Edit
		for _, e := range edits[i:j] {
			hunk = append(hunk, plan.Edit{Start: e.Start - start, End: e.End - start, Text: e.Text})
		}
		if text, err := plan.Splice(old[start:end], hunk); err == nil {
			n += differing(old[start:end], text)
		}
		i = j
	}
	return n
}

// lineEnd returns the offset behind the line break of the line of off.
func lineEnd(data []byte, off int) int {
	if i := bytes.IndexByte(data[off:], '\n'); i >= 0 {
		return off + i + 1
	}
	return len(data)
}

// differing returns how many lines are only in a or only in b, apart from those
// that both begin and end with.
func differing(a, b []byte) int {
	x, y := strings.SplitAfter(string(a), "\n"), strings.SplitAfter(string(b), "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) + len(y)
}
