package project

import (
	"fmt"
	"regexp"
	"strings"
)

// sideWords fit names of servers and functions that are beside the application.
var sideWords = regexp.MustCompile(`(?i)metric|pprof|debug|admin|redirect|challenge|acme|\bprof|monitor|manage|internal|health|HTTPHandler`)

// sidePaths fit routes that are beside the application.
var sidePaths = regexp.MustCompile(`(?i)^/?(metrics|debug|pprof|health|healthz|ready|readyz|readiness|live|livez|liveness|ping|status|\.well-known/acme)`)

// besides fits folders of binaries that are not what a project is about.
var besides = regexp.MustCompile(`(?i)(^|[/_-])(example|demo|mock|test|tool|script|hack|bench|fake|stub|sandbox)|test(srv|server)`)

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
		cand.side = true
		cand.Why = append(cand.Why, "its server looks like one beside the application")
	}
	if f.sideOnly(c) {
		cand.Score -= 15
		cand.side = true
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
