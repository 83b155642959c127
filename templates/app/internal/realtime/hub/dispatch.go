package hub

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// read takes one message of the client.
func (c *Conn) read(t transport.MessageType, p []byte) {
	h := c.hub
	if c.out.ending() {
		return // it was told to go: until it does it may talk, but nobody listens
	}
	if !c.rate.take(time.Now(), h.opt.Rate, h.opt.Burst) {
		c.Close(transport.CloseRate, "too many messages")
		return
	}
	var e Envelope
	if t != transport.Text {
		c.reject(&e, &Error{Code: codeBadMessage, Message: "only text messages are understood"})
		return
	}
	if err := h.opt.Codec.Decode(p, &e); err != nil {
		c.tellOnError(fmt.Errorf("message of %d bytes: %w", len(p), err))
		h.log.Debug("ws bad message", "conn", c.id, "bytes", len(p), "err", err)
		c.reject(&Envelope{}, &Error{Code: codeBadMessage, Message: `not an event: {"event":"namespace/name","data":...} is expected`})
		return
	}
	if len(e.Ref) > maxRef {
		c.reject(&Envelope{Event: e.Event}, &Error{Code: codeBadMessage, Message: fmt.Sprintf("ref has at most %d bytes", maxRef)})
		return
	}
	if e.Event == "" {
		c.requests.settle(&e)
		return
	}
	c.handle(&e)
}

// handle calls the handler of the event and answers.
func (c *Conn) handle(e *Envelope) {
	if err := checkEvent(e.Event); err != nil {
		c.reject(&Envelope{Ref: e.Ref}, &Error{Code: codeBadMessage, Message: err.Error()})
		return
	}
	ev := &Event{Name: e.Event, Topic: e.Topic, Data: e.Data, codec: c.hub.opt.Codec}
	var fn Handler
	switch e.Event {
	case "rt/join":
		if err := c.join(ev, e.Ref); err != nil {
			c.fail(e, err)
		}
		return
	case "rt/leave":
		fn = c.hub.leave
	default:
		fn = c.hub.handlers[e.Event]
	}
	if fn == nil {
		c.hub.log.Info("ws unknown event", "conn", c.id, "event", e.Event, "bytes", len(e.Data))
		c.reject(e, &Error{Code: codeUnknownEvent, Message: "no handler for " + e.Event})
		return
	}
	reply, err := c.call(fn, ev)
	switch {
	case err != nil:
		c.fail(e, err)
	case e.Ref != "":
		c.reply(e, reply)
	}
}

// inHandler is the key of the connection in its handlers' contexts.
type inHandler struct{}

// call runs a handler and turns a panic into an error.
func (c *Conn) call(fn Handler, ev *Event) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			reply, err = nil, &panicError{p, debug.Stack()}
		}
	}()
	ctx, cancel := context.WithTimeout(c.hub.ctx, c.hub.opt.HandlerTimeout)
	defer cancel()
	return fn(context.WithValue(ctx, inHandler{}, c), c, ev)
}

// fail answers an event whose handler returned an error. What is not meant for
// the client is reported; after a panic nobody knows what state things are in,
// so the connection ends and the client begins anew.
func (c *Conn) fail(e *Envelope, err error) {
	var shown *Error
	var p *panicError
	if !errors.As(err, &shown) && !errors.Is(err, ErrForbidden) {
		c.report(fmt.Errorf("%s: %w", e.Event, err))
	}
	c.reject(e, public(err))
	if errors.As(err, &p) {
		c.Close(transport.CloseInternal, "internal error")
	}
}

// reply sends what a handler returned.
func (c *Conn) reply(e *Envelope, v any) {
	data := []byte(nil)
	if v != nil {
		var err error
		if data, err = c.hub.opt.Codec.Marshal(v); err != nil {
			c.fail(e, fmt.Errorf("reply: %w", err))
			return
		}
	}
	c.answer(&Envelope{Ref: e.Ref, Data: data})
}

// reject answers with an error: as a reply if there is a ref, else as rt/error.
func (c *Conn) reject(e *Envelope, err *Error) {
	if e.Ref != "" {
		c.answer(&Envelope{Ref: e.Ref, Error: err})
		return
	}
	m := c.hub.mustMessage("rt/error", struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Event   string `json:"event,omitempty"`
	}{err.Code, err.Message, e.Event})
	c.push(m)
}

func (c *Conn) answer(e *Envelope) {
	p, err := c.hub.opt.Codec.Append(nil, e)
	if err != nil {
		c.report(err)
		return
	}
	c.push(newMessage(p))
}
