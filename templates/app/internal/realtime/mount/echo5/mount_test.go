package realtime

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v5"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMount(t *testing.T) {
	elsewhere := echo.WrapHandler(http.HandlerFunc(mounttest.Elsewhere))
	e := echo.New()
	e.GET("/:name", elsewhere)
	e.GET("/*", elsewhere)
	hub := Mount(e)
	e.Use(echo.WrapMiddleware(mounttest.Unwrapping))
	mounttest.Run(t, hub, e)
}

func TestMountOnAGroup(t *testing.T) {
	e := echo.New()
	mounttest.Run(t, Mount(e.Group("")), e)
}
