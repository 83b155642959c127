package transport

import (
	"bytes"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// WriteFrames sends whole frames in one write, behind what was kept; see Conn.
func (s *Stream) WriteFrames(p []byte) error { return s.send(p, nil) }

// TryWriteFrames is WriteFrames that never blocks; see Conn.
func (s *Stream) TryWriteFrames(p []byte) (pending bool, err error) {
	if s.socket == nil || !s.turn.TryLock() {
		s.state.Lock()
		defer s.state.Unlock()
		if err := s.refused(nil); err != nil {
			return false, err
		}
		s.state.kept = append(s.state.kept, p...)
		return len(s.state.kept) > 0, nil
	}
	defer s.turn.Unlock()
	b, err := s.take(p, nil)
	if err != nil || len(b) == 0 {
		return false, err
	}
	n, err := s.socket.write(b)
	if err != nil {
		return false, s.fail(err)
	}
	s.state.Lock()
	defer s.state.Unlock()
	if n < len(b) { // in front of what others have kept meanwhile
		s.state.kept = append(append([]byte(nil), b[n:]...), s.state.kept...)
	}
	return len(s.state.kept) > 0, nil
}

// send writes p behind what was kept. If p is a close frame, end is what it says.
func (s *Stream) send(p []byte, end *CloseError) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	b, err := s.take(p, end)
	if err != nil {
		return err
	}
	if s.socket != nil && len(b) > 0 { // most writes need no deadline
		n, err := s.socket.write(b)
		if err != nil {
			return s.fail(err)
		}
		b = b[n:]
	}
	if len(b) > 0 {
		s.nc.SetWriteDeadline(time.Now().Add(s.o.WriteTimeout))
		if _, err := s.nc.Write(b); err != nil {
			return s.fail(err)
		}
		s.nc.SetWriteDeadline(time.Time{})
	}
	return nil
}

// take returns what was kept and p behind it. The caller has the turn.
func (s *Stream) take(p []byte, end *CloseError) ([]byte, error) {
	s.state.Lock()
	defer s.state.Unlock()
	if err := s.refused(end); err != nil {
		return nil, err
	}
	if len(s.state.kept) == 0 {
		return p, nil
	}
	b := append(s.state.kept, p...)
	s.state.kept = nil
	return b, nil
}

// refused returns why nothing may be written any more: only the close frame for
// the end itself comes behind the end. The state is locked.
func (s *Stream) refused(end *CloseError) error {
	if s.state.err != nil {
		return s.state.err
	}
	if s.state.end != nil && s.state.end != end {
		return net.ErrClosed
	}
	return nil
}

// fail takes note of a write that failed. There may be half a frame on the wire,
// so nothing can follow it. A peer that does not read is dropped at once; any
// other may have said why it went, and ReadLoop still gets to that.
func (s *Stream) fail(err error) error {
	s.state.Lock()
	if s.state.err == nil {
		s.state.err = err
	}
	s.state.kept = nil
	s.lastDeadline()
	s.state.Unlock()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.CloseNow()
	}
	return err
}

// WriteError returns what a library's write came to: err, or the reason that is
// behind it, so that it is the same for all libraries.
func (s *Stream) WriteError(err error) error {
	if err == nil {
		return nil
	}
	s.state.Lock()
	defer s.state.Unlock()
	if why := s.refused(nil); why != nil {
		return why
	}
	return err
}

// A collector holds what a library has written of a message so far.
type collector struct {
	sync.Mutex
	b *bytes.Buffer
}

// Write is how the library writes. A library may write a message in pieces; they
// leave in one, as frames of ours could come between them otherwise.
func (w wire) Write(p []byte) (int, error) {
	c := &w.s.collect
	c.Lock()
	defer c.Unlock()
	if c.b == nil {
		if len(p) == 0 || p[0] == 'H' || p[0] == fin|opClose {
			return len(p), nil // its own handshake (HTTP/1.1 101) or close frame
		}
		if wholeMessages(p) {
			return len(p), w.s.send(p, nil)
		}
		c.b = buffers.Get().(*bytes.Buffer)
	}
	c.b.Write(p)
	if !wholeMessages(c.b.Bytes()) {
		return len(p), nil
	}
	err := w.s.send(c.b.Bytes(), nil)
	putBuffer(c.b)
	c.b = nil
	return len(p), err
}
