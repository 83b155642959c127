package rewrite

import (
	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// gin gives a route the middleware that came before it. A wildcard *any panics
// beside every other route of its method.
type gin struct {
	mixes bool // a parameter may stand beside something literal
}

func (gin) place(b *body, r *room) error { return b.order(r, false) }

func (g gin) clash(have project.Route, path string) bool {
	if have.Method != "GET" && have.Method != "" {
		return false
	}
	return wildcardBeside(have.Pattern, path, "*") || !g.mixes && wildcardBeside(have.Pattern, path, ":")
}

func (gin) guards() bool { return false }

// ginMixes reports whether the project's gin has the tree that prefers what is
// literal to parameters, and allows both.
func ginMixes(p *project.Project) bool {
	v := required(p, "github.com/gin-gonic/gin")
	return v == "" || semver.Compare(v, "v1.8.0") >= 0
}

// required returns the version of a module that the project requires, "" if it
// does not say.
func required(p *project.Project, module string) string {
	if p.GoMod != nil {
		for _, r := range p.GoMod.Require {
			if r.Mod.Path == module {
				return r.Mod.Version
			}
		}
	}
	return ""
}
