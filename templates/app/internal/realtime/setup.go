package realtime

// This file is yours: the rest of the folder can stay as it is.

// Route is where the websocket is served.
const Route = "/wsgenroute"

// setup changes the defaults of hub.DefaultOptions. See hub.Options for all
// there is.
func setup(o *Options) {
	// Who connects is in this topic without asking.
	o.DefaultTopic = "chat"

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
