package transport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// A pipe is a connection with what the peer has sent, and then silence until the
// read deadline. It has no socket.
type pipe struct {
	net.Conn
	in       []byte
	deadline time.Time // for reading
	written  []byte
	fails    error // of every write
	closed   bool
}

func (p *pipe) Read(b []byte) (int, error) {
	if len(p.in) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(b, p.in)
	p.in = p.in[n:]
	return n, nil
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.fails != nil {
		return 0, p.fails
	}
	p.written = append(p.written, b...)
	return len(b), nil
}

func (p *pipe) Close() error                      { p.closed = true; return nil }
func (p *pipe) SetReadDeadline(t time.Time) error { p.deadline = t; return nil }
func (p *pipe) SetWriteDeadline(time.Time) error  { return nil }

func newTestStream(p *pipe) *Stream {
	return newStream(p, &handshake{}, Options{CloseWait: time.Minute, PongWait: time.Hour}.WithDefaults())
}

// readAll does what a library does that reads until the end.
func readAll(s *Stream) error {
	_, err := io.Copy(io.Discard, wire{s})
	return s.Finish(err)
}

// A client that closes may be gone before it gets the answer. It has said why, and
// that counts.
func TestCloseThatCannotBeAnswered(t *testing.T) {
	p := &pipe{in: clientFrame(0x88, "\x0f\xa1bye"), fails: errors.New("broken pipe")}
	var end *CloseError
	if err := readAll(newTestStream(p)); !errors.As(err, &end) || end.Code != 4001 || end.Reason != "bye" {
		t.Errorf("ended with %v, want 4001 bye", err)
	}
	if !p.closed {
		t.Error("TCP is not closed")
	}
}

// A close frame of ours that cannot be sent is none.
func TestCloseThatCannotBeSent(t *testing.T) {
	broken := errors.New("broken pipe")
	p := &pipe{fails: broken}
	s := newTestStream(p)
	if err := s.Close(CloseRestart, "restart"); err != broken {
		t.Errorf("Close: %v", err)
	}
	var end *CloseError
	if err := readAll(s); !errors.As(err, &end) || end.Code != CloseAbnormal || !errors.Is(err, broken) {
		t.Errorf("ended with %v, want 1006 for the broken pipe", err)
	}
}

// After a write that failed the peer has CloseWait to have said why it went.
func TestWriteThatFailsEndsReading(t *testing.T) {
	p := &pipe{fails: errors.New("broken pipe"), in: clientFrame(0x88, "\x0f\xa1bye")}
	s := newTestStream(p)
	if err := s.WriteFrames(AppendFrame(nil, Text, []byte("x"))); err != p.fails {
		t.Errorf("WriteFrames: %v", err)
	}
	if left := time.Until(p.deadline); left <= 0 || left > time.Minute {
		t.Errorf("reading ends in %v, want a minute", left)
	}
	var end *CloseError
	if err := readAll(s); !errors.As(err, &end) || end.Code != 4001 {
		t.Errorf("ended with %v, want 4001", err)
	}
	if p.fails = nil; s.WriteFrames([]byte{0x89, 0}) == nil || len(p.written) > 0 {
		t.Errorf("written after a write that failed: %q", p.written)
	}
}

// What a library complains about although the guard has let it pass.
func TestLibraryStops(t *testing.T) {
	for _, x := range []struct {
		deflate bool
		err     error
		code    int
	}{
		{false, errors.New("something"), CloseInternal},
		{true, errors.New("corrupt"), CloseInvalidUTF8},
		{true, tooBig(), CloseTooBig},
	} {
		p := &pipe{in: clientFrame(0x88, "")} // the answer
		s := newTestStream(p)
		s.deflate = x.deflate
		var end *CloseError
		if err := s.Finish(x.err); !errors.As(err, &end) || end.Code != x.code {
			t.Errorf("%v ends with %v, want %d", x.err, err, x.code)
		}
		if want := appendClose(nil, end); string(p.written) != string(want) {
			t.Errorf("%v: written %q, want %q", x.err, p.written, want)
		}
	}
}

// What a library says on its own behalf does not get through.
func TestLibraryIsNotHeard(t *testing.T) {
	p := &pipe{}
	w := wire{newTestStream(p)}
	for _, s := range []string{"HTTP/1.1 101 Switching Protocols\r\n\r\n", "\x88\x02\x03\xe8", ""} {
		if n, err := w.Write([]byte(s)); n != len(s) || err != nil {
			t.Errorf("Write(%q) = %d, %v", s, n, err)
		}
	}
	if w.Close(); p.closed || len(p.written) > 0 {
		t.Errorf("closed %v, written %q", p.closed, p.written)
	}
}

// A message that a library writes in pieces leaves in one, so that nothing comes
// between them.
func TestPiecesLeaveTogether(t *testing.T) {
	p := &pipe{}
	s := newTestStream(p)
	for _, piece := range []string{"\x01", "\x02on", "\x80\x01", "e"} {
		if s.WriteFrames([]byte{0x89, 0}) != nil || len(p.written)%2 != 0 {
			t.Fatalf("written %q", p.written)
		}
		wire{s}.Write([]byte(piece))
	}
	if want := "\x89\x00\x89\x00\x89\x00\x89\x00\x01\x02on\x80\x01e"; string(p.written) != want {
		t.Errorf("written %q, want %q", p.written, want)
	}
}

// Hijack must not take what it cannot give back: a writer without a connection.
func TestHijackWithoutConnection(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header = http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	w := httptest.NewRecorder()
	if _, err := Hijack(w, r, Options{}); err == nil || w.Code != http.StatusNotImplemented {
		t.Errorf("answer %d, %v; want 501", w.Code, err)
	}
}
