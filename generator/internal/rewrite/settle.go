package rewrite

import (
	"bytes"
	"cmp"
	"go/format"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator/plan"
)

// settleLines is how many successive lines of the user's, at most, settle lets
// gofmt change.
const settleLines = 6

// settle returns the edits that put pieces, which are in order, into old, and
// change what gofmt would change then: a body on one line that has become too
// long for it, or comments at the ends of neighbouring lines that are no longer
// in one column. It gives up if that concerns more than a few lines at an edit.
func settle(old []byte, pieces []piece) ([]plan.Edit, bool) {
	have, err := plan.Splice(old, edits(pieces))
	if err != nil {
		return nil, false
	}
	want, err := format.Source(toLF(have))
	if err != nil {
		return nil, false
	}
	a, b := lines(toLF(have)), lines(want)
	hunks, ok := compare(a, b)
	if !ok {
		return nil, false
	}
	return compose(old, have, pieces, hunks)
}

func lines(data []byte) []string { return strings.SplitAfter(string(data), "\n") }

// A hunk replaces the lines [start, end), counted from 0.
type hunk struct {
	start, end int
	lines      []string
}

// compare returns the hunks that make b of a, unless they are far apart.
func compare(a, b []string) (hunks []hunk, ok bool) {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(x)*len(y) > 1<<20 {
		return nil, false
	}
	// common[i][j] is the length of the longest common subsequence of x[i:] and y[j:].
	common := make([][]int, len(x)+1)
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(x) || j < len(y); {
		h := hunk{start: head + i}
		from := j
		for (i < len(x) || j < len(y)) && !(i < len(x) && j < len(y) && x[i] == y[j]) {
			if j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		h.end, h.lines = head+i, y[from:j]
		if h.start < h.end || from < j {
			hunks = append(hunks, h)
		}
		for i < len(x) && j < len(y) && x[i] == y[j] {
			i, j = i+1, j+1
		}
	}
	return hunks, true
}

// compose returns the edits of old that come to those of pieces, which made
// have, with those of hunks after them.
func compose(old, have []byte, pieces []piece, hunks []hunk) ([]plan.Edit, bool) {
	// All as ranges of have; a range that came from a piece is shift longer than
	// it is in old.
	type span struct {
		start, end, grown int
		text              string
	}
	var spans []span
	grown := 0
	for _, p := range pieces {
		start := p.at + grown
		grown += len(p.text)
		spans = append(spans, span{start, start + len(p.text), len(p.text), p.text})
	}
	for _, h := range hunks {
		start, end := lineOffset(have, h.start), lineOffset(have, h.end)
		text := strings.ReplaceAll(strings.Join(h.lines, ""), "\n", lineBreak(have, start))
		spans = append(spans, span{start, end, 0, text})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })

	var all []plan.Edit
	grown = 0
	for i := 0; i < len(spans); {
		j, end := i, spans[i].end
		shift := 0
		var settled []plan.Edit // of have
		for ; j < len(spans) && (j == i || spans[j].start < end); j++ {
			end = max(end, spans[j].end)
			shift += spans[j].grown
			if spans[j].grown == 0 {
				settled = append(settled, plan.Edit{Start: spans[j].start, End: spans[j].end, Text: spans[j].text})
			}
		}
		start := spans[i].start
		for k := range settled {
			settled[k].Start, settled[k].End = settled[k].Start-start, settled[k].End-start
		}
		text, err := plan.Splice(have[start:end], settled)
		if err != nil {
			return nil, false
		}
		e := trim(old, start-grown, end-grown-shift, string(text))
		if bytes.Count(old[e.Start:e.End], []byte("\n")) >= settleLines {
			return nil, false
		}
		all = append(all, e)
		grown += shift
		i = j
	}
	return all, true
}

// trim returns the smallest edit that makes text of old[start:end].
func trim(old []byte, start, end int, text string) plan.Edit {
	for start < end && text != "" && old[start] == text[0] {
		start, text = start+1, text[1:]
	}
	for start < end && text != "" && old[end-1] == text[len(text)-1] {
		end, text = end-1, text[:len(text)-1]
	}
	return plan.Edit{Start: start, End: end, Text: text}
}

// lineOffset returns the offset at which line n begins, counted from 0.
func lineOffset(data []byte, n int) int {
	off := 0
	if bytes.HasPrefix(data, []byte(bom)) {
		off = len(bom)
	}
	for ; n > 0; n-- {
		i := bytes.IndexByte(data[off:], '\n')
		if i < 0 {
			return len(data)
		}
		off += i + 1
	}
	return off
}
