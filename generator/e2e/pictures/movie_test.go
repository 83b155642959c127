package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
)

// screenOf is what a terminal shows after output.
func screenOf(t *testing.T, output string, look time.Duration) frame {
	t.Helper()
	term := &terminal{screen: vt10x.New(vt10x.WithSize(columns, lines))}
	if _, err := term.screen.Write([]byte(output)); err != nil {
		t.Fatal(err)
	}
	return term.frame(look)
}

func TestRowsKeepTheirColoursAndColumns(t *testing.T) {
	f := screenOf(t, "a <b>  \x1b[32mgreen\x1b[0m\r\n\x1b[1m  bold\x1b[0m", 0)
	for y, want := range []string{
		`<text x="0" y="15" textLength="45">a &lt;b&gt;</text><text class="c2" x="63" y="15" textLength="45">green</text>`,
		`<text class="bold" x="18" y="15" textLength="36">bold</text>`,
		"",
	} {
		if f.rows[y] != want {
			t.Errorf("row %d:\n got %s\nwant %s", y, f.rows[y], want)
		}
	}
	if f.cursor.x != 6 || f.cursor.y != 1 {
		t.Errorf("the cursor is at %+v", f.cursor)
	}
}

// A movie jumps to its frames at their times, and shows the last one to who sees
// no animation.
func TestMovie(t *testing.T) {
	frames := []frame{screenOf(t, "$ ", time.Second), screenOf(t, "$ ls", 3*time.Second), screenOf(t, "$ ls\r\na", 0)}
	svg := string(movie("a & b", frames))
	for _, want := range []string{
		"<title id=\"t\">a &amp; b</title>",
		"animation: play 4.00s",
		"0.000% { transform: translateX(0px); }\n25.000% { transform: translateX(-720px); }\n100.000% { transform: translateX(-1440px); }\n",
		`<g class="reel" transform="translate(-1440)">`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in\n%s", want, svg)
		}
	}
	// What frames share is there once.
	if n := strings.Count(svg, ">$ ls</text>"); n != 1 {
		t.Errorf("the row with ls is there %d times", n)
	}
}

// An SVG in a README may not load or run anything.
func TestMovieStandsAlone(t *testing.T) {
	svg := movie("title", []frame{screenOf(t, "$ ", time.Second), screenOf(t, "", 0)})
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch element.Name.Local {
		case "script", "foreignObject", "image", "a":
			t.Errorf("<%s> in a picture", element.Name.Local)
		}
		for _, a := range element.Attr {
			if a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") {
				t.Errorf("the picture wants %s", a.Value)
			}
		}
	}
	for _, forbidden := range []string{"@import", "url(", "@font-face"} {
		if bytes.Contains(svg, []byte(forbidden)) {
			t.Errorf("%s in the style", forbidden)
		}
	}
}
