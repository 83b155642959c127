package project

import (
	"cmp"
	"context"
	"fmt"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Find returns what could take a route, the best first, and why a person has to
// choose, if so. A nil Ambiguity means that the first candidate may be taken
// unasked. With mains it looks only at these binaries; else at all of them, and
// several that serve are an ambiguity.
//
// There may be no candidate at all, and then there is an Ambiguity. The error is
// that of ctx.
func (p *Project) Find(ctx context.Context, mains ...*Main) ([]*Candidate, *Ambiguity, error) {
	if len(mains) == 0 {
		mains = p.Mains
	}
	var runs []*finder
	var outside *serving
	for _, m := range mains {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		f := &finder{p: p, main: m}
		if f.candidates(); len(f.found) > 0 {
			runs = append(runs, f)
		} else if outside == nil {
			outside = f.outside
		}
	}
	if live := func(f *finder) bool { return f.live }; slices.ContainsFunc(runs, live) {
		runs = slices.DeleteFunc(runs, func(f *finder) bool { return !f.live })
	}
	if len(runs) == 0 && outside != nil && outside.File != nil {
		return nil, &Ambiguity{fmt.Sprintf("what %s:%d serves is made where wsgen edits nothing: in generated code, or in another module", outside.File.Path, outside.File.Line(outside.Pos)), NotEditable}, nil
	}
	if len(runs) == 0 {
		return nil, &Ambiguity{p.nothing(), NothingServed}, nil
	}
	var all []*Candidate
	for _, f := range runs {
		for _, c := range f.found {
			switch {
			case len(runs) == 1:
			case besides.MatchString(c.Main.Dir):
				c.Score -= 15
				c.Why = append(c.Why, c.Main.String()+" looks like an example or a tool")
			case c.Main.Dir == "." || path.Base(c.Main.Dir) == packageName(p.Module):
				c.Score += 15
				c.Why = append(c.Why, c.Main.String()+" is what the module is named after")
			}
			if same := slices.IndexFunc(all, c.sameHome); same >= 0 {
				all[same].also = append(all[same].also, f.main)
				all[same].Why = append(all[same].Why, "also in "+f.main.String())
			} else {
				all = append(all, c)
			}
		}
	}
	rank(all)
	if len(runs) > 1 && len(all[0].also)+1 < len(runs) {
		dirs := make([]string, len(runs))
		for i, f := range runs {
			dirs[i] = f.main.String()
		}
		return all, &Ambiguity{fmt.Sprintf("%d binaries serve: %s", len(runs), strings.Join(dirs, ", ")), TwoMains}, nil
	}
	for _, f := range runs {
		if d := f.doubt(); d != nil {
			return all, d, nil
		}
	}
	return all, nil, nil
}

// besides fits folders of binaries that are not what a project is about.
var besides = regexp.MustCompile(`(?i)(^|[/_-])(example|demo|mock|test|tool|script|hack|bench|fake|stub|sandbox)|test(srv|server)`)

// sameHome says whether two candidates are one and the same place.
func (c *Candidate) sameHome(o *Candidate) bool {
	return o.Home.File == c.Home.File && o.Home.Block == c.Home.Block && o.Home.Line == c.Home.Line && o.Expr == c.Expr && o.Kind == c.Kind
}

// frameworks are known not to serve with a router that wsgen can mount on.
var frameworks = []string{
	"github.com/go-kratos/kratos", "github.com/zeromicro/go-zero", "github.com/beego/beego", "github.com/astaxie/beego", "github.com/kataras/iris",
	"github.com/cloudwego/hertz", "github.com/valyala/fasthttp", "github.com/revel/revel", "github.com/gobuffalo/buffalo", "github.com/goravel/framework",
	"github.com/gogf/gf", "github.com/danielgtaylor/huma", "github.com/go-macaron/macaron", "github.com/go-martini/martini", "goji.io", "github.com/emicklei/go-restful",
	"github.com/labstack/echo", "github.com/gofiber/fiber", "github.com/pocketbase/pocketbase", "encore.dev",
}

// nothing says that no router was found, and which framework may be why.
func (p *Project) nothing() string {
	for _, pk := range slices.Backward(p.world.order) {
		for _, imp := range pk.imports {
			if s, stubbed := stubFor(imp); stubbed && (s.router != Own || s.name == "grpcgateway") {
				continue
			}
			for _, fw := range frameworks {
				if imp == fw || strings.HasPrefix(imp, fw+"/") {
					return fmt.Sprintf("%s serves with %s, which wsgen has no adapter for", pk.path, fw)
				}
			}
		}
	}
	return "nothing was found that serves HTTP with a router that wsgen knows"
}

// A finder makes candidates out of what is known about one binary.
type finder struct {
	p       *Project
	a       *analysis
	main    *Main
	classes []*class
	found   []*Candidate // the best first
	live    bool         // one of found is seen to be served
	outside *serving     // what is served, and made where nothing is edited
	of      map[*Candidate]*class
}

// candidates finds what could take a route in one binary.
func (f *finder) candidates() {
	f.a = analyse(f.p.world, f.main)
	f.classes = f.a.classes()
	f.of = map[*Candidate]*class{}
	var all []*Candidate
	anyServed := false
	for _, c := range f.classes {
		anyServed = anyServed || c.root() && c.routes(map[*class]bool{}) > 0
	}
	for _, c := range f.classes {
		if !c.root() && (anyServed || len(c.parents) > 0) {
			continue
		}
		if c.router == DefaultMux && c.routes(map[*class]bool{}) == 0 {
			continue
		}
		if cand := f.candidate(c); cand != nil {
			all = append(all, cand)
			f.of[cand] = c
		}
	}
	if !slices.ContainsFunc(all, func(c *Candidate) bool { return len(c.Serves) > 0 }) {
		all = append(all, f.handlers()...)
	}
	rank(all)
	f.found = f.merge(all)
	f.live = slices.ContainsFunc(f.found, func(c *Candidate) bool { return len(c.Serves) > 0 })
}

// merge drops candidates whose statement would be that of a better one: a router
// and its subrouter that take turns in a variable.
func (f *finder) merge(all []*Candidate) []*Candidate {
	var out []*Candidate
	for _, c := range all {
		if !slices.ContainsFunc(out, func(o *Candidate) bool {
			return o.sameHome(c) && f.of[c] != nil && f.of[o] != nil && f.of[o].joined(f.of[c])
		}) {
			out = append(out, c)
		}
	}
	return out
}

func rank(all []*Candidate) {
	slices.SortStableFunc(all, func(x, y *Candidate) int {
		return cmp.Or(-cmp.Compare(x.Score, y.Score), cmp.Compare(x.Home.File.Path, y.Home.File.Path), cmp.Compare(x.Home.Line, y.Home.Line))
	})
}

// candidate makes a candidate of a router that is served. It is nil if there is
// no place for a statement.
func (f *finder) candidate(c *class) *Candidate {
	cand, at := f.served(c)
	if at.router != Own {
		for _, p := range f.a.choose(at) {
			if !p.editable() || at.registry() && p.made == nil {
				continue
			}
			if f.place(cand, at, p) {
				return f.complete(cand, c, at)
			}
		}
	}
	if f.below(cand, at) || f.wrap(cand, c.serves) {
		return f.complete(cand, c, at)
	}
	if len(c.serves) > 0 && f.outside == nil && at.router != Own {
		f.outside = c.serves[0]
	}
	return nil
}

// served begins a candidate of a router, and returns the one below it that takes
// its place.
func (f *finder) served(c *class) (*Candidate, *class) {
	cand := &Candidate{Kind: Mount, Router: c.router, Import: c.imp, Main: f.main}
	f.score(cand, c)
	for _, s := range c.serves {
		cand.Serves = append(cand.Serves, s.Serve)
	}
	slices.SortStableFunc(cand.Serves, func(x, y Serve) int {
		return cmp.Compare(b2i(x.Handler == nil), b2i(y.Handler == nil))
	})
	at := f.descend(c)
	if at != c {
		cand.Router, cand.Import = at.router, at.imp
		cand.Why = append(cand.Why, fmt.Sprintf("the %s is all that %s hands requests to", at.router, c.router))
	}
	return cand, at
}

// place gives a candidate its home.
func (f *finder) place(cand *Candidate, c *class, p *place) bool {
	h, expr, ok := f.a.home(c, p)
	if ok {
		cand.Home, cand.Expr, cand.inner = h, expr, f.a.inner(h)
	}
	return ok
}

// complete fills in what does not depend on the home.
func (f *finder) complete(cand *Candidate, c, at *class) *Candidate {
	f.routes(cand, c, pattern{}, map[*class]bool{})
	f.middleware(cand, c, at)
	f.shutdowns(cand, c)
	return cand
}

// descend returns the router below c that is as good as c, since c only hands
// requests on to it: http.Handle("/", r).
func (f *finder) descend(c *class) *class {
	for range 4 {
		var to *class
		direct := 0
		for _, e := range c.events {
			if e.does&(Add|Sub) != 0 && !sidePaths.MatchString(e.pattern.text) {
				direct++
			}
		}
		for _, l := range c.children {
			if l.arg == 0 || l.pattern.text != "/" || direct > 1 {
				continue
			}
			if len(l.to.places()) == 0 || !l.to.places()[0].editable() || len(f.a.flow.around(l.to.first().id, l.arg)) > 0 {
				continue
			}
			to = l.to
		}
		if to == nil || to == c || to.router == Own {
			return c
		}
		c = to
	}
	return c
}

// registry says whether routes are only ever registered by a helper, from
// elsewhere: then the router is the private part of somebody's framework.
func (c *class) registry() bool {
	helped, plain := false, false
	for _, e := range c.events {
		switch {
		case e.does&(Add|Sub) == 0:
		case e.remote && e.expr != nil:
			plain = true
		case e.remote:
			helped = true
		case e.pattern.param:
			helped = true
		default:
			plain = true
		}
	}
	return helped && !plain
}

// below looks for a place at a router below c, where c itself is out of reach:
// it is made in another module, or in a generated file.
func (f *finder) below(cand *Candidate, c *class) bool {
	if c.router == Own || c.registry() {
		return false
	}
	best := -1
	for _, l := range c.children {
		if l.to.router == Own {
			continue
		}
		n := l.to.routes(map[*class]bool{})
		if n <= best {
			continue
		}
		for _, p := range f.placesOf(l.to) {
			if !p.editable() {
				continue
			}
			if h, e, ok := f.a.home(l.to, p); ok {
				best = n
				cand.Home, cand.Expr, cand.Router, cand.Import = h, e, l.to.router, l.to.imp
				cand.Prefix = strings.TrimSuffix(l.pattern.text, "/")
				cand.outside = true
				break
			}
		}
	}
	return best >= 0
}

// placesOf is places, and the functions that get the router as a parameter.
func (f *finder) placesOf(c *class) []*place {
	all := c.places()
	if len(all) > 0 && all[0].editable() {
		return all
	}
	var more []*place
	for _, s := range f.a.flow.sources {
		if s.kind != aFunc || s.file.ReadOnly || s.file.Generated {
			continue
		}
		ft := s.funcType()
		for _, field := range ft.Params.List {
			for _, name := range field.Names {
				o := s.frame.def(name)
				if o == nil || routerOf(o.Type()) == None || !c.holds(s.frame.object(o), f.a.flow) {
					continue
				}
				fn, lit := s.fn, s.lit
				if s.unit != nil {
					fn = s.unit
				}
				more = append(more, &place{fn: fn, lit: lit, first: name.Pos(), made: &source{external: true, expr: name}})
			}
		}
	}
	return append(more, all...)
}

// wrap makes cand one that wraps what is served.
func (f *finder) wrap(cand *Candidate, serves []*serving) bool {
	for _, s := range serves {
		if s.Handler == nil || s.File == nil || s.File.Generated || s.File.ReadOnly || s.fn == nil {
			continue
		}
		p := &place{fn: s.fn, lit: s.lit, first: s.Pos}
		c := &class{router: None}
		cand.Kind, cand.Expr = Wrap, text(s.File, s.Handler)
		if first, _, more := strings.Cut(cand.Expr, "\n"); more {
			cand.Expr = strings.TrimRight(first, "\r") + " …"
		}
		h, _, _ := f.a.home(c, p)
		if p.lit == nil && p.fn.decl == nil {
			h.Line = s.File.Line(s.Pos)
		}
		cand.Home = h
		// the one to wrap comes first
		i := slices.IndexFunc(cand.Serves, func(x Serve) bool { return x.Pos == s.Pos })
		if i > 0 {
			cand.Serves[0], cand.Serves[i] = cand.Serves[i], cand.Serves[0]
		}
		return true
	}
	return false
}

// handlers returns candidates for what is served without a router.
func (f *finder) handlers() []*Candidate {
	var all []*Candidate
	for _, s := range f.a.serves {
		if s.Handler == nil || s.weak || len(f.a.flow.routers(s.node)) > 0 {
			continue
		}
		c := &Candidate{Router: None, Main: f.main, Serves: []Serve{s.Serve}, Score: 5, Why: []string{"a handler without a router is served by " + s.What}}
		if sideWords.MatchString(s.Addr + " " + s.Func) {
			c.Score -= 10
		}
		if f.wrap(c, []*serving{s}) {
			f.shutdowns(c, &class{serves: []*serving{s}})
			all = append(all, c)
		}
	}
	return all
}

// sideWords fit names of servers and functions that are beside the application.
var sideWords = regexp.MustCompile(`(?i)metric|pprof|debug|admin|redirect|challenge|acme|\bprof|monitor|manage|internal|health`)

// sidePaths fit routes that are beside the application.
var sidePaths = regexp.MustCompile(`(?i)^/?(metrics|debug|pprof|health|healthz|ready|readyz|readiness|live|livez|liveness|ping|status|\.well-known/acme)`)

// score counts what speaks for a router and against it.
func (f *finder) score(cand *Candidate, c *class) {
	n := c.routes(map[*class]bool{})
	cand.Score = 2 * n
	cand.Why = append(cand.Why, plural(n, "route"))
	if c.root() {
		cand.Score += 10
		s := c.serves[0]
		if s.File != nil {
			cand.Why = append(cand.Why, fmt.Sprintf("served by %s at %s:%d", s.What, s.File.Path, s.File.Line(s.Pos)))
		}
	} else {
		cand.Why = append(cand.Why, "nothing was seen that serves it")
	}
	if c.first().expr != nil {
		cand.Score += 3
	}
	side := 0
	for _, s := range c.serves {
		if s.InGo {
			side++
		}
		if sideWords.MatchString(s.Func) || sideWords.MatchString(s.Addr) {
			side += 2
		}
	}
	if c.first().fn != nil && sideWords.MatchString(c.first().fn.name) {
		side += len(c.serves)
	}
	if len(c.serves) > 0 && side >= 2*len(c.serves) {
		cand.Score -= 15
		cand.Why = append(cand.Why, "its server looks like one beside the application")
	}
	if f.sideOnly(c) {
		cand.Score -= 15
		cand.Why = append(cand.Why, "it only has routes for operations")
	}
	if strings.Contains(c.imp, "grpc-gateway") {
		cand.Score -= 12
	}
}

// sideOnly says whether all that a router answers is metrics and the like.
func (f *finder) sideOnly(c *class) bool {
	n := 0
	for _, e := range c.events {
		if e.does&Add == 0 {
			continue
		}
		n++
		if !sidePaths.MatchString(e.pattern.text) {
			return false
		}
	}
	return n > 0 && len(c.children) == 0
}

// own counts the routes of a router that are not for operations.
func own(c *class, seen map[*class]bool) int {
	if seen[c] {
		return 0
	}
	seen[c] = true
	n := 0
	for _, e := range c.events {
		if e.does&Add != 0 && !sidePaths.MatchString(e.pattern.text) {
			n++
		}
	}
	for _, l := range c.children {
		n += own(l.to, seen)
	}
	return n
}

// doubt returns why a person has to choose among the candidates of a binary; nil
// if the first is safe to take.
func (f *finder) doubt() *Ambiguity {
	cs := f.found
	best := cs[0]
	c := f.of[best]
	if f.main.Funcs > 1 {
		return &Ambiguity{fmt.Sprintf("%s has %d main functions", f.main, f.main.Funcs), ManyPrograms}
	}
	if best.Kind == Wrap {
		return &Ambiguity{"no router of " + best.Home.File.Path + " can take the route; what is served would be wrapped", OnlyWrap}
	}
	if c == nil || !c.root() {
		return &Ambiguity{"nothing was seen that serves " + best.String(), Unsure}
	}
	if best.outside {
		return &Ambiguity{"the router is part of one that is made where wsgen edits nothing: in generated code, or in another module", NotEditable}
	}
	if len(cs) > 1 {
		second := cs[1]
		if second.sameHome(best) {
			return &Ambiguity{best.Home.Func + " is for several routers", SharedHome}
		}
		if 2*second.Score > best.Score {
			return &Ambiguity{fmt.Sprintf("%s is about as good as %s", second, best), CloseSecond}
		}
		for _, other := range cs[1:] {
			if o := f.of[other]; o != nil && own(o, map[*class]bool{}) > 3 && own(c, map[*class]bool{}) > 3 {
				return &Ambiguity{fmt.Sprintf("%s serves an application, too", other), TwoApps}
			}
		}
	}
	if c.router == DefaultMux {
		at := map[*unit]bool{}
		for _, s := range c.serves {
			at[s.fn] = true
		}
		if len(at) > 1 {
			return &Ambiguity{"http.DefaultServeMux is served in several places", DefaultTwice}
		}
	}
	if f.a.differ(c) {
		return &Ambiguity{best.Home.Func + " makes several routers, with different routes", SharedHome}
	}
	if c.registry() {
		return &Ambiguity{"the router is private to code that registers the routes of others", Unsure}
	}
	if !slices.ContainsFunc(c.serves, func(s *serving) bool { return !s.weak || !strings.Contains(s.What, ".Start") }) {
		return &Ambiguity{"it is not known what " + best.Serves[0].What + " does with the router", Unsure}
	}
	return f.unsure(best, c)
}

// unsure looks for reasons why a statement at the best candidate's home might not
// do what it says.
func (f *finder) unsure(best *Candidate, c *class) *Ambiguity {
	for _, o := range f.classes {
		if o == c || !o.root() {
			continue
		}
		for _, e := range o.events { // a function that fills several routers
			if e.file == best.Home.File && e.frame.u.decl == best.Home.Decl && e.lit == best.Home.Lit && e.expr != nil && types.ExprString(e.expr) == best.Expr {
				return &Ambiguity{best.Home.Func + " is for several routers", SharedHome}
			}
		}
	}
	if best.inner {
		return &Ambiguity{"the router is declared inside a block of " + best.Home.Func, Unsure}
	}
	if c.first().external {
		return &Ambiguity{"the router is made by " + best.Serves[0].What + ", which is not here", Unsure}
	}
	if c.first().loop {
		return &Ambiguity{"the router is made in a loop", Unsure}
	}
	for _, m := range best.Middleware {
		if m.Gate {
			return &Ambiguity{fmt.Sprintf("%s at %s:%d picks what gets to the router", m.Name, m.File.Path, m.File.Line(m.Pos)), Unsure}
		}
	}
	return nil
}

// routes collects the registrations on a router and below it.
func (f *finder) routes(cand *Candidate, c *class, prefix pattern, seen map[*class]bool) {
	if seen[c] {
		return
	}
	seen[c] = true
	bases, here := map[string]int{}, 0
	for _, e := range c.events {
		if e.does&Add == 0 && e.does&UsePath == 0 || e.pattern.param && !e.remote {
			continue
		}
		full := prefix.join(e.pattern)
		host, text := full.host()
		cand.Routes = append(cand.Routes, Route{
			Method: e.method, Pattern: show(text, full), Dynamic: full.dynamic, Host: host, File: e.file, Pos: e.call.Pos(), Func: e.frame.u.name,
		})
		if e.file == cand.Home.File && e.frame.u.decl == cand.Home.Decl && e.lit == cand.Home.Lit {
			here++
			bases[e.pattern.base]++
		}
	}
	if len(seen) == 1 {
		for b, n := range bases {
			if b != "" && 2*n > here {
				cand.Base = b
			}
		}
	}
	for _, l := range c.children {
		p := l.pattern
		p.text = strings.TrimSuffix(p.text, "*")
		f.routes(cand, l.to, prefix.join(p), seen)
	}
	if len(seen) == 1 || prefix.text == "" {
		slices.SortStableFunc(cand.Routes, func(x, y Route) int { return cmp.Compare(x.Pos, y.Pos) })
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
