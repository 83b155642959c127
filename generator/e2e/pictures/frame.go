package main

import (
	"strings"
	"time"

	"github.com/hinshun/vt10x"
)

// A frame is what a terminal shows for a while.
type frame struct {
	rows   [lines]string // as SVG, without the place
	cursor struct{ x, y int }
	look   time.Duration // how long to look at it
}

// A span is text of one look, without blank at its ends.
type span struct {
	column int
	text   string
	style  style
}

type style struct {
	colour vt10x.Color
	bold   bool
}

func (t *terminal) frame(look time.Duration) frame {
	f := frame{look: look}
	at := t.screen.Cursor()
	f.cursor.x, f.cursor.y = at.X, at.Y
	for y := range f.rows {
		f.rows[y] = drawRow(t.spans(y))
	}
	return f
}

// vt10x keeps to itself which bit of a glyph's mode says that it is bold.
const boldBit = 1 << 2

// spans returns line y of the screen.
func (t *terminal) spans(y int) []span {
	var all []span
	blank := 2 // how much blank there is before x
	for x := range columns {
		cell := t.screen.Cell(x, y)
		if cell.Char == 0 || cell.Char == ' ' {
			blank++
			continue
		}
		look := style{cell.FG, cell.Mode&boldBit != 0}
		if n := len(all); blank > 1 || look != all[n-1].style {
			all = append(all, span{column: x, style: look})
			blank = 0
		}
		last := &all[len(all)-1]
		last.text += strings.Repeat(" ", blank) + string(cell.Char)
		blank = 0
	}
	return all
}
