package project

import (
	"go/types"
	"strings"
)

// An act is what a function or method of a router package does.
type act uint8

const (
	unknown  act = iota
	makes        // returns a new router
	adds         // registers a route
	uses         // installs middleware
	groups       // returns a router below, or gives it to a function
	mounts       // puts a handler below a path
	same         // returns its receiver
	falls        // sets what answers when nothing else does
	serves       // serves a handler, or its receiver
	starts       // starts an http.Server
	stops        // shuts a server or router down
	forwards     // ServeHTTP: hands a request to its receiver
	wraps        // returns a handler around its argument
	refines      // narrows a *mux.Route
)

// An effect is an act with the places of what it needs among the arguments; -1
// for what is not there.
type effect struct {
	act     act
	method  string // HTTP method of the route, "" for any
	verb    int    // argument that holds the method
	pattern int
	handler int // first argument that is a handler; for groups, the function that gets the router
}

func eff(a act, pattern, handler int) effect { return effect{a, "", -1, pattern, handler} }

// effects says what the functions of the router packages do, by name of the
// declarations and function. Methods of one name do the same on each type of a
// package, or have a line of their own.
var effects = map[string]effect{
	"nethttp.NewServeMux":           eff(makes, -1, -1),
	"nethttp.Handle":                eff(adds, 0, 1),
	"nethttp.HandleFunc":            eff(adds, 0, 1),
	"nethttp.ServeHTTP":             eff(forwards, -1, -1),
	"nethttp.ListenAndServe":        eff(serves, 0, 1),
	"nethttp.ListenAndServeTLS":     eff(serves, 0, 3),
	"nethttp.Serve":                 eff(serves, 0, 1),
	"nethttp.ServeTLS":              eff(serves, 0, 1),
	"nethttp.StripPrefix":           eff(wraps, -1, 1),
	"nethttp.TimeoutHandler":        eff(wraps, -1, 0),
	"nethttp.MaxBytesHandler":       eff(wraps, -1, 0),
	"nethttp.AllowQuerySemicolons":  eff(wraps, -1, 0),
	"nethttp.Server.ListenAndServe": eff(starts, -1, -1),
	"nethttp.Server.Serve":          eff(starts, -1, -1),
	"nethttp.Server.ServeTLS":       eff(starts, -1, -1),
	"nethttp.Server.Shutdown":       eff(stops, -1, 0),

	"nethttp.Server.ListenAndServeTLS": eff(starts, -1, -1),

	"routegroup.New":             eff(makes, -1, 0),
	"routegroup.Mount":           eff(makes, 1, 0),
	"routegroup.ServeHTTP":       eff(forwards, -1, -1),
	"routegroup.Bundle.Mount":    eff(groups, 0, -1),
	"routegroup.Group":           eff(groups, -1, -1),
	"routegroup.With":            eff(groups, -1, -1),
	"routegroup.Route":           eff(groups, -1, 0),
	"routegroup.Use":             eff(uses, -1, 0),
	"routegroup.Handle":          eff(adds, 0, 1),
	"routegroup.HandleFunc":      eff(adds, 0, 1),
	"routegroup.HandleFiles":     eff(adds, 0, -1),
	"routegroup.HandleRoot":      eff(adds, 0, 1),
	"routegroup.HandleRootFunc":  eff(adds, 0, 1),
	"routegroup.NotFoundHandler": eff(falls, -1, 0),

	"chi.NewRouter":        eff(makes, -1, -1),
	"chi.NewMux":           eff(makes, -1, -1),
	"chi.Handler":          eff(wraps, -1, 0),
	"chi.HandlerFunc":      eff(wraps, -1, 0),
	"chi.ServeHTTP":        eff(forwards, -1, -1),
	"chi.Use":              eff(uses, -1, 0),
	"chi.With":             eff(groups, -1, -1),
	"chi.Group":            eff(groups, -1, 0),
	"chi.Route":            eff(groups, 0, 1),
	"chi.Mount":            eff(mounts, 0, 1),
	"chi.Handle":           eff(adds, 0, 1),
	"chi.HandleFunc":       eff(adds, 0, 1),
	"chi.Method":           {adds, "", 0, 1, 2},
	"chi.MethodFunc":       {adds, "", 0, 1, 2},
	"chi.NotFound":         eff(falls, -1, 0),
	"chi.MethodNotAllowed": eff(falls, -1, 0),

	"gorillamux.NewRouter":         eff(makes, -1, -1),
	"gorillamux.ServeHTTP":         eff(forwards, -1, -1),
	"gorillamux.Use":               eff(uses, -1, 0),
	"gorillamux.Handle":            eff(adds, 0, 1),
	"gorillamux.HandleFunc":        eff(adds, 0, 1),
	"gorillamux.StrictSlash":       eff(same, -1, -1),
	"gorillamux.SkipClean":         eff(same, -1, -1),
	"gorillamux.UseEncodedPath":    eff(same, -1, -1),
	"gorillamux.Path":              eff(same, -1, -1),
	"gorillamux.PathPrefix":        eff(same, -1, -1),
	"gorillamux.Methods":           eff(same, -1, -1),
	"gorillamux.Host":              eff(same, -1, -1),
	"gorillamux.Headers":           eff(same, -1, -1),
	"gorillamux.Schemes":           eff(same, -1, -1),
	"gorillamux.Queries":           eff(same, -1, -1),
	"gorillamux.MatcherFunc":       eff(same, -1, -1),
	"gorillamux.Name":              eff(same, -1, -1),
	"gorillamux.NewRoute":          eff(same, -1, -1),
	"gorillamux.Route.Handler":     eff(adds, -1, 0),
	"gorillamux.Route.HandlerFunc": eff(adds, -1, 0),
	"gorillamux.Route.Subrouter":   eff(groups, -1, -1),
	"gorillamux.Route.Methods":     eff(refines, -1, -1),

	"gorillamux.HeadersRegexp": eff(same, -1, -1),
	"gorillamux.BuildVarsFunc": eff(same, -1, -1),

	"gin.New":          eff(makes, -1, -1),
	"gin.Default":      eff(makes, -1, -1),
	"gin.With":         eff(same, -1, -1),
	"gin.ServeHTTP":    eff(forwards, -1, -1),
	"gin.Handler":      eff(same, -1, -1),
	"gin.Use":          eff(uses, -1, 0),
	"gin.Group":        eff(groups, 0, 1),
	"gin.Any":          eff(adds, 0, 1),
	"gin.Handle":       {adds, "", 0, 1, 2},
	"gin.Match":        {adds, "", 0, 1, 2},
	"gin.Static":       eff(adds, 0, -1),
	"gin.StaticFS":     eff(adds, 0, -1),
	"gin.StaticFile":   {adds, "GET", -1, 0, -1},
	"gin.StaticFileFS": {adds, "GET", -1, 0, -1},
	"gin.NoRoute":      eff(falls, -1, 0),
	"gin.NoMethod":     eff(falls, -1, 0),
	"gin.WrapH":        eff(wraps, -1, 0),
	"gin.WrapF":        eff(wraps, -1, 0),
	"gin.Run":          eff(serves, 0, -1),
	"gin.RunTLS":       eff(serves, 0, -1),
	"gin.RunUnix":      eff(serves, 0, -1),
	"gin.RunFd":        eff(serves, 0, -1),
	"gin.RunListener":  eff(serves, 0, -1),
	"gin.RunQUIC":      eff(serves, 0, -1),

	"httprouter.New":         eff(makes, -1, -1),
	"httprouter.ServeHTTP":   eff(forwards, -1, -1),
	"httprouter.Handle":      {adds, "", 0, 1, 2},
	"httprouter.Handler":     {adds, "", 0, 1, 2},
	"httprouter.HandlerFunc": {adds, "", 0, 1, 2},
	"httprouter.ServeFiles":  {adds, "GET", -1, 0, -1},

	"bunrouter.New":             eff(makes, -1, -1),
	"bunrouter.Compat":          eff(same, -1, -1),
	"bunrouter.Verbose":         eff(same, -1, -1),
	"bunrouter.ServeHTTP":       eff(forwards, -1, -1),
	"bunrouter.ServeHTTPError":  eff(forwards, -1, -1),
	"bunrouter.NewGroup":        eff(groups, 0, -1),
	"bunrouter.WithGroup":       eff(groups, 0, 1),
	"bunrouter.Group.Use":       eff(groups, -1, -1),
	"bunrouter.WithMiddleware":  eff(groups, -1, -1),
	"bunrouter.Handle":          {adds, "", 0, 1, 2},
	"bunrouter.HTTPHandler":     eff(wraps, -1, 0),
	"bunrouter.HTTPHandlerFunc": eff(wraps, -1, 0),

	"bunrouter.CompatGroup.Use":  eff(groups, -1, -1),
	"bunrouter.VerboseGroup.Use": eff(groups, -1, -1),

	"grpcgateway.NewServeMux": eff(makes, -1, -1),
	"grpcgateway.ServeHTTP":   eff(forwards, -1, -1),
	"grpcgateway.HandlePath":  {adds, "", 0, 1, 2},
}

func init() {
	verbs := strings.Fields("Get Post Put Patch Delete Head Options Connect Trace Query")
	for _, v := range verbs {
		upper := strings.ToUpper(v)
		e := effect{adds, upper, -1, 0, 1}
		effects["chi."+v] = e
		for _, s := range []string{"gin", "echo4", "echo5", "httprouter", "bunrouter"} {
			effects[s+"."+upper] = e
		}
		effects["fiber2."+v], effects["fiber3."+v] = e, e
	}
	for _, s := range []string{"echo4.", "echo5."} {
		for name, e := range map[string]effect{
			"New": eff(makes, -1, -1), "NewWithConfig": eff(makes, -1, -1), "ServeHTTP": eff(forwards, -1, -1),
			"Use": eff(uses, -1, 0), "Pre": eff(uses, -1, 0), "Group": eff(groups, 0, -1), "Host": eff(groups, -1, -1),
			"Any": eff(adds, 0, 1), "Add": {adds, "", 0, 1, 2}, "Match": {adds, "", 0, 1, 2},
			"Static": eff(adds, 0, -1), "StaticFS": eff(adds, 0, -1), "File": {adds, "GET", -1, 0, -1}, "FileFS": {adds, "GET", -1, 0, -1},
			"RouteNotFound": eff(falls, 0, 1), "WrapHandler": eff(wraps, -1, 0),
			"Start": eff(serves, 0, -1), "StartTLS": eff(serves, 0, -1), "StartAutoTLS": eff(serves, 0, -1),
			"StartH2CServer": eff(serves, 0, -1), "StartServer": eff(serves, 0, -1),
			"StartConfig.Start": eff(serves, -1, 1), "StartConfig.StartTLS": eff(serves, -1, 1), "Shutdown": eff(stops, -1, 0),
		} {
			effects[s+name] = e
		}
	}
	for _, s := range []string{"fiber2.", "fiber3."} {
		for name, e := range map[string]effect{
			"New": eff(makes, -1, -1), "NewWithCustomCtx": eff(makes, -1, -1), "Use": eff(uses, -1, 0),
			"All": eff(adds, 0, 1), "Add": {adds, "", 0, 1, 2}, "Group": eff(groups, 0, -1), "Route": eff(groups, 0, 1),
			"Mount": eff(mounts, 0, 1), "Static": eff(adds, 0, -1), "Name": eff(same, -1, -1), "Domain": eff(groups, -1, -1),
			"Listen": eff(serves, 0, -1), "ListenTLS": eff(serves, 0, -1), "ListenTLSWithCertificate": eff(serves, 0, -1),
			"ListenMutualTLS": eff(serves, 0, -1), "Listener": eff(serves, 0, -1), "Handler": eff(same, -1, -1),
			"Shutdown": eff(stops, -1, -1), "ShutdownWithTimeout": eff(stops, -1, -1), "ShutdownWithContext": eff(stops, -1, 0),
		} {
			effects[s+name] = e
		}
	}
}

// effectOf returns what a function of a router package does.
func effectOf(f *types.Func) (stub, effect, bool) {
	s, ok := stubOf(f)
	if !ok {
		return stub{}, effect{}, false
	}
	key := s.name + "." + f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		if n := namedOf(recv.Type()); n != nil {
			if e, ok := effects[s.name+"."+n.Obj().Name()+"."+f.Name()]; ok {
				return s, e, true
			}
		}
		if s.name == "nethttp" && routerOf(recv.Type()) == None && f.Name() != "ServeHTTP" {
			return s, effect{}, true // http.Server.Handle, were there one, is not http.Handle
		}
	}
	return s, effects[key], true
}
