package transport

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// ReadBuffer is how much a library reads at once. Most messages fit; one that
// does not is read past the buffer.
const ReadBuffer = 1024

// Hijack answers the handshake in r and takes the connection over from net/http.
// The caller has checked the origin. w may be wrapped by middleware, as long as
// each wrapper has an Unwrap method.
//
// If it returns an error, r is answered: 426 for a request that asks for no
// websocket, 400 or 405 for one that asks in a wrong way, 501 where the connection
// cannot be taken over.
//
// It blocks for WriteTimeout at most.
func Hijack(w http.ResponseWriter, r *http.Request, o Options) (*Stream, error) {
	o = o.WithDefaults()
	h, err := newHandshake(w, r, o)
	if err != nil {
		return nil, err
	}
	nc, rw, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		http.Error(w, "this connection cannot become a websocket", http.StatusNotImplemented)
		return nil, fmt.Errorf("websocket handshake: %T has neither Hijack nor Unwrap; mount the route outside of the middleware that made it", w)
	}
	if err != nil {
		http.Error(w, "this connection cannot become a websocket", http.StatusInternalServerError)
		return nil, fmt.Errorf("websocket handshake: %w", err)
	}
	nc.SetDeadline(time.Time{}) // those of http.Server are absolute: they would end the connection

	s := newStream(nc, h, o)
	if n := rw.Reader.Buffered(); n > 0 { // sent along with the handshake
		early, _ := rw.Reader.Peek(n)
		s.early = append([]byte(nil), early...)
	}
	s.request = h.request(r)
	s.state.kept = h.response(w.Header()) // leaves with the first frame, or when ReadLoop begins
	return s, nil
}

// Handover returns what a library needs to upgrade the connection: a request
// without anything left to decide, and a writer that can be hijacked. The library
// gets a net.Conn whose Close and deadlines do nothing, since they are the
// Stream's. Its answer to the handshake is dropped, for there is one already.
//
// readBuffer is the size of the bufio.Reader that comes with the connection; 0
// for a library that makes its own. Handover may be called once.
func (s *Stream) Handover(readBuffer int) (http.ResponseWriter, *http.Request) {
	r := s.request
	s.request = nil
	return &handover{s: s, header: http.Header{}, readBuffer: readBuffer}, r
}

type handover struct {
	s          *Stream
	header     http.Header
	readBuffer int
}

func (h *handover) Header() http.Header         { return h.header }
func (h *handover) Write(p []byte) (int, error) { return len(p), nil }
func (h *handover) WriteHeader(int)             {}

// Hijack gives small buffers instead of the two of net/http with 4 KiB each. That
// for writing needs no more than to collect a header: what a library writes in
// several pieces leaves in one.
func (h *handover) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c := wire{h.s}
	return c, bufio.NewReadWriter(bufio.NewReaderSize(c, h.readBuffer), bufio.NewWriterSize(c, 32)), nil
}
