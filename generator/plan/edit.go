package plan

import (
	"fmt"
	"strings"
)

// Splice returns data with edits made. The edits must be in order and must not
// overlap; several insertions at one place are made in their order. Splice
// changes none of its arguments.
func Splice(data []byte, edits []Edit) ([]byte, error) {
	size, end := len(data), 0
	for _, e := range edits {
		switch {
		case e.Start < 0 || e.End < e.Start || e.End > len(data):
			return nil, fmt.Errorf("edit of bytes %d to %d: the file has %d", e.Start, e.End, len(data))
		case e.Start < end:
			return nil, fmt.Errorf("edit of bytes %d to %d: comes after or overlaps one that ends at %d", e.Start, e.End, end)
		}
		size += len(e.Text) - (e.End - e.Start)
		end = e.End
	}
	out := make([]byte, 0, size)
	end = 0
	for _, e := range edits {
		out = append(out, data[end:e.Start]...)
		out = append(out, e.Text...)
		end = e.End
	}
	return append(out, data[end:]...), nil
}

// Invert returns the plan that takes back what p does: old and new change
// places, edits too. It has no notes. It shares file contents with p and
// changes nothing of p, which must have passed [Plan.Check].
func (p *Plan) Invert() *Plan {
	const prefix = "undo: "
	inv := &Plan{Version: p.Version, Command: prefix + p.Command, Changes: make([]Change, len(p.Changes))}
	if command, ok := strings.CutPrefix(p.Command, prefix); ok {
		inv.Command = command // taken back twice is what was asked for
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		inv.Changes[i] = Change{Path: c.Path, Old: c.New, New: c.Old, Edits: c.invertEdits(), Origin: c.Origin, Why: c.Why}
	}
	return inv
}

// invertEdits returns the edits that make the old data from the new.
func (c *Change) invertEdits() []Edit {
	if c.Edits == nil {
		return nil
	}
	inv := make([]Edit, len(c.Edits))
	moved := 0 // by how much the edits so far have moved what follows
	for i, e := range c.Edits {
		inv[i] = Edit{
			Start: e.Start + moved,
			End:   e.Start + moved + len(e.Text),
			Text:  string(c.Old.Data[e.Start:e.End]),
		}
		moved += len(e.Text) - (e.End - e.Start)
	}
	return inv
}
