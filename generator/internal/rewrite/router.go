package rewrite

import "github.com/wsgen/wsgen/generator/internal/project"

// A router knows what one router library makes of the order in which things are
// registered.
type router interface {
	// place narrows r to where in b the mount does what it should. An error is a
	// *Refusal.
	place(b *body, r *room) error

	// clash reports whether the router panics, or drops one of the two, when a GET
	// route for path is registered beside have, which is for another path.
	clash(have project.Route, path string) bool

	// guards reports whether middleware holds for all routes of the router,
	// whatever the order.
	guards() bool
}

// routers has those that take a mount.
func routers(p *project.Project) map[project.Router]router {
	return map[project.Router]router{
		project.NetHTTP:    netHTTP{},
		project.DefaultMux: netHTTP{},
		project.Chi:        chi{},
		project.GorillaMux: gorillaMux{},
		project.Gin:        gin{mixes: ginMixes(p)},
		project.Echo4:      echo{},
		project.Echo5:      echo{},
		project.Fiber2:     fiber{},
		project.Fiber3:     fiber{},
		project.HTTPRouter: httpRouter{},
		project.BunRouter:  bunRouter{},
	}
}

// unordered is a router whose routes and middleware may come in any order.
type unordered struct{}

func (unordered) place(*body, *room) error         { return nil }
func (unordered) clash(project.Route, string) bool { return false }
func (unordered) guards() bool                     { return true }
