package pack

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// A fence is a pair of lines, each a comment of its own:
//
//	//wsgen:if NAME
//	lines that are there only with NAME
//	//wsgen:end
//
// or one comment at the end of the only line that it is about:
//
//	line //wsgen:if NAME
//
// NAME is a feature or a choice of a slot. There is no else, and a fence holds
// no other fence: what needs more is a slot. In a Go file, a fence in front of
// a doc comment is followed by a blank line, or gofmt makes it part of the
// comment.

// A comment is one syntax for comments: how they open and, where they do not
// end with the line, how they close.
type comment struct{ open, close string }

var (
	slashes = comment{"//", ""}
	hash    = comment{"#", ""}
	angle   = comment{"<!--", "-->"}
	stars   = comment{"/*", "*/"}
)

// comments returns the syntaxes that a fence may have in the file called name.
// A file of a kind without comments, such as JSON, has none and cannot be
// fenced.
func comments(name string) []comment {
	switch path.Ext(name) {
	case ".go", ".js", ".mjs", ".ts", ".jsx", ".tsx":
		return []comment{slashes}
	case ".css":
		return []comment{stars}
	case ".html", ".md", ".svg":
		return []comment{angle}
	case ".vue", ".svelte":
		return []comment{angle, slashes, stars}
	case ".json", ".txt", ".png", ".ico", ".woff2":
		return nil
	}
	return []comment{hash} // YAML, Makefile, Dockerfile, .env, .gitignore and their like
}

const marker = "wsgen:"

// A fenceText is one directive, found in a line.
type fenceText struct {
	before []byte // what stands in front of the comment
	verb   string // if or end
	name   string // of the feature, after if
}

// directive finds the directive in line, which has no newline. Its comment may
// have spaces inside only where gofmt does not care: not in Go files.
func directive(line []byte, forms []comment) (f fenceText, ok bool) {
	at := bytes.Index(line, []byte(marker))
	if at < 0 {
		return f, false
	}
	for _, c := range forms {
		before := line[:at]
		if c != slashes {
			before = bytes.TrimRight(before, " ")
		}
		before, ok := bytes.CutSuffix(before, []byte(c.open))
		if !ok {
			continue
		}
		text := strings.TrimRight(string(line[at+len(marker):]), " \t\r")
		if text, ok = strings.CutSuffix(text, c.close); !ok {
			continue
		}
		words := strings.Fields(text)
		switch {
		case len(words) == 2 && words[0] == "if":
			return fenceText{before, "if", words[1]}, true
		case len(words) == 1 && words[0] == "end":
			return fenceText{before, "end", ""}, true
		}
	}
	return f, false
}

// fences takes the fences out of src: the directives always, what they hold
// unless on says that it is to stay. It reports whether there were any. Where
// nothing is left between two blank lines, one of them goes too. Faults are
// reported as name:line, all of them at once; known says which names there
// are.
func fences(name string, src []byte, known, on func(string) bool) (out []byte, fenced bool, faults []string) {
	if !bytes.Contains(src, []byte(marker)) {
		return src, false, nil
	}
	forms := comments(name)
	out = make([]byte, 0, len(src))
	open, keep := 0, true // line of the fence that is open, and whether what it holds stays
	mended := false       // lines were taken out right above
	emit := func(line []byte) {
		blank := len(bytes.TrimSpace(line)) == 0
		if mended && blank && (len(out) == 0 || bytes.HasSuffix(out, []byte("\n\n"))) {
			return
		}
		mended = false
		out = append(out, line...)
	}
	n := 0
	for line := range bytes.Lines(src) {
		n++
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Sprintf("%s:%d: %s", name, n, fmt.Sprintf(format, args...)))
		}
		if !bytes.Contains(line, []byte(marker)) {
			if keep {
				emit(line)
			} else {
				mended = true
			}
			continue
		}
		fenced = true
		d, ok := directive(bytes.TrimSuffix(line, []byte("\n")), forms)
		if !ok {
			fault("bad directive %q; it is wsgen:if NAME or wsgen:end in a comment of its own", bytes.TrimSpace(line))
			continue
		}
		if d.verb == "if" && !known(d.name) {
			fault("wsgen:if %s: there is no such feature or choice", d.name)
		}
		rest := bytes.TrimRight(d.before, " \t")
		switch {
		case d.verb == "if" && open != 0:
			fault("wsgen:if inside the one of line %d; fences do not nest", open)
		case d.verb == "if" && len(rest) > 0:
			if on(d.name) {
				emit(append(bytes.Clone(rest), '\n'))
			} else {
				mended = true
			}
		case d.verb == "if":
			open, keep, mended = n, on(d.name), true
		case len(rest) > 0:
			fault("wsgen:end does not stand alone")
		case open == 0:
			fault("wsgen:end without wsgen:if")
		default:
			open, keep, mended = 0, true, true
		}
	}
	if open != 0 {
		faults = append(faults, fmt.Sprintf("%s:%d: wsgen:if without wsgen:end", name, open))
	}
	if mended && bytes.HasSuffix(out, []byte("\n\n")) { // the last lines went
		out = out[:len(out)-1]
	}
	return out, fenced, faults
}
