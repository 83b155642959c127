package project

// A Router is a kind of router: what decides which statement mounts a handler
// and where it may stand.
type Router int

const (
	// None: a handler that is no router, such as a closure.
	None Router = iota
	// NetHTTP is a *http.ServeMux, or a type whose Handle method is that of one.
	NetHTTP
	// DefaultMux is http.DefaultServeMux.
	DefaultMux
	// Chi is chi.Router, in any major version.
	Chi
	// GorillaMux is *mux.Router of gorilla/mux.
	GorillaMux
	// Gin is *gin.Engine.
	Gin
	// Echo4 and Echo5 are *echo.Echo of that major version.
	Echo4
	Echo5
	// Fiber2 and Fiber3 are *fiber.App of that major version.
	Fiber2
	Fiber3
	// HTTPRouter is *httprouter.Router.
	HTTPRouter
	// BunRouter is *bunrouter.Router.
	BunRouter
	// Own is a framework that wsgen does not know, or a version of a router
	// that it has no adapter for. It can only be wrapped, or left to a person.
	Own
)

var routerNames = [...]string{
	None: "http.Handler", NetHTTP: "http.ServeMux", DefaultMux: "http.DefaultServeMux", Chi: "chi", GorillaMux: "gorilla/mux",
	Gin: "gin", Echo4: "echo v4", Echo5: "echo v5", Fiber2: "fiber v2", Fiber3: "fiber v3",
	HTTPRouter: "httprouter", BunRouter: "bunrouter", Own: "own framework",
}

// String returns the name that people know the router by, as in "gorilla/mux".
func (r Router) String() string { return routerNames[r] }
