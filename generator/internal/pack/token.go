package pack

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// An Identity is what makes one project differ from another with the same
// selection.
type Identity struct {
	Name   string // of the project and its binary, such as my-app
	Module string // module path
	Route  string // of the websocket, such as /ws

	// Into moves what is not wanted where the template has it: a directory, or
	// a file, and where it goes. Packages keep their names.
	Into map[string]string
}

// into returns where the project has what would be at p.
func (id Identity) into(p string) string {
	for at := p; at != "."; at = path.Dir(at) {
		if to, ok := id.Into[at]; ok {
			return path.Join(to, strings.TrimPrefix(p, at))
		}
	}
	return p
}

// Title returns the name as a heading: my-app is My App.
func (id Identity) Title() string {
	words := strings.FieldsFunc(id.Name, separator)
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// Env returns the name as the beginning of environment variables: my-app is
// MY_APP.
func (id Identity) Env() string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(id.Name, separator), "_"))
}

func separator(r rune) bool { return r == '-' || r == '_' }

// A tokens replaces the tokens of a pack by what they stand for. None is looked
// for in what another was replaced by.
type tokens struct {
	r    *strings.Replacer
	sure [][]byte // text without any of these has no token
}

// tokens returns the tokens of the pack for id: the token as it is, in title
// form and in upper case; the route; the template's own module path, where it
// is not an import but, say, a flag of the linker.
func (p *Pack) tokens(id Identity) *tokens {
	title := strings.ToUpper(p.Token[:1]) + p.Token[1:]
	upper := strings.ToUpper(p.Token)
	pairs := []string{p.Module, id.Module, p.Token, id.Name, title, id.Title(), upper, id.Env()}
	sure := [][]byte{[]byte(p.Token[1:]), []byte(upper), []byte(p.Module)}
	if p.Route != "" {
		pairs = append(pairs, p.Route, id.Route)
		sure = append(sure, []byte(p.Route))
	}
	return &tokens{strings.NewReplacer(pairs...), sure}
}

// in reports whether b may have a token. Looking for four strings is many
// times faster than replacing, and most text has none.
func (t *tokens) in(b []byte) bool {
	for _, s := range t.sure {
		if bytes.Contains(b, s) {
			return true
		}
	}
	return false
}

// shifts reports whether replacing the tokens in the Go source src may move
// something that gofmt aligns, or breaks because of its length. A token stands
// in a comment or a string, so that is what comes behind it on its line: a
// comment, the value of a key, the end of a function that is a single line.
func (t *tokens) shifts(src []byte) bool {
	for _, s := range t.sure {
		for at := 0; ; {
			i := bytes.Index(src[at:], s)
			if i < 0 {
				break
			}
			at += i + len(s)
			start := bytes.LastIndexByte(src[:at], '\n') + 1
			if before := bytes.TrimLeft(src[start:at], "\t"); bytes.HasPrefix(before, []byte("//")) {
				continue
			}
			rest, _, _ := bytes.Cut(src[at:], []byte("\n"))
			if aligned.Match(rest) || bytes.Contains(src[start:at], []byte("func")) {
				return true
			}
		}
	}
	return false
}

var aligned = regexp.MustCompile("//|/\\*|  |\t|[\"`]:")

// text returns b with its tokens replaced; b itself if it has none.
func (t *tokens) text(b []byte) []byte {
	if !t.in(b) {
		return b
	}
	return []byte(t.r.Replace(string(b)))
}

// path returns the slash-separated path p with its tokens replaced, and with
// each element dot_x called .x: a .gitignore in the template would hide files
// of the template.
func (t *tokens) path(p string) string {
	elems := strings.Split(p, "/")
	for i, e := range elems {
		if rest, ok := strings.CutPrefix(e, "dot_"); ok {
			elems[i] = "." + rest
		}
	}
	return t.r.Replace(strings.Join(elems, "/"))
}
