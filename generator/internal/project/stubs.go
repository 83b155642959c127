package project

import (
	"embed"
	"go/types"
	"path"
	"regexp"
	"strings"
)

// The declarations in stubs are our own summary of what the router packages
// export: names and types, no bodies. Where a type does not matter to how
// routers flow, it says any.
//
//go:embed stubs/*.txt
var stubFiles embed.FS

// A stub is a package whose declarations wsgen carries.
type stub struct {
	name   string // of the file in stubs, and first part of the keys of effects
	router Router // what its routers are
}

// stubPaths has the import paths without their major version.
var stubPaths = map[string]stub{
	"net/http":                            {"nethttp", NetHTTP},
	"github.com/go-pkgz/routegroup":       {"routegroup", NetHTTP},
	"github.com/go-chi/chi":               {"chi", Chi},
	"github.com/pressly/chi":              {"chi", Chi},
	"github.com/gorilla/mux":              {"gorillamux", GorillaMux},
	"github.com/gin-gonic/gin":            {"gin", Gin},
	"github.com/julienschmidt/httprouter": {"httprouter", HTTPRouter},
	"github.com/uptrace/bunrouter":        {"bunrouter", BunRouter},

	"github.com/grpc-ecosystem/grpc-gateway/runtime": {"grpcgateway", Own},
}

// stubMajors has those where the major version matters. What is not listed here
// or there by that major is a version that wsgen has no adapter for: its values
// are followed by the declarations of the nearest one, as somebody's own router.
var stubMajors = map[string]stub{
	"github.com/labstack/echo":    {"echo4", Own},
	"github.com/labstack/echo/v4": {"echo4", Echo4},
	"github.com/labstack/echo/v5": {"echo5", Echo5},
	"github.com/gofiber/fiber":    {"fiber2", Own},
	"github.com/gofiber/fiber/v2": {"fiber2", Fiber2},
	"github.com/gofiber/fiber/v3": {"fiber3", Fiber3},
}

var major = regexp.MustCompile(`^v[0-9]+$`)

// stubFor returns the declarations for an import path.
func stubFor(imp string) (stub, bool) {
	if s, ok := stubMajors[imp]; ok {
		return s, true
	}
	if s, ok := stubPaths[imp]; ok {
		return s, true
	}
	dir, last := path.Split(imp)
	dir = strings.TrimSuffix(dir, "/")
	if major.MatchString(last) {
		if s, ok := stubMajors[dir]; ok {
			return s, true
		}
		s, ok := stubPaths[dir]
		return s, ok
	}
	if last == "runtime" && strings.HasPrefix(imp, "github.com/grpc-ecosystem/grpc-gateway/v") {
		return stubPaths["github.com/grpc-ecosystem/grpc-gateway/runtime"], true
	}
	return stub{}, false
}

// stubOf returns the declarations that an object comes from.
func stubOf(o types.Object) (stub, bool) {
	if o == nil || o.Pkg() == nil {
		return stub{}, false
	}
	return stubFor(o.Pkg().Path())
}

// routerTypes has the types that routes are registered on.
var routerTypes = map[string]bool{
	"nethttp.ServeMux":        true,
	"routegroup.Bundle":       true,
	"chi.Mux":                 true,
	"chi.Router":              true,
	"gorillamux.Router":       true,
	"gin.Engine":              true,
	"gin.RouterGroup":         true,
	"gin.IRouter":             true,
	"gin.IRoutes":             true,
	"echo4.Echo":              true,
	"echo4.Group":             true,
	"echo5.Echo":              true,
	"echo5.Group":             true,
	"fiber2.App":              true,
	"fiber2.Group":            true,
	"fiber2.Router":           true,
	"fiber3.App":              true,
	"fiber3.Group":            true,
	"fiber3.Router":           true,
	"httprouter.Router":       true,
	"bunrouter.Router":        true,
	"bunrouter.CompatRouter":  true,
	"bunrouter.VerboseRouter": true,
	"bunrouter.Group":         true,
	"bunrouter.CompatGroup":   true,
	"bunrouter.VerboseGroup":  true,
	"grpcgateway.ServeMux":    true,
}
