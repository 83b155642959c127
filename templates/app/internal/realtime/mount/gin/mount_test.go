package realtime

import (
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

// A catch-all panics beside any other route; what gin has for that is NoRoute.
func TestMount(t *testing.T) {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.Use(gin.Recovery(), func(c *gin.Context) { // a writer that embeds the one it was given
		c.Writer = struct{ gin.ResponseWriter }{c.Writer}
	})
	r.GET("/:name", gin.WrapF(mounttest.Elsewhere))
	r.NoRoute(gin.WrapF(mounttest.Elsewhere))
	hub := Mount(r)
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	mounttest.Check(t, hub, s.URL)
}
