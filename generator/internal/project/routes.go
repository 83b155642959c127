package project

import (
	"slices"
	"strings"
)

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
		slices.SortStableFunc(cand.Routes, func(x, y Route) int { return inOrder(x.File, x.Pos, y.File, y.Pos) })
	}
}
