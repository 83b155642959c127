package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	transport "github.com/wsgen/wsgen/templates/app/internal/realtime/transport/gorilla"
	"github.com/wsgen/wsgen/templates/app/internal/server"
)

// A peer that is gone without a trace, its cable pulled, does not answer pings,
// and the others learn that it went.
func TestHalfOpenPeer(t *testing.T) {
	config, err := server.ParseConfig(name, nil, noEnv, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	handler, ws := server.New(config, slog.New(slog.DiscardHandler), func(o *hub.Options) {
		o.PingEvery = 50 * time.Millisecond
		o.CloseWait = 50 * time.Millisecond
		to := o.Transport()
		to.PongWait = 300 * time.Millisecond
		o.Accept = transport.NewServer(to).Accept
	})
	s := httptest.NewServer(handler)
	defer s.Close()
	defer ws.Shutdown(context.Background())

	alice := dial(t, s.URL)
	dial(t, s.URL) // reads nothing more, so it answers no ping
	alice.awaitHere(2)
	alice.awaitHere(1)
}
