package realtime

import (
	"testing"

	"github.com/gorilla/mux"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMount(t *testing.T) {
	r := mux.NewRouter()
	r.Use(mounttest.Unwrapping)
	hub := Mount(r)
	r.HandleFunc("/{name}", mounttest.Elsewhere)
	r.PathPrefix("/").HandlerFunc(mounttest.Elsewhere)
	mounttest.Run(t, hub, r)
}
