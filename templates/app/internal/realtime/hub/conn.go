package hub

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Conn is one connection: a tab of a browser, say. Its methods may be called
// concurrently, and none but Request blocks.
type Conn struct {
	hub    *Hub
	sock   transport.Conn
	writer *writer
	id     string
	uid    string
	ip     string

	topics   []membership // Hub.mu guards it
	nextPing time.Time    // Hub.mu guards it

	out      outbox
	requests requests
	rate     bucket // of what is read; the read loop's
}

// ID returns the connection's id. It is random and never used again.
func (c *Conn) ID() string { return c.id }

// UserID returns whose connection it is: what Options.UserID said, or else the
// connection's own id.
func (c *Conn) UserID() string { return c.uid }

// IP returns the address that Options.ClientIP told.
func (c *Conn) IP() string { return c.ip }

// Send sends an event to this connection only. It does not wait for the write.
// The error is ErrClosed if the connection is gone or did not keep up.
func (c *Conn) Send(event string, data any) error {
	m, err := c.hub.message(event, "", data)
	if err != nil {
		return err
	}
	return c.post(m)
}

// Close sends what waits, then a close frame, and does not wait for either. What
// the client says meanwhile is not handled.
// Clients do not come back after 1000, 1008, 1009 and 4500 to 4999, and do
// after any other code. A code that must not be sent is sent as 1011. Only the
// first call counts.
func (c *Conn) Close(code int, reason string) {
	if !transport.CanSend(code) {
		code = transport.CloseInternal
	}
	if c.out.close(code, reason) {
		c.writer.add(c)
	}
}

// post puts m into the outbox.
func (c *Conn) post(m *message) error {
	switch c.push(m) {
	case refused, slow:
		return ErrClosed
	}
	return nil
}

func (c *Conn) push(m *message) verdict {
	v, wake := c.out.push(m, c.hub.opt.QueueLen, c.hub.opt.QueueBytes)
	if wake {
		c.writer.add(c)
	}
	return v
}

// run reads until the connection ends.
func (c *Conn) run() {
	defer c.hub.conns.Done()
	end := c.readLoop()
	c.out.kill()
	c.hub.remove(c)
	c.requests.fail()
	c.hub.logClose(c, end)
	if fn := c.hub.opt.OnClose; fn != nil {
		c.contain(func() { fn(c, end.Code, end.Reason) })
	}
}

func (c *Conn) readLoop() (end *transport.CloseError) {
	end = &transport.CloseError{Code: transport.CloseAbnormal}
	defer func() {
		if p := recover(); p != nil { // a bug in the library must not take the process down
			_ = c.sock.CloseNow()
			c.report(&panicError{p, debug.Stack()})
		}
	}()
	err := c.sock.ReadLoop(c.read)
	errors.As(err, &end)
	return end
}

// contain calls a function of the application. A panic is reported, and ends
// the connection with 1011.
func (c *Conn) contain(fn func()) {
	defer func() {
		if p := recover(); p != nil {
			c.report(&panicError{p, debug.Stack()})
			c.Close(transport.CloseInternal, "internal error")
		}
	}()
	fn()
}

// report tells the log and Options.OnError what went wrong.
func (c *Conn) report(err error) {
	var p *panicError
	if errors.As(err, &p) {
		c.hub.log.Error("ws panic", "conn", c.id, "user", c.uid, "panic", fmt.Sprint(p.value), "stack", string(p.stack))
	} else {
		c.hub.log.Warn("ws error", "conn", c.id, "user", c.uid, "err", err)
	}
	c.tellOnError(err)
}

func (c *Conn) tellOnError(err error) {
	fn := c.hub.opt.OnError
	if fn == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			c.hub.log.Error("ws panic in OnError", "conn", c.id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	fn(c, err)
}

func newID() string {
	var b [12]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("realtime: no random numbers: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b[:])
}
