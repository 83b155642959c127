// Here the library is github.com/lxzan/gws.
package transport

import (
	"errors"
	"math"
	"net/http"
	"runtime"

	"github.com/lxzan/gws"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Server accepts websockets.
type Server struct {
	options  transport.Options
	upgrader *gws.Upgrader // one for all connections: it has the pools
}

// maxMessage is the highest limit. gws makes room for a whole message when it has
// read the header: with none, 14 bytes could take 2 GiB, and the process down.
const maxMessage = 64 << 20

// NewServer returns a Server with the limits in o; ReadLimit is 64 MiB at most.
func NewServer(o transport.Options) *Server {
	o = o.WithDefaults()
	if o.ReadLimit > maxMessage {
		o.ReadLimit = maxMessage
	}
	return &Server{
		options: o,
		upgrader: gws.NewUpgrader(events{}, &gws.ServerOption{
			ReadBufferSize:      transport.ReadBuffer,
			ReadMaxPayloadSize:  int(o.ReadLimit),
			WriteMaxPayloadSize: math.MaxInt32,
			PermessageDeflate:   gws.PermessageDeflate{Enabled: o.Compression, PoolSize: runtime.GOMAXPROCS(0)},
			NewSession:          func() gws.SessionStorage { return new(session) },
		}),
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
	ws, err := s.upgrader.Upgrade(w, r)
	if err != nil {
		st.CloseNow()
		return nil, err
	}
	c := &conn{Stream: st, ws: ws}
	ws.Session().(*session).conn = c
	return c, nil
}

type conn struct {
	*transport.Stream
	ws  *gws.Conn
	fn  func(transport.MessageType, []byte)
	err error // why gws has stopped
}

func (c *conn) ReadLoop(fn func(transport.MessageType, []byte)) error {
	defer c.CloseNow() // fn may panic
	c.fn = fn
	c.ws.ReadLoop()
	var code interface{ Uint16() uint16 } // of a type that gws does not export
	if errors.As(c.err, &code) && code.Uint16() == transport.CloseTooBig {
		c.Close(transport.CloseTooBig, "message is too big")
	}
	return c.Finish(c.err)
}

func (c *conn) Write(t transport.MessageType, p []byte) error {
	return c.WriteError(c.ws.WriteMessage(gws.Opcode(t), p))
}

// events passes on what gws reads. It is the same value for all connections.
type events struct{ gws.BuiltinEventHandler }

func (events) OnMessage(ws *gws.Conn, m *gws.Message) {
	c := ws.Session().(*session).conn
	c.Deliver(transport.MessageType(m.Opcode), m.Bytes(), c.fn)
	m.Close()
}

func (events) OnPing(ws *gws.Conn, p []byte) { ws.Session().(*session).conn.Pong(p) }

func (events) OnClose(ws *gws.Conn, err error) { ws.Session().(*session).conn.err = err }

// A session leads from a connection of gws to ours, and costs less than the map
// that gws would make for that.
type session struct{ conn *conn }

func (*session) Len() int                     { return 1 }
func (s *session) Load(string) (any, bool)    { return s.conn, true }
func (*session) Delete(string)                {}
func (*session) Store(string, any)            {}
func (*session) Range(func(string, any) bool) {}
