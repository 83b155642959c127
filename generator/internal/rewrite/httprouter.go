package rewrite

import (
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// httpRouter panics where a parameter and something literal could both match an
// element of a path.
type httpRouter struct{ unordered }

func (httpRouter) clash(have project.Route, path string) bool {
	return (have.Method == "GET" || have.Method == "") && wildcardBeside(have.Pattern, path, ":*")
}

// wildcardBeside reports whether a pattern has a wildcard, which begins with one
// of chars, where path goes on with something else.
func wildcardBeside(pattern, path, chars string) bool {
	i := strings.IndexAny(pattern, chars)
	return i >= 0 && strings.HasPrefix(path, pattern[:i])
}
