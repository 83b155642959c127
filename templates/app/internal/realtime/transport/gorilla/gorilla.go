// Here the library is github.com/gorilla/websocket.
package transport

import (
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Server accepts websockets.
type Server struct {
	options  transport.Options
	upgrader websocket.Upgrader
}

// NewServer returns a Server with the limits in o.
func NewServer(o transport.Options) *Server {
	return &Server{
		options: o,
		upgrader: websocket.Upgrader{
			ReadBufferSize:    transport.ReadBuffer,
			WriteBufferPool:   new(sync.Pool), // idle connections hold no buffer
			EnableCompression: o.Compression,
			CheckOrigin:       func(*http.Request) bool { return true }, // the caller has
		},
	}
}

// Accept takes over the connection of r. If that fails, it has answered r. The
// caller has checked the origin.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request) (transport.Conn, error) {
	st, err := transport.Hijack(w, r, s.options)
	if err != nil {
		return nil, err
	}
	w, r = st.Handover(0)
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		st.CloseNow()
		return nil, err
	}
	ws.SetPingHandler(func(payload string) error { return st.Pong([]byte(payload)) })
	return &conn{Stream: st, ws: ws}, nil
}

type conn struct {
	*transport.Stream
	ws      *websocket.Conn
	writing sync.Mutex // gorilla panics on two writers
}

func (c *conn) ReadLoop(fn func(transport.MessageType, []byte)) error {
	defer c.CloseNow() // fn may panic
	for {
		t, r, err := c.ws.NextReader()
		if err == nil {
			err = c.Receive(transport.MessageType(t), r, fn)
		}
		if err != nil {
			return c.Finish(err)
		}
	}
}

func (c *conn) Write(t transport.MessageType, p []byte) error {
	const worthwhile = 512 // bytes, from which on deflating is
	c.writing.Lock()
	defer c.writing.Unlock()
	c.ws.EnableWriteCompression(len(p) >= worthwhile)
	return c.WriteError(c.ws.WriteMessage(int(t), p))
}
