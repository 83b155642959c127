package rewrite

import (
	"fmt"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// order narrows r for a router whose middleware holds for what is registered
// after it: behind middleware that is for everything, ahead of what is not. If
// the router also takes the first registration that matches, ahead of what shadows the route.
//
// What keeps people out splits a body in two when something is registered
// before it: then a person has to say to which part the websocket belongs.
func (b *body) order(r *room, first bool) error {
	var shadow *project.Step
	if first {
		shadow = b.firstShadow()
		r.ahead(shadow)
	}
	if err := b.orderAuth(r, shadow); err != nil {
		return err
	}
	if err := b.orderBreaking(r); err != nil {
		return err
	}
	for i := range b.home.Steps {
		s := &b.home.Steps[i]
		if !uses(s) || s.Index >= r.before {
			continue
		}
		if b.before(i, registers) && !b.later(i, registers) {
			// Nothing comes after it: fiber's way to answer 404, or without effect.
			if first {
				r.ahead(s)
			}
			continue
		}
		r.behind(s)
	}
	return nil
}

// orderAuth puts r before or behind what keeps people out.
func (b *body) orderAuth(r *room, shadow *project.Step) error {
	for i := range b.home.Steps {
		s := &b.home.Steps[i]
		if !uses(s) || !s.Does.Has(project.Auth) {
			continue
		}
		open := b.before(i, registers) || registers(s) || b.elsewhere() && !b.later(i, passes)
		switch {
		case b.o.Auth == None:
			r.ahead(s)
			return nil
		case open && r.afterStep != nil && r.afterStep.Does.Has(project.Auth):
			r.ahead(s) // behind the first is inside; this is for others
			return nil
		case open && b.o.Auth == Ask:
			f := b.home.File
			no := refuse(AuthUndecided, f, s.Stmt.Pos(),
				"what is registered before this line is open to everybody, what comes after it is not; the websocket could be either",
				"--auth=inherit puts it behind this line, --auth=none before it")
			no.Option, no.Choices = "auth", []string{"inherit", "none"}
			if shadow != nil && shadow.Index <= s.Index {
				no.Choices = []string{"none"}
				no.Fix = fmt.Sprintf("--auth=none puts it before this line; behind it nothing would reach it, because of line %d", f.Line(shadow.Stmt.Pos()))
			}
			return no
		}
		r.behind(s)
	}
	return nil
}

// orderBreaking puts r before what would break the websocket.
func (b *body) orderBreaking(r *room) error {
	for i := range b.c.Middleware {
		w := &b.c.Middleware[i]
		if w.Breaks == "" || !w.Inside {
			continue
		}
		s := b.stepAt(w)
		if s == nil {
			b.note(w.File, w.Pos, fmt.Sprintf("%s would break the websocket if it is installed before it: %s", w.Name, w.Breaks))
			continue
		}
		if guard := b.guard(i + 1); guard != nil && guard.Inside && b.o.Auth != None {
			return b.lost(w, guard)
		}
		r.ahead(s)
	}
	return nil
}

// stepAt returns the step that installs w, nil if another function does.
func (b *body) stepAt(w *project.Middleware) *project.Step {
	for i := range b.home.Steps {
		s := &b.home.Steps[i]
		if w.File == b.home.File && s.Stmt.Pos() <= w.Pos && w.Pos < s.Stmt.End() {
			return s
		}
	}
	return nil
}
