// Package hubtest tests handlers and hooks without a network: its connections
// are fakes, and what a client says is handled in the order in which it is said.
//
//	s := hubtest.New(t, func(o *hub.Options) { o.DefaultTopic = "chat" })
//	chat.Register(s.Hub)
//	alice := s.Connect()
//	alice.Say(`{"event":"chat/message","data":{"text":"hi"}}`)
//	alice.Next() // the envelope of the next event that alice gets
package hubtest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	backplane "github.com/wsgen/wsgen/templates/app/internal/realtime/backplane/memory"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// syncEvent is what Sync asks, to know that all before it has been handled.
const syncEvent = "hubtest/sync"

// patience is how long a test waits for what must happen at once.
const patience = 10 * time.Second

// A Server is a hub with fake connections.
type Server struct {
	Hub *hub.Hub

	tb   testing.TB
	mu   sync.Mutex
	next *Client
}

// New returns a hub with a log in memory and the default options, changed by
// edit. It is shut down when the test ends.
func New(tb testing.TB, edit ...func(*hub.Options)) *Server {
	tb.Helper()
	s := &Server{tb: tb}
	o := hub.DefaultOptions()
	o.Log = backplane.Open()
	o.Accept = func(http.ResponseWriter, *http.Request) (transport.Conn, error) { return s.next, nil }
	for _, fn := range edit {
		fn(&o)
	}
	s.Hub = hub.New(o)
	s.Hub.On(syncEvent, func(context.Context, *hub.Conn, *hub.Event) (any, error) { return nil, nil })
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Hub.Shutdown(ctx); err != nil {
			tb.Errorf("hub does not shut down: %v", err)
		}
	})
	return s
}

// Connect opens a connection and takes its rt/hello. Edit changes the request
// of the handshake.
func (s *Server) Connect(edit ...func(*http.Request)) *Client {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newClient(s.tb)
	s.next = c
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, fn := range edit {
		fn(r)
	}
	w := httptest.NewRecorder()
	s.Hub.ServeHTTP(w, r)
	if w.Code != http.StatusOK { // what the recorder says if nothing was written
		s.tb.Fatalf("handshake refused: %d %s", w.Code, w.Body)
	}
	if e := c.Next(); e.Event != "rt/hello" {
		s.tb.Fatalf("first event is %q, want rt/hello", e.Event)
	}
	return c
}

// A Client is the far end of a fake connection.
type Client struct {
	tb testing.TB
	in chan string // what the client says

	mu     sync.Mutex
	moved  *sync.Cond // something below has changed
	out    []hub.Envelope
	stuck  bool   // the client does not read
	kept   []byte // what could not be written
	close  *transport.CloseError
	gone   chan struct{}
	closed bool
}

func newClient(tb testing.TB) *Client {
	c := &Client{tb: tb, in: make(chan string), gone: make(chan struct{})}
	c.moved = sync.NewCond(&c.mu)
	return c
}

// Say sends a message and returns when the hub has taken it; what was said
// before has been handled then.
func (c *Client) Say(message string) {
	c.tb.Helper()
	select {
	case c.in <- message:
	case <-c.gone:
		c.tb.Fatalf("the connection is closed, cannot say %s", message)
	case <-time.After(patience):
		c.tb.Fatalf("the hub does not take %s", message)
	}
}

// Next returns the next event that the client gets.
func (c *Client) Next() hub.Envelope {
	c.tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.await(func() bool { return len(c.out) > 0 || c.closed }, "nothing arrives")
	if len(c.out) == 0 {
		c.tb.Fatalf("nothing arrives: the connection was closed with %d %s", c.close.Code, c.close.Reason)
	}
	e := c.out[0]
	c.out = c.out[1:]
	return e
}

// Expect returns the next event and fails the test if it is another one than event.
func (c *Client) Expect(event string) hub.Envelope {
	c.tb.Helper()
	e := c.Next()
	if e.Event != event {
		c.tb.Fatalf("got event %q %s, want %q", e.Event, e.Data, event)
	}
	return e
}

// Sync returns what arrived and was not taken yet. All that the hub has sent
// so far is in it.
func (c *Client) Sync() []hub.Envelope {
	c.tb.Helper()
	c.Say(`{"event":"` + syncEvent + `","ref":"hubtest"}`)
	var got []hub.Envelope
	for {
		e := c.Next()
		if e.Ref == "hubtest" {
			return got
		}
		got = append(got, e)
	}
}

// Stall makes the client stop reading, until Unstall.
func (c *Client) Stall() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = true
}

// Kept waits until the hub has tried to write to the stalled client.
func (c *Client) Kept() {
	c.tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.await(func() bool { return len(c.kept) > 0 }, "nothing is written")
}

// Unstall makes the client read again.
func (c *Client) Unstall() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = false
	c.moved.Broadcast()
}

// End closes the connection from the client's side.
func (c *Client) End(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(code, reason)
}

// Closed waits for the end of the connection and returns how it was closed.
func (c *Client) Closed() (code int, reason string) {
	c.tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.await(func() bool { return c.closed }, "the connection is not closed")
	return c.close.Code, c.close.Reason
}

// await waits until ok holds. c.mu is held.
func (c *Client) await(ok func() bool, what string) {
	c.tb.Helper()
	late := time.AfterFunc(patience, c.moved.Broadcast)
	defer late.Stop()
	for end := time.Now().Add(patience); !ok(); c.moved.Wait() {
		if time.Now().After(end) {
			c.tb.Fatal(what)
		}
	}
}

// end is the first end. c.mu is held.
func (c *Client) end(code int, reason string) {
	if c.closed {
		return
	}
	c.closed = true
	c.close = &transport.CloseError{Code: code, Reason: reason}
	close(c.gone)
	c.moved.Broadcast()
}

// What follows is transport.Conn.

// ReadLoop gives fn what Say was given.
func (c *Client) ReadLoop(fn func(transport.MessageType, []byte)) error {
	for {
		select {
		case m := <-c.in:
			fn(transport.Text, []byte(m))
		case <-c.gone:
			return c.close
		}
	}
}

// Write takes a message that would be deflated.
func (c *Client) Write(t transport.MessageType, p []byte) error {
	return c.WriteFrames(transport.AppendFrame(nil, t, p))
}

// WriteFrames blocks while the client is stalled.
func (c *Client) WriteFrames(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.stuck && !c.closed {
		c.moved.Wait()
	}
	if c.closed {
		return errors.New("connection is closed")
	}
	c.receive(append(c.kept, p...))
	c.kept = nil
	return nil
}

// TryWriteFrames keeps what it is given while the client is stalled.
func (c *Client) TryWriteFrames(p []byte) (pending bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return false, errors.New("connection is closed")
	case c.stuck:
		c.kept = append(c.kept, p...)
		c.moved.Broadcast()
		return true, nil
	}
	c.receive(p)
	return false, nil
}

// Ping does nothing: the client is alive.
func (c *Client) Ping() error { return nil }

// Close closes at once: the client answers without delay.
func (c *Client) Close(code int, reason string) error {
	c.End(code, reason)
	return nil
}

// CloseNow is an end without a close frame.
func (c *Client) CloseNow() error {
	c.End(transport.CloseAbnormal, "")
	return nil
}

// Subprotocol is the hub's.
func (c *Client) Subprotocol() string { return hub.Protocol }

// Compressed is false.
func (c *Client) Compressed() bool { return false }

// receive takes frames apart. c.mu is held.
func (c *Client) receive(p []byte) {
	for len(p) > 0 {
		opcode, size, head := p[0]&0xf, int(p[1]), 2
		switch size {
		case 126:
			size, head = int(p[2])<<8|int(p[3]), 4
		case 127:
			size, head = 0, 10
			for _, b := range p[2:10] {
				size = size<<8 | int(b)
			}
		}
		if transport.MessageType(opcode) == transport.Text {
			var e hub.Envelope
			if err := (hub.JSON{}).Decode(p[head:head+size], &e); err != nil {
				c.tb.Errorf("the hub sent %s: %v", p[head:head+size], err)
			}
			c.out = append(c.out, e)
		}
		p = p[head+size:]
	}
	c.moved.Broadcast()
}
