// Package server is the application's own HTTP: its routes, what stands in
// front of them, and its configuration.
package server

import (
	"log/slog"
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/chat"
	realtime "github.com/wsgen/wsgen/templates/app/internal/realtime/mount/nethttp"
	web "github.com/wsgen/wsgen/templates/app/web/vanilla"
)

// New returns the application: everything that it answers, and the hub that
// its websockets are connected to. Further edits to the hub's options come
// last.
func New(c Config, log *slog.Logger, edit ...func(*realtime.Options)) (http.Handler, *realtime.Hub) {
	room := chat.NewRoom()
	mux := http.NewServeMux()

	hub := realtime.Mount(mux, append([]func(*realtime.Options){
		func(o *realtime.Options) { o.Logger = log },
		c.Realtime,
		room.Options,
	}, edit...)...)
	room.Register(hub)

	mux.Handle("/", web.Handler())
	mux.HandleFunc("GET /healthz", healthz)
	mux.Handle("GET /readyz", readyz(hub.Ready))

	return logged(log, recovered(log, secured(mux))), hub
}
