package realtime

import (
	"net/http"

	"github.com/gorilla/mux"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a router of
// gorilla/mux. What was registered before and matches every path would answer
// instead. Edit changes the settings of setup.go.
func Mount(r *mux.Router, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.Handle(realtime.Route, h).Methods(http.MethodGet)
	r.Handle(realtime.Route+"/realtime.js", realtime.Script()).Methods(http.MethodGet)
	return h
}
