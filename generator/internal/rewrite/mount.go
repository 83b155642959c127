package rewrite

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
	"github.com/wsgen/wsgen/generator/plan"
)

// MaxLines is how many lines of the user's files change at most, as a diff
// counts them: added ones and removed ones.
const MaxLines = 12

// Options say what is mounted.
type Options struct {
	Import  string // import path of the kit: "example.com/app/internal/realtime"
	Package string // its package name; "" for "realtime"
	Route   string // where it is to be served, as in "/ws"
	Server  string // the websocket library; the kit answers the handshake itself, so that each works behind every router
	Auth    Auth
}

// Auth says whether the websocket is behind what keeps people out of the routes
// beside it.
type Auth int

const (
	// Ask refuses where it could be either. It is behind what guards all routes.
	Ask Auth = iota
	// Inherit puts it behind.
	Inherit
	// None puts it before, open to everybody.
	None
)

// A Result is what is written, and what a person should know of it.
type Result struct {
	Edits map[string][]plan.Edit // by path relative to the module's root
	Notes []plan.Note
	Kind  project.Kind // what was done; a Wrap may take the place of a Mount
	Code  string       // the statement, or the wrapped expression
	Path  string       // the file that it is in
	Line  int          // the line of the old file that it is on, or comes before or after
	URL   string       // the path of the websocket as clients write it; "…" stands for what is known at run time only
	Lines int          // changed lines, at most MaxLines
}

// Mount plans to mount the kit on a candidate of p. It changes none of its
// arguments. The error is a *Refusal where no place is safe.
func Mount(p *project.Project, c *project.Candidate, o Options) (*Result, error) {
	if o.Package == "" {
		o.Package = "realtime"
	}
	m := &mounting{p: p, c: c, o: o, drafts: map[string]*draft{}, result: &Result{Kind: project.Mount}}
	if err := m.statement(); err != nil {
		return nil, err
	}
	m.shutdowns()
	return m.finish()
}

// A mounting is a Mount in progress.
type mounting struct {
	p      *project.Project
	c      *project.Candidate
	o      Options
	drafts map[string]*draft
	result *Result
}

// statement puts the mount where it belongs.
func (m *mounting) statement() error {
	r := routers(m.p)[m.c.Router]
	if m.c.Kind == project.Wrap || r == nil {
		return m.wrapCandidate()
	}
	if c := routeConflict(r, m.c.Routes, m.o.Route); c != nil {
		no := c.refusal(m.o.Route, freeRoutes(r, m.c.Routes, m.o.Route))
		if !c.panic {
			return no
		}
		return m.orWrap(m.unservable(no))
	}
	if n := m.outside(r); n >= 0 {
		return m.wrapOutside(n)
	}
	b := &body{home: m.c.Home, mounting: m}
	if !editable(b.home.File) {
		return refuse(NotEditable, b.home.File, b.home.File.AST.Package, "this file is not the user's own to edit", "choose another place with --at=file.go:Func")
	}
	room := b.room()
	if err := r.place(b, &room); err != nil {
		return err
	}
	if room.empty() {
		return m.orWrap(b.noRoom(room))
	}
	return m.mount(b, room)
}

// editable reports whether wsgen may touch a file.
func editable(f *project.File) bool { return f != nil && !f.Generated && !f.ReadOnly }

// noRoom says why r is empty.
func (b *body) noRoom(r room) *Refusal {
	f := b.home.File
	switch {
	case r.beforeStep == nil || r.afterStep == nil:
		no := refuse(NoPlace, f, f.AST.Package, fmt.Sprintf("%s has no place for a statement on its router", b.home.Func), "choose another place with --at=file.go:Func")
		no.Line = b.home.Line
		return no
	case b.shadows(r.beforeStep):
		return refuse(Shadowed, f, r.beforeStep.Stmt.Pos(),
			fmt.Sprintf("this takes every request before the websocket, which has to come after line %d", f.Line(r.afterStep.Stmt.Pos())),
			"move it behind the other routes, or choose another place with --at=file.go:Func")
	}
	return refuse(NoPlace, f, r.afterStep.Stmt.Pos(),
		fmt.Sprintf("the websocket has to come after this line and before line %d", f.Line(r.beforeStep.Stmt.Pos())),
		"choose another place with --at=file.go:Func")
}

// mount puts the statement into r, at the best place that gofmt agrees with.
func (m *mounting) mount(b *body, r room) error {
	f := b.home.File
	d, err := m.draft(f)
	if err != nil {
		return err
	}
	var gaps []gap
	var at []token.Pos
	for _, g := range b.gaps(r) {
		if visible(f, m.c.Expr, g.pos()) {
			gaps, at = append(gaps, g), append(at, g.pos())
		}
	}
	if len(gaps) == 0 {
		no := refuse(NoPlace, f, f.AST.Package, fmt.Sprintf("%s is not visible in %s where it would be mounted", m.c.Expr, b.home.Func), "choose another place with --at=file.go:Func")
		no.Line = b.home.Line
		return no
	}
	qualifier, err := m.importKit(d, at...)
	if err != nil {
		return err
	}
	code := qualifier + "Mount(" + m.c.Expr
	if m.c.Expr == "" {
		code = qualifier + "MountDefault("
	}
	code += ")"
	var variants []variant
	for _, g := range gaps {
		variants = append(variants, statement(f, g, code))
	}
	if err := d.put(variants...); err != nil {
		return unformatted(f, at[0], code, err)
	}
	m.did(project.Mount, f, at[0], code, m.c.Prefix+m.o.Route)
	m.baseNote(f, at[0])
	m.orderNotes(b)
	return nil
}

// baseNote says that the routes beside the websocket begin with something that
// it does not begin with.
func (m *mounting) baseNote(f *project.File, pos token.Pos) {
	base := baseValue(m.c)
	switch {
	case base == "" || strings.HasPrefix(m.o.Route, base+"/"):
	case base == "…":
		m.note(f, pos, fmt.Sprintf("the routes beside it begin with %s, and the websocket does not: see that requests for %s get here", m.c.Base, m.o.Route))
	default:
		m.note(f, pos, fmt.Sprintf("the routes beside it begin with %s; --route=%s puts the websocket there, too", base, base+m.o.Route))
	}
}

// orderNotes says what else could be in the way, in functions whose order in
// time is not known.
func (m *mounting) orderNotes(b *body) {
	if len(b.home.List) == 0 || m.c.Router != project.GorillaMux && m.c.Router != project.Fiber2 && m.c.Router != project.Fiber3 {
		return
	}
	for _, have := range m.c.Routes {
		if inside := have.File == b.home.File && b.home.List[0].Pos() <= have.Pos && have.Pos < b.home.List[len(b.home.List)-1].End(); inside || have.Func == b.home.Func {
			continue
		}
		if (have.Method == "" || have.Method == "GET") && matches(have.Pattern, m.o.Route) {
			m.note(have.File, have.Pos, fmt.Sprintf("%s also matches %s: if it is registered first, the websocket is not reached", pattern(have), m.o.Route))
		}
	}
}

// did records what was done.
func (m *mounting) did(kind project.Kind, f *project.File, pos token.Pos, code, url string) {
	m.result.Kind, m.result.Code, m.result.URL = kind, code, url
	m.result.Path, m.result.Line = f.Path, f.Line(pos)
}

func (m *mounting) note(f *project.File, pos token.Pos, text string) {
	m.result.Notes = append(m.result.Notes, plan.Note{Path: f.Path, Line: f.Line(pos), Text: text})
}

// draft returns the draft of f.
func (m *mounting) draft(f *project.File) (*draft, error) {
	if m.drafts[f.Path] == nil {
		if err := m.importable(f); err != nil {
			return nil, err
		}
		m.drafts[f.Path] = newDraft(f)
	}
	return m.drafts[f.Path], nil
}

// finish checks all files and returns the result.
func (m *mounting) finish() (*Result, error) {
	m.result.Edits = map[string][]plan.Edit{}
	var problems []error
	for _, path := range slices.Sorted(maps.Keys(m.drafts)) {
		d := m.drafts[path]
		if len(d.pieces) == 0 {
			continue
		}
		edits, err := d.finish()
		if err != nil {
			problems = append(problems, err)
			continue
		}
		m.result.Edits[path] = edits
		m.result.Lines += changedLines(d.file.Data, edits)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if m.result.Lines > MaxLines {
		return nil, &Refusal{Reason: TooMuch, Path: m.result.Path, Line: m.result.Line,
			Text: fmt.Sprintf("this would change %d lines, and %d is the most that wsgen does to files of others", m.result.Lines, MaxLines),
			Fix:  "format the file with gofmt, or write it by hand", Snippet: m.result.Code}
	}
	return m.result, nil
}

// unformatted says that gofmt would change more than what is put in.
func unformatted(f *project.File, pos token.Pos, code string, err error) error {
	no := refuse(Unformatted, f, pos, err.Error(), "write it by hand")
	no.Snippet = code
	return no
}
