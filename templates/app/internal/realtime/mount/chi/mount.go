package realtime

import (
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a chi router, of any
// major version. Chi wants all its Use calls before. Edit changes the settings
// of setup.go.
func Mount(r interface {
	Method(method, pattern string, h http.Handler)
}, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.Method(http.MethodGet, realtime.Route, h)
	r.Method(http.MethodGet, realtime.Route+"/realtime.js", realtime.Script())
	return h
}
