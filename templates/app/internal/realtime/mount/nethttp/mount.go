package realtime

import (
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a mux: an
// *http.ServeMux, or one of its kind. Edit changes the settings of setup.go.
func Mount(mux interface{ Handle(string, http.Handler) }, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	mux.Handle("GET "+realtime.Route, h)
	mux.Handle("POST "+realtime.Route, h) // is told 405; else what is at "/" would answer
	mux.Handle("GET "+realtime.Route+"/realtime.js", realtime.Script())
	return h
}
