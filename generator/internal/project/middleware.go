package project

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// Names of what changes the way of a response so that no upgrade gets through, or
// that may.
var (
	timeoutWords = regexp.MustCompile(`(?i)TimeoutHandler|middleware\.(Context)?Timeout(WithConfig)?$|timeout\.(New|Timeout)`)
	gzipWords    = regexp.MustCompile(`(?i)gzip|compress|deflate|brotli`)
)

// middleware lists what a request passes on its way to the route.
func (f *finder) middleware(cand *Candidate, c, at *class) {
	seen := map[ast.Node]bool{}
	for _, s := range c.serves {
		for _, src := range c.sources {
			f.around(cand, f.a.flow.around(src.id, s.node), seen)
		}
	}
	for _, cl := range []*class{c, at} {
		for _, e := range cl.events {
			if e.does&Use == 0 {
				continue
			}
			for i, x := range e.args {
				w := &wrapper{name: types.ExprString(x), call: x, file: e.file}
				if _, ok := x.(*ast.FuncLit); ok {
					w.name = "func literal"
				}
				if i < len(e.nodes) {
					f.a.flow.has[e.nodes[i]].each(func(o origin) {
						if s := f.a.flow.sources[o]; s.kind == aFunc && w.fn == nil {
							w.fn = s.fn
							if s.unit != nil {
								w.fn = s.unit
							}
						}
					})
				}
				if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && w.fn == nil {
					w.fn = f.calleeOf(e.frame, call)
				}
				m := f.describe(w, cand.Router)
				m.Inside = true
				m.Path = e.pattern.text
				cand.Middleware = append(cand.Middleware, m)
			}
		}
		if at == c {
			break
		}
	}
}

// around adds what is put around the router on its ways to a server.
func (f *finder) around(cand *Candidate, ws []*wrapper, seen map[ast.Node]bool) {
	gates := map[*unit]bool{}
	named := func(w *wrapper) *unit { // the middleware whose closure w is
		for _, o := range ws {
			if o != w && o.fn != nil && o.fn.decl != nil && o.fn.decl != w.call && o.fn.decl.Pos() <= w.call.Pos() && w.call.End() <= o.fn.decl.End() {
				return o.fn
			}
		}
		return nil
	}
	for _, w := range ws {
		if u := named(w); u != nil && w.gated {
			gates[u] = true
		}
	}
	for _, w := range ws {
		if seen[w.call] || named(w) != nil {
			continue
		}
		seen[w.call] = true
		m := f.describe(w, cand.Router)
		m.Gate = m.Gate || gates[w.fn]
		cand.Middleware = append(cand.Middleware, m)
	}
}

func (f *finder) calleeOf(fr *frame, call *ast.CallExpr) *unit {
	switch x := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ := fr.obj(x).(*types.Func)
		return f.a.unitOf(fn)
	case *ast.SelectorExpr:
		fn, _ := fr.obj(x.Sel).(*types.Func)
		return f.a.unitOf(fn)
	}
	return nil
}

// describe says what is known about a middleware.
func (f *finder) describe(w *wrapper, r Router) Middleware {
	m := Middleware{Name: w.name, File: w.file, Pos: w.call.Pos(), Gate: w.gated, Auth: authWords.MatchString(w.name)}
	name := w.name
	if i := strings.Index(name, "("); i > 0 {
		name = name[:i]
	}
	switch {
	case timeoutWords.MatchString(name) && r != Chi && r != Fiber2 && r != Fiber3:
		m.Timeout, m.Breaks = true, "it answers through a buffer that cannot be hijacked"
	case gzipWords.MatchString(name):
		m.Gzip = true
	}
	if t := f.hides(w); t != nil && m.Breaks == "" {
		m.Type, m.Breaks = t, t.Name+" holds an http.ResponseWriter and has neither Hijack nor Unwrap"
	}
	return m
}

// hides returns a response writer of the project that a middleware puts in place
// and that hides Hijack; nil if there is none.
func (f *finder) hides(w *wrapper) *Type {
	var roots []*unit
	if w.fn != nil {
		roots = append(roots, w.fn)
	}
	var found *Type
	look := func(file *File, n ast.Node) {
		if strings.Contains(text(file, n), `"Upgrade"`) || strings.Contains(strings.ToLower(text(file, n)), "websocket") {
			return // it knows about upgrades
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && found == nil && file.Info != nil {
				found = f.hiding(file.Info.TypeOf(lit))
			}
			return found == nil
		})
	}
	if _, ok := w.call.(*ast.FuncLit); ok {
		look(w.file, w.call)
	}
	for _, u := range roots {
		for v := range f.a.reachableNear(u, 2) {
			if v.decl != nil && v.decl.Body != nil && found == nil {
				look(v.file, v.decl.Body)
			}
		}
	}
	return found
}

// hiding says whether a type is a response writer of the project that wraps
// another and hides what that one can do.
func (f *finder) hiding(t types.Type) *Type {
	n := namedOf(t)
	if n == nil || n.Obj().Pkg() == nil {
		return nil
	}
	p := f.p.world.pkgs[n.Obj().Pkg().Path()]
	s, ok := n.Underlying().(*types.Struct)
	if !ok || p == nil || p.readOnly {
		return nil
	}
	field := ""
	for v := range s.Fields() {
		if isHTTP(v.Type(), "ResponseWriter") {
			field = v.Name()
		}
	}
	if field == "" {
		return nil
	}
	has := func(name string) bool {
		o, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), name)
		_, ok := o.(*types.Func)
		return ok
	}
	if !has("WriteHeader") || has("Hijack") || has("Unwrap") {
		return nil
	}
	for _, file := range p.files {
		if file.AST.FileStart <= n.Obj().Pos() && n.Obj().Pos() < file.AST.FileEnd {
			return &Type{Name: n.Obj().Name(), File: file, Pos: n.Obj().Pos(), Recv: field}
		}
	}
	return nil
}

// reachableNear is reachable, but only so many calls deep.
func (a *analysis) reachableNear(u *unit, depth int) map[*unit]bool {
	seen := map[*unit]bool{u: true}
	level := []*unit{u}
	for range depth {
		var next []*unit
		for _, v := range level {
			for w := range a.edges[v] {
				if !seen[w] {
					seen[w] = true
					next = append(next, w)
				}
			}
		}
		level = next
	}
	return seen
}

// text returns the source of a node.
func text(f *File, n ast.Node) string {
	from, to := f.Offset(n.Pos()), f.Offset(n.End())
	if n.Pos() == token.NoPos || from < 0 || to > len(f.Data) || from > to {
		return ""
	}
	return string(f.Data[from:to])
}
