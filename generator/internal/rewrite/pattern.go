package rewrite

import (
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// script is where, below the route, the browser's client is served.
const script = "/realtime.js"

// matches reports whether a route pattern of any router, in {x}, :x or * form,
// matches a path. A part that is only known when the program runs, "…", matches
// nothing.
func matches(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, w := range want {
		switch {
		case takesRest(w):
			return i <= len(have)
		case i >= len(have):
			return false
		case strings.ContainsAny(w, "{:"):
			if have[i] == "" {
				return false
			}
		case w != have[i]:
			return false
		}
	}
	return len(want) == len(have)
}

// takesRest reports whether an element of a pattern matches all that is left.
func takesRest(element string) bool {
	return strings.HasPrefix(element, "*") || element == "+" ||
		strings.HasPrefix(element, "{") && (strings.HasSuffix(element, "...}") || strings.Contains(element, ".*") || strings.HasSuffix(element, "*}") || strings.HasPrefix(element, "{*"))
}

// within reports whether path is prefix or below it, the prefix being a pattern.
func within(prefix, path string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return matches(prefix, path) || matches(prefix+"/*", path)
}

// shadows reports whether s answers requests for the route, or the script below
// it, in a router that takes the first registration that matches.
func (b *body) shadows(s *project.Step) bool {
	switch {
	case s.Does.Has(project.Go), s.Does.Has(project.Fallback), s.Method != "" && s.Method != "GET":
		return false
	case s.Does.Has(project.CatchAll):
		return true
	case s.Does.Has(project.UsePath):
		return s.Pattern != "" && within(s.Pattern, b.o.Route)
	case s.Does.Has(project.Add):
		if s.Pattern == "" {
			return s.Does.Has(project.Param)
		}
		return matches(s.Pattern, b.o.Route) || matches(s.Pattern, b.o.Route+script)
	}
	return false
}

// firstShadow returns the first step that shadows the route, nil if none does.
func (b *body) firstShadow() *project.Step {
	for i := range b.home.Steps {
		if s := &b.home.Steps[i]; b.shadows(s) {
			return s
		}
	}
	return nil
}
