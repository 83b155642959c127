// Package server is the application's own HTTP: its routes, what stands in
// front of them, and its settings.
package server

import (
	"log/slog"
	"net/http"

	"github.com/wsgen/wsgen/templates/app/internal/chat"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	realtime "github.com/wsgen/wsgen/templates/app/internal/realtime/mount/nethttp"
	web "github.com/wsgen/wsgen/templates/app/web/vanilla"
)

// New returns what the application answers with, and the hub that its
// websockets are connected to. Each edit may change the hub's options once
// more.
func New(c Config, log *slog.Logger, edit ...func(*hub.Options)) (http.Handler, *hub.Hub) {
	room := chat.NewRoom()
	logger := func(o *hub.Options) { o.Logger = log }
	options := append([]func(*hub.Options){logger, c.Realtime, room.Options}, edit...)

	mux := http.NewServeMux()
	ws := realtime.Mount(mux, options...)
	room.Register(ws)
	mux.HandleFunc("GET /healthz", healthz)
	mux.Handle("GET /readyz", readyz(ws.Ready))
	mux.Handle("/", web.Handler())

	return logged(log, recovered(log, secured(mux))), ws
}
