package realtime

import (
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on an
// *httprouter.Router, which panics if it has a route like "/:name" or "/*path".
// Edit changes the settings of setup.go.
func Mount(r interface {
	Handler(method, path string, h http.Handler)
}, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.Handler(http.MethodGet, realtime.Route, h)
	r.Handler(http.MethodGet, realtime.Route+"/realtime.js", realtime.Script())
	return h
}
