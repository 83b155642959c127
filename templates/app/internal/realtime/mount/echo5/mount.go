package realtime

import (
	"github.com/labstack/echo/v5"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on an *echo.Echo or a
// group of it. Edit changes the settings of setup.go.
func Mount(e interface {
	GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) echo.RouteInfo
}, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	e.GET(realtime.Route, echo.WrapHandler(h))
	e.GET(realtime.Route+"/realtime.js", echo.WrapHandler(realtime.Script()))
	return h
}
