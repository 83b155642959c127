package realtime

import (
	"github.com/gin-gonic/gin"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a gin engine or group,
// behind the middleware that was given to Use before. Edit changes the settings
// of setup.go.
//
// Gin takes a connection over only if the http.ResponseWriter that it was given
// is an http.Hijacker itself. Behind middleware around the engine whose writer
// can only be unwrapped, put Wrap around that middleware instead.
func Mount(r gin.IRoutes, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.GET(realtime.Route, gin.WrapH(h))
	r.GET(realtime.Route+"/realtime.js", gin.WrapH(realtime.Script()))
	return h
}
