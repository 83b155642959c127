package transport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A Stream is a hijacked connection below the library. It is all of a Conn but
// ReadLoop and Write, which need to know what a message is.
//
// It lets no two frames mix, whoever writes them: the library (messages, pongs)
// and we (WriteFrames, pings, close frames) write to the same socket. It owns the
// deadlines, so that none outlives the write that it was for. It checks what the
// peer sends before the library sees it. And it alone does the close handshake,
// because that is where the libraries differ most.
type Stream struct {
	nc          net.Conn
	o           Options
	subprotocol string
	deflate     bool
	request     *http.Request // until Handover

	// Reading. Only the goroutine of ReadLoop touches these.
	reading bool   // ReadLoop has begun
	early   []byte // what came before we were there to read it
	guard   guard
	armed   time.Time // when the read deadline was set
	over    error     // why there is nothing more to read
	limit   io.LimitedReader

	// Writing. Who has the turn may block in a write; state is locked for moments.
	turn    sync.Mutex
	socket  *socket // nil: cannot write without blocking
	collect collector

	state struct {
		sync.Mutex
		kept  []byte        // frames that the socket has not taken
		err   error         // why nothing can be written any more
		end   *CloseError   // how the connection ends
		said  chan struct{} // closed when the close frame is out, or cannot be sent
		final bool          // the read deadline is not to be moved any more
	}
	closing atomic.Bool // a close frame was sent, or is being sent
}

func newStream(nc net.Conn, h *handshake, o Options) *Stream {
	return &Stream{
		nc: nc, o: o, subprotocol: h.subprotocol, deflate: h.deflate,
		guard:  guard{limit: o.ReadLimit, deflate: h.deflate},
		socket: newSocket(nc),
	}
}

// Subprotocol returns the one agreed upon, or "".
func (s *Stream) Subprotocol() string { return s.subprotocol }

// Compressed reports whether permessage-deflate was agreed upon.
func (s *Stream) Compressed() bool { return s.deflate }

// Ping sends a ping and does not wait for the pong.
func (s *Stream) Ping() error {
	return s.WriteFrames(ping)
}

var ping = []byte{fin | opPing, 0}

// Pong answers a ping. The libraries' own answers lose the payload (gws), are lost
// while another write takes long (gorilla), or end the connection then (coder).
func (s *Stream) Pong(payload []byte) error {
	return s.WriteFrames(append([]byte{fin | opPong, byte(len(payload))}, payload...))
}

// Close sends a close frame; see Conn. A code that may not be sent is left out.
func (s *Stream) Close(code int, reason string) error {
	e := &CloseError{Code: code, Reason: cutReason(reason)}
	if !CanSend(code) {
		e = &CloseError{Code: CloseNoStatus}
	}
	return s.shut(e)
}

// shut sends the close frame for end, unless one was sent before. From then on
// nothing else is written, and the peer has CloseWait to answer.
func (s *Stream) shut(end *CloseError) error {
	s.state.Lock()
	if s.state.end != nil {
		s.state.Unlock()
		return net.ErrClosed
	}
	said := make(chan struct{})
	defer close(said)
	s.state.end, s.state.said = end, said
	s.closing.Store(true)
	s.state.Unlock()

	err := s.send(appendClose(nil, end), end)
	s.state.Lock()
	defer s.state.Unlock()
	if err != nil {
		s.state.end = &CloseError{Code: CloseAbnormal, cause: err}
	}
	s.lastDeadline()
	return err
}

// lastDeadline ends reading in CloseWait. Nothing that the peer sends prolongs
// that. The state is locked.
func (s *Stream) lastDeadline() {
	if !s.state.final {
		s.state.final = true
		s.nc.SetReadDeadline(time.Now().Add(s.o.CloseWait))
	}
}

// CloseNow drops the TCP connection without a close frame.
func (s *Stream) CloseNow() error {
	s.state.Lock()
	if s.state.err == nil {
		s.state.err = net.ErrClosed
	}
	s.state.Unlock()
	// tls.Conn.Close may wait 5 seconds for a peer that does not read.
	if c, ok := s.nc.(interface{ NetConn() net.Conn }); ok {
		return c.NetConn().Close()
	}
	return s.nc.Close()
}

// Finish ends the connection, with the close handshake if there is to be one, and
// closes TCP. The library has stopped reading with err; that is of interest only
// if the stream itself has seen nothing wrong. It returns the *CloseError that
// ReadLoop has to return, and blocks for WriteTimeout and CloseWait at most.
func (s *Stream) Finish(err error) error {
	if s.over == nil && !s.closing.Load() {
		end := &CloseError{Code: CloseInternal, Reason: "cannot read"}
		if s.deflate {
			end = &CloseError{Code: CloseInvalidUTF8, Reason: "message cannot be inflated"}
		}
		errors.As(err, &end)
		s.shut(end)
	}
	s.linger(make([]byte, ReadBuffer))
	s.awaitClose()

	s.state.Lock()
	end, failed := s.state.end, s.state.err
	if failed == nil {
		s.state.err = net.ErrClosed
	}
	if end == nil {
		end = &CloseError{Code: CloseAbnormal, cause: s.over}
		if failed != nil {
			end.cause = failed
		}
		s.state.end = end
	}
	s.state.Unlock()
	if end.Code == CloseAbnormal && s.guard.fromPeer {
		end = s.guard.stop // it could not be answered, but it has come
	}

	if s.guard.closed {
		s.nc.Close()
	} else {
		s.CloseNow()
	}
	return end
}

// awaitClose waits until a close frame that is being sent by another goroutine is
// out: the peer may have closed in the same moment, and need not have waited for it.
func (s *Stream) awaitClose() {
	s.state.Lock()
	said := s.state.said
	s.state.Unlock()
	if said != nil {
		<-said
	}
}

// linger does what is left of the close handshake: it says why, if we have not,
// and then drops what the peer sends until it has answered, is gone, or CloseWait
// is over. To close TCP while there is input would reset it, and our close frame
// would be lost. p is where to read to.
func (s *Stream) linger(p []byte) {
	if s.guard.stop != nil {
		s.shut(s.guard.stop)
	}
	for s.over == nil && !s.guard.closed {
		n, err := s.fill(p)
		s.guard.feed(p[:n])
		s.over = err
	}
	if s.over == nil {
		s.over = io.EOF
	}
}
