package hub

import (
	"context"
	"strconv"
	"sync"
)

// maxRequests is how many answers a connection may owe.
const maxRequests = 64

// requests are the questions that a client has not answered yet.
type requests struct {
	mu      sync.Mutex
	last    uint64
	waiting map[string]chan Envelope // nil while there are none
	closed  bool
}

// Request sends an event to the connection and waits for the client's answer,
// which it decodes into reply if that is not nil. It ends with ctx, which should
// have a deadline, or with ErrClosed when the connection goes. An error that the
// client answers is an *Error. A handler must not call it for its own
// connection: that is ErrInHandler.
func (c *Conn) Request(ctx context.Context, event string, data, reply any) error {
	if ctx.Value(inHandler{}) == c {
		return ErrInHandler
	}
	ref, answer, err := c.requests.add()
	if err != nil {
		return err
	}
	defer c.requests.forget(ref)
	m, err := c.hub.message(event, ref, data)
	if err != nil {
		return err
	}
	if err := c.post(m); err != nil {
		return err
	}
	select {
	case e, ok := <-answer:
		switch {
		case !ok:
			return ErrClosed
		case e.Error != nil:
			return e.Error
		case reply == nil || len(e.Data) == 0:
			return nil
		}
		return c.hub.opt.Codec.Unmarshal(e.Data, reply)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *requests) add() (ref string, answer <-chan Envelope, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return "", nil, ErrClosed
	case len(r.waiting) >= maxRequests:
		return "", nil, ErrTooManyRequests
	case r.waiting == nil:
		r.waiting = map[string]chan Envelope{}
	}
	r.last++
	ref = "s" + strconv.FormatUint(r.last, 10)
	ch := make(chan Envelope, 1)
	r.waiting[ref] = ch
	return ref, ch, nil
}

func (r *requests) forget(ref string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if delete(r.waiting, ref); len(r.waiting) == 0 {
		r.waiting = nil
	}
}

// settle hands an answer to who waits for it. One that comes too late is dropped.
func (r *requests) settle(e *Envelope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ch := r.waiting[e.Ref]; ch != nil {
		delete(r.waiting, e.Ref)
		ch <- *e // the channel has room for the one answer
	}
}

// fail ends all that wait, and what comes later.
func (r *requests) fail() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for ref, ch := range r.waiting {
		delete(r.waiting, ref)
		close(ch)
	}
}
