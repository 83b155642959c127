package realtime

import (
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a mux: an
// *http.ServeMux, or one of its kind, that takes paths without a method. Edit
// changes the settings of setup.go.
func Mount(mux interface{ Handle(string, http.Handler) }, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	mux.Handle(realtime.Route, h)
	mux.Handle(realtime.Route+"/realtime.js", realtime.Script())
	return h
}
