package realtime

import (
	"net/http"
	"testing"

	"github.com/uptrace/bunrouter"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMount(t *testing.T) {
	unwrapping := func(next bunrouter.HandlerFunc) bunrouter.HandlerFunc {
		return func(w http.ResponseWriter, r bunrouter.Request) (err error) {
			mounttest.Unwrapping(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				err = next(w, r)
			})).ServeHTTP(w, r.Request)
			return err
		}
	}
	elsewhere := bunrouter.HTTPHandlerFunc(mounttest.Elsewhere)
	r := bunrouter.New(bunrouter.Use(unwrapping))
	r.GET("/:name", elsewhere)
	r.GET("/*path", elsewhere)
	mounttest.Run(t, Mount(r), r)
}
