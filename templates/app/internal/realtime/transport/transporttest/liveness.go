package transporttest

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

func (b backend) testLiveness(t *testing.T) {
	const pongWait = 200 * time.Millisecond

	t.Run("a ping is answered with its payload", func(t *testing.T) {
		s := b.serve(t, setup{})
		c := Dial(t, s.URL, nil)
		for _, payload := range []string{"", "abc", strings.Repeat("x", 125)} {
			c.Ping(payload)
			if f := c.Next(); f.First != Fin|OpPong || string(f.Payload) != payload {
				t.Errorf("%v, want a pong with %d bytes", f, len(payload))
			}
		}
	})

	t.Run("a silent peer is dropped", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{Options: transport.Options{PongWait: pongWait}})
		start := time.Now()
		c := Dial(t, s.URL, nil) // as if the cable was pulled: it answers nothing
		s.conn().Ping()
		end := s.end()
		if end.Code != transport.CloseAbnormal || !errors.Is(end, os.ErrDeadlineExceeded) {
			t.Errorf("ReadLoop returned %v, want 1006 for a deadline", end)
		}
		if d := time.Since(start); d < pongWait || d > 10*pongWait {
			t.Errorf("dropped after %v, want %v", d, pongWait)
		}
		c.Hangup()
	})

	t.Run("pongs keep a connection", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{Options: transport.Options{PongWait: pongWait}})
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		beat := time.NewTicker(pongWait / 4)
		defer beat.Stop()
		for i := 0; i < 12; i++ {
			<-beat.C
			if err := conn.Ping(); err != nil {
				t.Fatalf("ping %d: %v", i, err)
			}
			if f := c.Next(); f.First != Fin|OpPing {
				t.Fatalf("%v, want a ping", f)
			}
			c.SendFrame(Fin|OpPong, "")
		}
		echo(t, c)
		select {
		case err := <-s.ended:
			t.Error("ended:", err)
		default:
		}
	})

	// A handler that takes longer than PongWait says nothing about the peer.
	t.Run("a slow handler does not cost the connection", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{
			Options: transport.Options{PongWait: pongWait},
			onMessage: func(c transport.Conn, typ transport.MessageType, p []byte) {
				<-time.After(2 * pongWait)
				c.Write(typ, p)
			},
		})
		c := Dial(t, s.URL, nil)
		echo(t, c)
		echo(t, c)
	})
}
