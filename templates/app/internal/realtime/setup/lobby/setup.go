package realtime

import (
	"context"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// This file is yours: the rest of the folder can stay as it is.

// Route is where the websocket is served.
const Route = "/wsgenroute"

// setup changes the defaults of hub.DefaultOptions. See hub.Options for all
// there is.
func setup(o *realtime.Options) {
	// Who connects is in this topic without asking.
	o.DefaultTopic = "lobby"

	// What clients send is answered by:
	o.Register = register

	// Pages of other sites that may connect, besides those of this host:
	//
	//	o.Origins = []string{"https://app.example.com"}

	// Who may connect, and who it is. Without UserID each connection is a user
	// of its own. The cookies of the page are in the request:
	//
	//	o.UserID = func(r *http.Request) (string, error) {
	//		s, err := sessions.FromRequest(r)
	//		if err != nil {
	//			return "", ErrUnauthorized
	//		}
	//		return s.UserID, nil
	//	}

	// Who may listen to which topic:
	//
	//	o.CanJoin = func(c *Conn, topic string) error {
	//		if !strings.HasPrefix(topic, "room:") {
	//			return ErrForbidden
	//		}
	//		return nil
	//	}
}

// register gives a hub its handlers. This one is a sample for your own to take
// the place of: what a client says goes to everybody in the lobby, itself too.
//
//	{"event":"lobby/message","data":{"text":"hi"}}
func register(h *realtime.Hub) {
	realtime.On(h, "lobby/message", func(ctx context.Context, c *realtime.Conn, m message) (any, error) {
		m.From = c.UserID()
		return nil, h.Publish(ctx, "lobby", "lobby/message", m)
	})
}

// A message is what is said in the lobby.
type message struct {
	Text string `json:"text"`
	From string `json:"from"` // the user's id; not for clients to say
}
