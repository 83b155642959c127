package transport

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"
)

// wire is the net.Conn that the library gets.
type wire struct{ s *Stream }

// Read reads what the guard lets pass. When the connection ends, for whatever
// reason, it does the close handshake first and then returns io.EOF.
func (w wire) Read(p []byte) (int, error) {
	s := w.s
	if len(p) == 0 {
		return 0, nil
	}
	if !s.reading {
		s.reading = true
		s.send(nil, nil) // the answer to the handshake, if no frame has taken it along; an error comes again
	}
	for s.over == nil && s.guard.stop == nil && !s.closing.Load() {
		n, err := s.fill(p)
		if n = s.guard.feed(p[:n]); n > 0 {
			return n, nil // err comes again
		}
		s.over = err
	}
	s.linger(p)
	return 0, io.EOF
}

// fill reads what came with the handshake, and then from the connection.
func (s *Stream) fill(p []byte) (int, error) {
	if len(s.early) > 0 {
		n := copy(p, s.early)
		if s.early = s.early[n:]; len(s.early) == 0 {
			s.early = nil
		}
		return n, nil
	}
	s.arm()
	return s.nc.Read(p)
}

// arm gives the peer PongWait from now. To set a deadline costs more than to read
// the clock, so it is set with a little more, and less often.
func (s *Stream) arm() {
	now, slack := time.Now(), s.o.PongWait/16
	if now.Sub(s.armed) < slack {
		return
	}
	s.armed = now
	s.state.Lock()
	if !s.state.final {
		s.nc.SetReadDeadline(now.Add(s.o.PongWait + slack))
	}
	s.state.Unlock()
}

// Close does nothing: to close TCP is what ReadLoop does at its end.
func (w wire) Close() error { return nil }

func (w wire) LocalAddr() net.Addr              { return w.s.nc.LocalAddr() }
func (w wire) RemoteAddr() net.Addr             { return w.s.nc.RemoteAddr() }
func (w wire) SetDeadline(time.Time) error      { return nil }
func (w wire) SetReadDeadline(time.Time) error  { return nil }
func (w wire) SetWriteDeadline(time.Time) error { return nil }

// Deliver passes a message to fn, unless the connection is being closed. A text
// that is not UTF-8 closes it. p may be used again when Deliver returns.
func (s *Stream) Deliver(t MessageType, p []byte, fn func(MessageType, []byte)) {
	if t == Text && !utf8.Valid(p) {
		s.shut(&CloseError{Code: CloseInvalidUTF8, Reason: "text is not UTF-8"})
	}
	if !s.closing.Load() {
		fn(t, p)
	}
}

// Receive reads one message from r and delivers it. The limit holds for what r
// inflates to as well. An error is that of r, or says that the limit was passed.
func (s *Stream) Receive(t MessageType, r io.Reader, fn func(MessageType, []byte)) error {
	b := buffers.Get().(*bytes.Buffer)
	defer putBuffer(b)
	s.limit = io.LimitedReader{R: r, N: s.o.ReadLimit + 1}
	if _, err := b.ReadFrom(&s.limit); err != nil {
		return err
	}
	if int64(b.Len()) > s.o.ReadLimit {
		return tooBig()
	}
	s.Deliver(t, b.Bytes(), fn)
	return nil
}

// buffers are for messages that are being put together: connections that are idle
// hold none.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= 64<<10 {
		b.Reset()
		buffers.Put(b)
	}
}
