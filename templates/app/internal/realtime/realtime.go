// Package realtime is the application's websockets: mount it on a router, give
// the hub its handlers, publish.
//
//	hub := realtime.Mount(mux)
//	realtime.On(hub, "chat/message", func(ctx context.Context, c *realtime.Conn, m Message) (any, error) {
//		return nil, hub.Publish(ctx, "chat", "chat/message", m)
//	})
//
// setup.go holds the settings. The browser's side is served at Route +
// "/realtime.js". What goes over the wire is realtime.v1: one JSON object per
// message, the fields of which are those of hub.Envelope.
package realtime

import (
	"context"
	"errors"
	"net/http"
	"sync"

	backplane "github.com/wsgen/wsgen/templates/app/internal/realtime/backplane/memory"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/client"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	transport "github.com/wsgen/wsgen/templates/app/internal/realtime/transport/gorilla"
)

// The names of package hub that an application needs.
type (
	Hub           = hub.Hub
	Conn          = hub.Conn
	Event         = hub.Event
	Error         = hub.Error
	Handler       = hub.Handler
	Options       = hub.Options
	PublishOption = hub.PublishOption
)

// Errors that Options.Authorize, Options.CanJoin and handlers return.
var (
	ErrUnauthorized = hub.ErrUnauthorized
	ErrForbidden    = hub.ErrForbidden
)

// Except leaves one connection out of what is published.
func Except(c *Conn) PublishOption { return hub.Except(c) }

// Volatile marks an event that may be lost; see hub.Volatile.
func Volatile(key string) PublishOption { return hub.Volatile(key) }

// On registers fn for an event whose data is a T. Data that does not fit is
// answered with the error "bad_message". Call it before the first connection.
func On[T any](h *Hub, event string, fn func(ctx context.Context, c *Conn, data T) (reply any, err error)) {
	h.On(event, func(ctx context.Context, c *Conn, ev *Event) (any, error) {
		var data T
		if err := ev.Decode(&data); err != nil {
			return nil, err
		}
		return fn(ctx, c, data)
	})
}

// New returns a hub with the settings of setup.go, changed by edit, that
// Shutdown will drain. Mount calls it. It panics if the settings are wrong.
func New(edit ...func(*Options)) *Hub {
	o := hub.DefaultOptions()
	setup(&o)
	for _, fn := range edit {
		fn(&o)
	}
	if o.Log == nil {
		o.Log = backplane.Open()
	}
	if o.Accept == nil {
		o.Accept = transport.NewServer(o.Transport()).Accept
	}
	h := hub.New(o)
	mounted.Lock()
	defer mounted.Unlock()
	mounted.hubs = append(mounted.hubs, h)
	return h
}

// mounted holds the hubs of the process, for Shutdown.
var mounted struct {
	sync.Mutex
	hubs []*Hub
}

// Script serves realtime.js, the browser's client.
func Script() http.Handler { return client.Handler() }

// Wrap serves the websocket in front of h, for applications without a router or
// with middleware that breaks websockets: what is not for Route goes to h.
func Wrap(h http.Handler, edit ...func(*Options)) http.Handler {
	ws, script := New(edit...), Script()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case Route:
			ws.ServeHTTP(w, r)
		case Route + "/realtime.js":
			script.ServeHTTP(w, r)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// Shutdown drains all hubs of the process at the same time: clients are told to
// come back (1012), new ones are refused. It waits for that until ctx ends. Call
// it before http.Server.Shutdown, which does not see websockets.
func Shutdown(ctx context.Context) error {
	mounted.Lock()
	hubs := mounted.hubs
	mounted.hubs = nil
	mounted.Unlock()

	errs := make([]error, len(hubs))
	var wg sync.WaitGroup
	for i, h := range hubs {
		wg.Add(1)
		go func(i int, h *Hub) {
			defer wg.Done()
			errs[i] = h.Shutdown(ctx)
		}(i, h)
	}
	wg.Wait()
	return errors.Join(errs...)
}
