// Here the library is github.com/coder/websocket, which was nhooyr.io/websocket.
package transport

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Server accepts websockets.
type Server struct {
	options transport.Options
	accept  websocket.AcceptOptions
}

// NewServer returns a Server with the limits in o.
func NewServer(o transport.Options) *Server {
	s := &Server{
		options: o,
		accept:  websocket.AcceptOptions{InsecureSkipVerify: true}, // the caller has checked the origin
	}
	if o.Compression {
		s.accept.CompressionMode = websocket.CompressionNoContextTakeover
	}
	return s
}

// Accept takes over the connection of r. If that fails, it has answered r. The
// caller has checked the origin.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request) (transport.Conn, error) {
	st, err := transport.Hijack(w, r, s.options)
	if err != nil {
		return nil, err
	}
	w, r = st.Handover(transport.ReadBuffer)
	o := s.accept
	o.OnPingReceived = func(_ context.Context, payload []byte) bool { st.Pong(payload); return false }
	ws, err := websocket.Accept(w, r, &o)
	if err != nil {
		st.CloseNow()
		return nil, err
	}
	ws.SetReadLimit(-1) // Receive has one, and says the same as the others
	return &conn{Stream: st, ws: ws}, nil
}

type conn struct {
	*transport.Stream
	ws *websocket.Conn
}

// ReadLoop reads without a context: the deadlines are on the connection, where
// they cost no timer of their own.
func (c *conn) ReadLoop(fn func(transport.MessageType, []byte)) error {
	defer c.ws.CloseNow() // frees its buffers, once TCP is closed
	defer c.CloseNow()    // fn may panic
	for {
		t, r, err := c.ws.Reader(context.Background())
		if err == nil {
			err = c.Receive(transport.MessageType(t), r, fn)
		}
		if err != nil {
			return c.Finish(err)
		}
	}
}

func (c *conn) Write(t transport.MessageType, p []byte) error {
	return c.WriteError(c.ws.Write(context.Background(), websocket.MessageType(t), p))
}
