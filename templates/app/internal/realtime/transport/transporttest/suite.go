package transporttest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// An Acceptor is what a transport has to provide.
type Acceptor interface {
	Accept(http.ResponseWriter, *http.Request) (transport.Conn, error)
}

// Run checks that a transport does what transport.Conn promises. What is true of
// one library here is true of all of them.
func Run[S Acceptor](t *testing.T, newServer func(transport.Options) S) {
	b := backend(func(o transport.Options) Acceptor { return newServer(o) })
	t.Run("Leaves nothing behind", b.testLeaks) // alone: it counts goroutines
	for name, test := range map[string]func(*testing.T){
		"Handshake":    b.testHandshake,
		"Hijack":       b.testHijack,
		"Messages":     b.testMessages,
		"Deflate":      b.testDeflate,
		"Liveness":     b.testLiveness,
		"Closing":      b.testClosing,
		"Violations":   b.testViolations,
		"Slow peers":   b.testSlowPeers,
		"Many writers": b.testManyWriters,
	} {
		test := test
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t) })
	}
}

// A backend makes the server under test.
type backend func(transport.Options) Acceptor

// patience is how long a test waits for what has to happen.
const patience = 5 * time.Second

// A setup is a server for a test; what is not set is as in defaults.
type setup struct {
	transport.Options
	onMessage func(c transport.Conn, t transport.MessageType, p []byte) // default: echo
	wrap      func(http.Handler) http.Handler
	config    func(*httptest.Server) // before it starts
	start     func(*httptest.Server) // default: (*httptest.Server).Start
}

// A server hands out the connections that it accepts, and how they end.
type server struct {
	*httptest.Server
	t        *testing.T
	accepted chan transport.Conn
	ended    chan error
	refused  chan error
}

func (b backend) serve(t *testing.T, x setup) *server {
	t.Helper()
	if x.WriteTimeout == 0 {
		x.WriteTimeout = 2 * time.Second
	}
	if x.CloseWait == 0 {
		x.CloseWait = time.Second
	}
	if x.PongWait == 0 {
		x.PongWait = 10 * time.Second
	}
	if x.onMessage == nil {
		x.onMessage = func(c transport.Conn, t transport.MessageType, p []byte) { c.Write(t, p) }
	}
	if x.start == nil {
		x.start = (*httptest.Server).Start
	}
	s := &server{t: t, accepted: make(chan transport.Conn, 100), ended: make(chan error, 100), refused: make(chan error, 100)}
	acceptor := b(x.Options)
	var reading sync.WaitGroup
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reading.Add(1)
		c, err := acceptor.Accept(w, r)
		if err != nil {
			reading.Done()
			s.refused <- err
			return
		}
		s.accepted <- c
		go func() { // the handler returns, as that of the hub does
			defer reading.Done()
			s.ended <- c.ReadLoop(func(t transport.MessageType, p []byte) { x.onMessage(c, t, p) })
		}()
	})
	if x.wrap != nil {
		h = x.wrap(h)
	}
	s.Server = httptest.NewUnstartedServer(h)
	if x.config != nil {
		x.config(s.Server)
	}
	x.start(s.Server)
	t.Cleanup(func() { // the clients are gone by now
		s.Close()
		reading.Wait()
	})
	return s
}

// conn returns the server's side of the connection that was just opened.
func (s *server) conn() transport.Conn {
	s.t.Helper()
	select {
	case c := <-s.accepted:
		return c
	case <-time.After(patience):
		s.t.Fatal("no connection was accepted")
		return nil
	}
}

// end returns what ReadLoop has returned.
func (s *server) end() *transport.CloseError {
	s.t.Helper()
	select {
	case err := <-s.ended:
		var end *transport.CloseError
		if !errors.As(err, &end) {
			s.t.Fatalf("ReadLoop returned %v, want a CloseError", err)
		}
		return end
	case <-time.After(patience):
		s.t.Fatal("ReadLoop has not returned")
		return nil
	}
}

func (s *server) wantEnd(code int, reason string) {
	s.t.Helper()
	if end := s.end(); end.Code != code || end.Reason != reason {
		s.t.Errorf("ReadLoop returned %d %q, want %d %q", end.Code, end.Reason, code, reason)
	}
}

func wantClose(t *testing.T, c *Client, code int, reason string) {
	t.Helper()
	if gotCode, gotReason := c.ExpectClose(); gotCode != code || gotReason != reason {
		t.Errorf("the client was closed with %d %q, want %d %q", gotCode, gotReason, code, reason)
	}
}

// smallBuffers makes the sockets of a server fill up soon.
func smallBuffers(s *httptest.Server) {
	s.Config.ConnContext = func(ctx context.Context, nc net.Conn) context.Context {
		if tcp, ok := nc.(*net.TCPConn); ok {
			tcp.SetWriteBuffer(4 << 10)
		}
		return ctx
	}
}

// testLeaks counts goroutines: when 200 connections have ended, in every way, there
// are as many as before.
func (b backend) testLeaks(t *testing.T) {
	t.Run("server", func(t *testing.T) {
		before := runtime.NumGoroutine()
		s := b.serve(t, setup{})
		for i := 0; i < 200; i++ {
			c := Dial(t, s.URL, nil)
			conn := s.conn()
			if i%20 == 0 {
				c.Send("hi")
				c.ReadText()
			}
			switch i % 5 {
			case 0:
				c.Close(1000, "")
			case 1:
				c.Drop()
			case 2:
				c.Hangup()
			case 3:
				conn.Close(transport.CloseRestart, "")
				c.ExpectClose()
			case 4:
				conn.CloseNow()
			}
			s.end()
			c.Hangup()
		}
		s.Close()
		deadline := time.Now().Add(patience)
		for runtime.NumGoroutine() > before {
			if time.Now().After(deadline) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
			}
			runtime.Gosched()
		}
	})
}
