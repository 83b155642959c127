package transporttest

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

func (b backend) testClosing(t *testing.T) {
	const closeWait = 200 * time.Millisecond
	s := b.serve(t, setup{})

	t.Run("by the client", func(t *testing.T) {
		for _, x := range []struct {
			send   int // 0: no code
			code   int
			reason string
		}{
			{1000, 1000, "bye"},
			{1000, 1000, ""},
			{1001, 1001, ""},
			{0, transport.CloseNoStatus, ""},
			{3000, 3000, "library"},
			{4001, 4001, "x"},
			{4999, 4999, strings.Repeat("é", 61)},
		} {
			c := Dial(t, s.URL, nil)
			c.Send("before")
			c.SendClose(x.send, x.reason)
			if got := c.ReadText(); got != "before" {
				t.Errorf("got %q", got)
			}
			// the answer says the same, and then there is nothing more
			wantClose(t, c, x.code, x.reason)
			s.wantEnd(x.code, x.reason)
			write := s.conn().Write(transport.Text, nil)
			if !errors.Is(write, net.ErrClosed) {
				t.Errorf("write to a closed connection: %v", write)
			}
		}
	})

	t.Run("by the server", func(t *testing.T) {
		for _, x := range []struct {
			code       int
			reason     string
			wantCode   int
			wantReason string
		}{
			{transport.CloseNormal, "bye", 1000, "bye"},
			{transport.CloseGoingAway, "", 1001, ""},
			{transport.CloseRestart, "restart", 1012, "restart"},
			{transport.CloseRate, "slow down", 4029, "slow down"},
			{transport.CloseExpired, "", 4401, ""},
			{4001, strings.Repeat("x", 200), 4001, strings.Repeat("x", 123)},
			{4001, "x" + strings.Repeat("é", 100), 4001, "x" + strings.Repeat("é", 61)},
			{4001, "xx" + strings.Repeat("é", 100), 4001, "xx" + strings.Repeat("é", 60)},
			{4001, "a\xffb", 4001, "ab"},
			{transport.CloseNoStatus, "never sent", 1005, ""},
			{transport.CloseAbnormal, "never sent", 1005, ""},
			{1015, "never sent", 1005, ""},
		} {
			c := Dial(t, s.URL, nil)
			if err := s.conn().Close(x.code, x.reason); err != nil {
				t.Error(err)
			}
			wantClose(t, c, x.wantCode, x.wantReason)
			s.wantEnd(x.wantCode, x.wantReason)
		}
	})

	t.Run("by a reset or a hangup", func(t *testing.T) {
		for _, leave := range []func(*Client){(*Client).Drop, (*Client).Hangup} {
			c := Dial(t, s.URL, nil)
			s.conn()
			c.SendFrame(OpText, "half a message")
			leave(c)
			s.wantEnd(transport.CloseAbnormal, "")
		}
	})

	t.Run("at once", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		conn.CloseNow()
		if end := s.end(); end.Code != transport.CloseAbnormal || !errors.Is(end, net.ErrClosed) {
			t.Errorf("ReadLoop returned %v", end)
		}
		if _, err := c.TryNext(); err != io.EOF {
			t.Errorf("the client sees %v, want EOF", err)
		}
		if err := conn.Close(1000, ""); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Close: %v", err)
		}
	})

	t.Run("ends writing", func(t *testing.T) {
		got := make(chan string, 10)
		s := b.serve(t, setup{onMessage: func(_ transport.Conn, _ transport.MessageType, p []byte) { got <- string(p) }})
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		c.Send("before")
		<-got
		if err := conn.Close(transport.CloseTryAgain, "slow"); err != nil {
			t.Fatal(err)
		}
		frame := transport.AppendFrame(nil, transport.Text, []byte("x"))
		_, try := conn.TryWriteFrames(frame)
		for name, err := range map[string]error{
			"Close":          conn.Close(1000, "again"),
			"Write":          conn.Write(transport.Text, []byte("x")),
			"WriteFrames":    conn.WriteFrames(frame),
			"TryWriteFrames": try,
			"Ping":           conn.Ping(),
		} {
			if !errors.Is(err, net.ErrClosed) {
				t.Errorf("%s after Close: %v, want net.ErrClosed", name, err)
			}
		}
		// what comes now is dropped, but ends the handshake
		c.Send("after")
		c.Ping("after")
		wantClose(t, c, transport.CloseTryAgain, "slow")
		s.wantEnd(transport.CloseTryAgain, "slow")
		select {
		case p := <-got:
			t.Errorf("message %q was delivered after Close", p)
		default:
		}
	})

	t.Run("from a handler", func(t *testing.T) {
		s := b.serve(t, setup{onMessage: func(c transport.Conn, _ transport.MessageType, p []byte) {
			if string(p) != "first" {
				t.Errorf("delivered %q after Close", p)
			}
			c.Close(transport.ClosePolicy, "no")
		}})
		c := Dial(t, s.URL, nil)
		c.Raw(append(MaskedFrame(Fin|OpText, []byte("first"), 1), MaskedFrame(Fin|OpText, []byte("second"), 2)...))
		wantClose(t, c, transport.ClosePolicy, "no")
		s.wantEnd(transport.ClosePolicy, "no")
	})

	t.Run("by both", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		c.SendClose(4001, "mine")
		conn.Close(4002, "yours") // may come first or not
		code, reason := c.ExpectClose()
		s.wantEnd(code, reason)
	})

	// To close TCP while there is input resets it, and the client never sees why.
	t.Run("reaches a client that goes on sending", func(t *testing.T) {
		for i := 0; i < 5; i++ {
			s := b.serve(t, setup{
				Options:   transport.Options{CloseWait: patience},
				onMessage: func(transport.Conn, transport.MessageType, []byte) {},
			})
			c := Dial(t, s.URL, nil)
			conn := s.conn()
			flooding, enough, flooded := make(chan bool), make(chan bool), make(chan error)
			go func() {
				p := make([]byte, 1000)
				for i := 0; ; i++ {
					if i == 100 {
						close(flooding)
					}
					if err := c.TrySend(transport.Binary, p); err != nil {
						flooded <- err
						return
					}
					select {
					case <-enough:
						flooded <- nil
						return
					default:
					}
				}
			}()
			<-flooding
			conn.Close(transport.CloseTryAgain, "slow")
			if code, _ := c.awaitClose(); code != transport.CloseTryAgain {
				t.Errorf("the client was closed with %d", code)
			}
			close(enough)
			if err := <-flooded; err != nil {
				t.Fatal(err)
			}
			c.SendClose(transport.CloseTryAgain, "")
			c.expectEOF()
			s.wantEnd(transport.CloseTryAgain, "slow")
		}
	})

	t.Run("waits for the answer, but not for ever", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{Options: transport.Options{CloseWait: closeWait, PongWait: closeWait}})
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		start := time.Now()
		conn.Close(transport.CloseRestart, "")
		for c.TrySend(transport.Text, []byte("and on")) == nil { // nothing prolongs it
			if time.Since(start) > patience {
				t.Fatal("the connection is still there")
			}
		}
		s.wantEnd(transport.CloseRestart, "")
		if d := time.Since(start); d < closeWait {
			t.Errorf("waited for %v, want %v", d, closeWait)
		}
	})
}
