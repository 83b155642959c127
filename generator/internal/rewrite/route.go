package rewrite

import (
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// proposals are routes to take when the one that is wanted is not free.
var proposals = []string{"/realtime", "/live", "/events/ws"}

// A conflict is a route of the user's that ours cannot stand beside.
type conflict struct {
	with  project.Route
	panic bool // the router panics; else requests would go astray
}

// routeConflict returns what is in the way of a route, nil if nothing is. The
// browser's client is served below it.
func routeConflict(r router, routes []project.Route, path string) *conflict {
	for _, have := range routes {
		if have.Method == "" || have.Method == "GET" {
			if have.Host == "" && occupies(have.Pattern, path) {
				return &conflict{with: have}
			}
		}
		if r.clash(have, path) || r.clash(have, path+script) {
			return &conflict{with: have, panic: true}
		}
	}
	return nil
}

// occupies reports whether a pattern answers on path, or on what is below it. Of
// one that begins with something computed only the end is known, which is
// enough to keep off.
func occupies(pattern, path string) bool {
	pattern = strings.TrimSuffix(pattern, "/")
	if pattern == path || strings.HasPrefix(pattern, path+"/") {
		return true
	}
	end, computed := strings.CutPrefix(pattern, "…")
	return computed && end != "" && strings.HasSuffix(path, end)
}

// freeRoutes returns proposals that nothing is in the way of.
func freeRoutes(r router, routes []project.Route, route string) []string {
	var free []string
	for _, p := range append(slices.Clone(proposals), strings.TrimSuffix(route, "/")+"/app") {
		if p != route && routeConflict(r, routes, p) == nil {
			free = append(free, p)
		}
	}
	return free
}

// refusal says what to do about c.
func (c *conflict) refusal(route string, free []string) *Refusal {
	verb := "answers"
	if c.with.Dynamic || strings.HasPrefix(c.with.Pattern, "…") {
		verb = "may answer"
	}
	r := refuse(RouteTaken, c.with.File, c.with.Pos, fmt.Sprintf("%s %s on %s", pattern(c.with), verb, route), "")
	if c.panic {
		r.Reason = Clash
		r.Text = fmt.Sprintf("the router panics when GET %s stands beside %s", route, pattern(c.with))
	}
	if len(free) > 0 {
		r.Option, r.Choices = "route", free
		r.Fix = "--route=" + free[0] + " is free"
	}
	return r
}

// unservable adds to no, which is a clash, that the websocket could stand in
// front of the router if that were served through net/http.
func (m *mounting) unservable(no *Refusal) *Refusal {
	if no.Option == "" && no.Reason == Clash {
		no.Fix = "serve the router through net/http, so that the websocket can stand in front of it"
		no.Snippet = fmt.Sprintf("http.ListenAndServe(addr, %s.Wrap(%s))", m.o.Package, m.c.Expr)
	}
	return no
}

// pattern returns a route as people write it.
func pattern(r project.Route) string { return strings.TrimSpace(r.Method + " " + r.Host + r.Pattern) }

// baseValue returns the path that a Go expression, in front of which sibling
// routes are written, comes to: a constant, or "…".
func baseValue(c *project.Candidate) string {
	if c.Base == "" {
		return ""
	}
	f := c.Home.File
	if f.Pkg != nil && len(c.Home.List) > 0 {
		if o, ok := lookup(f, c.Base, c.Home.List[0].Pos()).(*types.Const); ok && o.Val().Kind() == constant.String {
			return strings.TrimRight(constant.StringVal(o.Val()), "/")
		}
	}
	return "…"
}
