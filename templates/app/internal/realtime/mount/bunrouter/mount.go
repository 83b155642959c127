package realtime

import (
	"github.com/uptrace/bunrouter"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a
// *bunrouter.Router or a group of it. Edit changes the settings of setup.go.
func Mount(r interface {
	GET(path string, h bunrouter.HandlerFunc)
}, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.GET(realtime.Route, bunrouter.HTTPHandler(h))
	r.GET(realtime.Route+"/realtime.js", bunrouter.HTTPHandler(realtime.Script()))
	return h
}
