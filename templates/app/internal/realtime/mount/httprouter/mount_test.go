package realtime

import (
	"net/http"
	"testing"

	"github.com/julienschmidt/httprouter"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

// A catch-all panics beside any other route; what httprouter has for that is
// NotFound.
func TestMount(t *testing.T) {
	r := httprouter.New()
	r.NotFound = http.HandlerFunc(mounttest.Elsewhere)
	r.HandlerFunc(http.MethodGet, "/users/:name", mounttest.Elsewhere)
	mounttest.Run(t, Mount(r), r)
}
