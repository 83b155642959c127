package rewrite

import (
	"strings"

	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// netHTTP is http.ServeMux: the most specific pattern wins, whatever the order.
// It has no middleware.
type netHTTP struct{ unordered }

// clash: of "HEAD /{id}" and "GET /ws", which answers HEAD too, neither is the
// more specific; ServeMux panics.
func (netHTTP) clash(have project.Route, path string) bool {
	return have.Method == "HEAD" && have.Host == "" && !have.Dynamic &&
		(matches(have.Pattern, path) || strings.HasSuffix(have.Pattern, "/") && within(have.Pattern, path))
}

// MethodPatterns reports whether a ServeMux of the project knows patterns with a
// method. Since Go 1.22 "GET /ws" is one, and "/ws" would panic beside
// "GET /{id}"; before, "GET /ws" is a path that nobody asks for. What decides is
// the go line of the main module, or of the workspace, and //go:debug.
//
// main is the binary that serves; nil for any.
func MethodPatterns(p *project.Project, main *project.Main) bool {
	line := p.GoLine
	if p.WorkGo != "" {
		line = p.WorkGo
	}
	knows := semver.Compare("v"+strings.TrimLeft(line, "go"), "v1.22") >= 0
	const key = "httpmuxgo121"
	if p.GoMod != nil {
		for _, g := range p.GoMod.Godebug {
			switch {
			case g.Key == key:
				knows = g.Value != "1"
			}
		}
	}
	if main == nil {
		return knows
	}
	for _, f := range p.Files {
		if f.Pkg == nil || f.Pkg.Path() != main.Path {
			continue
		}
		for _, g := range f.AST.Comments {
			for _, c := range g.List {
				if v, ok := strings.CutPrefix(c.Text, "//go:debug "+key+"="); ok && c.Pos() < f.AST.Package {
					knows = strings.TrimSpace(v) != "1"
				}
			}
		}
	}
	return knows
}
