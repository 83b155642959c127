package realtime

import (
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMount(t *testing.T) {
	r := chi.NewRouter()
	r.Use(mounttest.Unwrapping)
	r.Get("/{name}", mounttest.Elsewhere)
	r.Get("/*", mounttest.Elsewhere)
	mounttest.Run(t, Mount(r), r)
}

func TestMountInAGroup(t *testing.T) {
	r := chi.NewRouter()
	var hub *realtime.Hub
	r.Group(func(r chi.Router) {
		r.Use(mounttest.Unwrapping)
		hub = Mount(r)
	})
	r.Get("/*", mounttest.Elsewhere)
	mounttest.Run(t, hub, r)
}
