package project

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// At returns the candidates in one function, for a person who has chosen it: where
// is the file, a colon, and the function ("routes", "(*Server).routes") or a line
// of it, as in [Candidate.At]. Here the choice is not only among what Find
// returns, but among all functions that do something to a router that is served,
// to a group of one, or that serve. With mains it looks only at these binaries.
//
// Several candidates are several routers in the function, or several binaries.
// If there is none, the error says what could have been meant.
func (p *Project) At(ctx context.Context, where string, mains ...*Main) ([]*Candidate, error) {
	i := strings.LastIndex(where, ":")
	if i <= 0 || i == len(where)-1 {
		return nil, fmt.Errorf("%q is not of the form file.go:Func", where)
	}
	w := spot{file: path.Clean(strings.ReplaceAll(where[:i], `\`, "/")), fn: where[i+1:]}
	w.line, _ = strconv.Atoi(w.fn)
	if len(mains) == 0 {
		mains = p.Mains
	}
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	var all []*Candidate
	var near []string
	for _, m := range mains {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := &finder{p: p, main: m}
		f.candidates()
		for _, c := range f.at(w) {
			if !slices.ContainsFunc(all, c.sameHome) {
				all = append(all, c)
			}
		}
		for _, c := range f.found {
			if !slices.Contains(near, c.At()) {
				near = append(near, c.At())
			}
		}
	}
	if len(all) > 0 {
		if w.line == 0 && slices.ContainsFunc(all, func(c *Candidate) bool { return c.Home.Lit == nil }) {
			all = slices.DeleteFunc(all, func(c *Candidate) bool { return c.Home.Lit != nil }) // closures of the function
		}
		rank(all)
		return all, nil
	}
	if !slices.ContainsFunc(p.Files, func(f *File) bool { return f.Path == w.file }) {
		return nil, fmt.Errorf("%s is no file that has to do with serving; did you mean %s", w.file, orList(near))
	}
	return nil, fmt.Errorf("%s does nothing to a router that is served; did you mean %s", where, orList(near))
}

// A spot is what a person has chosen.
type spot struct {
	file, fn string
	line     int // 0 if fn is a name
}

// is says whether a place is the spot.
func (w spot) is(p *place) bool {
	if p.fn.file.Path != w.file || !p.editable() {
		return false
	}
	if w.line > 0 {
		from, to := p.fn.file.AST.FileStart, p.fn.file.AST.FileEnd
		if p.fn.decl != nil {
			from, to = p.fn.decl.Pos(), p.fn.decl.End()
		}
		if p.lit != nil {
			from, to = p.lit.Pos(), p.lit.End()
		}
		return p.fn.file.Line(from) <= w.line && w.line <= p.fn.file.Line(to)
	}
	name := p.fn.name
	if p.fn.decl == nil && p.lit != nil {
		name = varAround(p.fn.file.AST, p.lit)
	}
	_, method, _ := strings.Cut(name, ").")
	return name == w.fn || method != "" && method == w.fn
}

// at returns the candidates in a spot.
func (f *finder) at(w spot) []*Candidate {
	var all []*Candidate
	anyServed := slices.ContainsFunc(f.classes, (*class).root)
	for _, c := range f.classes {
		if c.root() || !anyServed && len(c.parents) == 0 {
			all = append(all, f.within(w, c, c, "", map[*class]bool{})...)
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, s := range f.a.serves {
		if s.Handler == nil || s.fn == nil || !w.is(&place{fn: s.fn, lit: s.lit}) {
			continue
		}
		c := &Candidate{Main: f.main, Serves: []Serve{s.Serve}, Why: []string{"chosen"}}
		if f.wrap(c, []*serving{s}) {
			f.shutdowns(c, &class{serves: []*serving{s}})
			all = append(all, c)
		}
	}
	return all
}

// within looks for a spot among the places of a router and of those below it.
func (f *finder) within(w spot, root, c *class, prefix string, seen map[*class]bool) []*Candidate {
	if seen[c] || c.router == Own {
		return nil
	}
	seen[c] = true
	var all []*Candidate
	for _, p := range f.placesOf(c) {
		if !w.is(p) {
			continue
		}
		cand, best := f.served(root)
		if best == c {
			cand.Score++
		}
		cand.Router, cand.Import, cand.Prefix = c.router, c.imp, strings.TrimSuffix(prefix, "/")
		if f.place(cand, c, p) {
			all = append(all, f.complete(cand, root, c))
		}
	}
	for _, l := range c.children {
		text := pattern{text: prefix}.join(pattern{text: strings.TrimSuffix(l.pattern.text, "*")}).text
		all = append(all, f.within(w, root, l.to, text, seen)...)
	}
	return all
}

// orList writes "a, b or c".
func orList(all []string) string {
	switch n := len(all); n {
	case 0:
		return "another function"
	case 1:
		return all[0]
	default:
		return strings.Join(all[:n-1], ", ") + " or " + all[n-1]
	}
}
