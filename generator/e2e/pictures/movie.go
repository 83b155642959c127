package main

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hinshun/vt10x"
)

// The window, in pixels. A letter of a monospaced font is 0.6 times as wide as
// high.
const (
	letterWidth = 9
	fontSize    = 15
	lineHeight  = 20
	baseline    = 15 // below the top of a line
	margin      = 18 // around the screen
	titleBar    = 36

	screenWidth  = columns * letterWidth
	screenHeight = lines * lineHeight
	width        = screenWidth + 2*margin
	height       = titleBar + screenHeight + margin
)

// palette has the terminal's sixteen colours. Other text is as by default.
var palette = [...]string{
	vt10x.Black:        "#6f827c",
	vt10x.Red:          "#ff8f85",
	vt10x.Green:        "#4ade80",
	vt10x.Yellow:       "#fbbf24",
	vt10x.Blue:         "#7cb0ff",
	vt10x.Magenta:      "#d8a0f5",
	vt10x.Cyan:         "#4fd6c5",
	vt10x.LightGrey:    "#93a5a0",
	vt10x.DarkGrey:     "#6f827c",
	vt10x.LightRed:     "#ff8f85",
	vt10x.LightGreen:   "#4ade80",
	vt10x.LightYellow:  "#fbbf24",
	vt10x.LightBlue:    "#7cb0ff",
	vt10x.LightMagenta: "#d8a0f5",
	vt10x.LightCyan:    "#4fd6c5",
	vt10x.White:        "#ffffff",
}

// movie returns an SVG that shows frames one after the other and stays at the
// last. That is all that it shows where nothing may move, or where animations
// are not understood.
//
// The frames lie side by side on a reel, which jumps to the left behind a
// screen of one frame's width. Rows that frames share are there once.
func movie(title string, frames []frame) []byte {
	var b bytes.Buffer
	last := -screenWidth * (len(frames) - 1)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%d" role="img" aria-labelledby="t">`+"\n", width, height)
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n", html.EscapeString(title))
	writeStyle(&b, frames)
	writeWindow(&b, title)

	rows, uses := shareRows(frames)
	b.WriteString("<defs>\n")
	for i, row := range rows {
		fmt.Fprintf(&b, "<g id=\"r%d\">%s</g>\n", i, row)
	}
	b.WriteString("</defs>\n")
	fmt.Fprintf(&b, `<svg x="%d" y="%d" width="%d" height="%d">`+"\n", margin, titleBar, screenWidth, screenHeight)
	fmt.Fprintf(&b, `<g class="reel" transform="translate(%d)">`+"\n", last)
	for i, f := range frames {
		fmt.Fprintf(&b, `<g transform="translate(%d)">`, i*screenWidth)
		fmt.Fprintf(&b, `<rect class="cursor" x="%d" y="%d" width="%d" height="%d"/>`, f.cursor.x*letterWidth, f.cursor.y*lineHeight, letterWidth, lineHeight)
		for y, row := range uses[i] {
			if row >= 0 {
				fmt.Fprintf(&b, `<use href="#r%d" y="%d"/>`, row, y*lineHeight)
			}
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</g>\n</svg>\n</svg>\n")
	return b.Bytes()
}

// writeStyle writes the colours and the times at which the reel jumps. It stays
// where it jumped last: the last frame is not looked at for a time.
func writeStyle(b *bytes.Buffer, frames []frame) {
	b.WriteString("<style>\n")
	fmt.Fprintf(b, "text { font: %dpx ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", \"Liberation Mono\", monospace; fill: #dbe5e2; white-space: pre; }\n", fontSize)
	b.WriteString(".title { font: 13px system-ui, sans-serif; fill: #93a5a0; text-anchor: middle; }\n.bold { font-weight: bold; }\n.cursor { fill: #dbe5e2; opacity: .55; }\n")
	for colour, value := range palette {
		fmt.Fprintf(b, ".c%d { fill: %s; }\n", colour, value)
	}

	var total, now time.Duration
	for _, f := range frames[:len(frames)-1] {
		total += f.look
	}
	fmt.Fprintf(b, "@media (prefers-reduced-motion: no-preference) { .reel { animation: play %.2fs step-end both; } }\n", total.Seconds())
	b.WriteString("@keyframes play {\n")
	for i, f := range frames {
		fmt.Fprintf(b, "%.3f%% { transform: translateX(%dpx); }\n", 100*now.Seconds()/total.Seconds(), -i*screenWidth)
		now += f.look
	}
	b.WriteString("}\n</style>\n")
}

// writeWindow draws what stands still.
func writeWindow(b *bytes.Buffer, title string) {
	fmt.Fprintf(b, `<rect x=".5" y=".5" width="%d" height="%d" rx="10" fill="#101716" stroke="#2b3835"/>`+"\n", width-1, height-1)
	fmt.Fprintf(b, `<path d="M1 %d V11 A10 10 0 0 1 11 1 H%d A10 10 0 0 1 %d 11 V%[1]d Z" fill="#1a2422"/>`+"\n", titleBar-8, width-11, width-1)
	for i, fill := range []string{"#ff6159", "#fbbc2f", "#2bc840"} {
		fmt.Fprintf(b, `<circle cx="%d" cy="14.5" r="5.5" fill="%s"/>`, 18+i*18, fill)
	}
	fmt.Fprintf(b, "\n<text class=\"title\" x=\"%d\" y=\"19\">%s</text>\n", width/2, html.EscapeString(title))
}

// shareRows returns the rows that there are, and for each frame which of them
// its lines show; -1 for none.
func shareRows(frames []frame) (rows []string, uses [][lines]int) {
	known := map[string]int{"": -1}
	for _, f := range frames {
		var use [lines]int
		for y, row := range f.rows {
			n, ok := known[row]
			if !ok {
				n = len(rows)
				known[row] = n
				rows = append(rows, row)
			}
			use[y] = n
		}
		uses = append(uses, use)
	}
	return rows, uses
}

// drawRow returns the text elements of one line. Each is as long as on the
// terminal, whatever font there is.
func drawRow(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		var classes []string
		if s.style.colour.ANSI() {
			classes = append(classes, fmt.Sprintf("c%d", s.style.colour))
		}
		if s.style.bold {
			classes = append(classes, "bold")
		}
		b.WriteString("<text")
		if len(classes) > 0 {
			fmt.Fprintf(&b, ` class="%s"`, strings.Join(classes, " "))
		}
		fmt.Fprintf(&b, ` x="%d" y="%d" textLength="%d">%s</text>`,
			s.column*letterWidth, baseline, utf8.RuneCountInString(s.text)*letterWidth, html.EscapeString(s.text))
	}
	return b.String()
}
