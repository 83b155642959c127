package realtime

import (
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// MountDefault serves the websocket and the browser's client on
// http.DefaultServeMux. Edit changes the settings of setup.go.
func MountDefault(edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	http.Handle("GET "+realtime.Route, h)
	http.Handle("POST "+realtime.Route, h) // is told 405; else what is at "/" would answer
	http.Handle("GET "+realtime.Route+"/realtime.js", realtime.Script())
	return h
}
