// Package server is the application's own HTTP: its routes, what stands in
// front of them, and its settings.
package server

import (
	"log/slog"
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/chat"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	mount "github.com/wsgen/wsgen/templates/app/internal/realtime/mount/nethttp"
	web "github.com/wsgen/wsgen/templates/app/web/vanilla"
)

// New returns what the application answers with, and the hub that its
// websockets are connected to. Each edit may change the hub's options once
// more.
func New(c Config, log *slog.Logger, edit ...func(*realtime.Options)) (http.Handler, *realtime.Hub) {
	room := chat.NewRoom()
	logger := func(o *realtime.Options) { o.Logger = log }
	options := append([]func(*realtime.Options){logger, c.Realtime, room.Options}, edit...)

	mux := http.NewServeMux()
	hub := mount.Mount(mux, options...)
	room.Register(hub)
	mux.HandleFunc("GET /healthz", healthz)
	mux.Handle("GET /readyz", readyz(hub.Ready))
	mux.Handle("/", web.Handler())

	return logged(log, recovered(log, secured(mux))), hub
}
