package hub

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// joinRequest is the data of rt/join.
type joinRequest struct {
	Topics []string `json:"topics"`
	Since  string   `json:"since"` // the newest offset that the client has
	Epoch  string   `json:"epoch"` // under which it got that
	Conn   string   `json:"conn"`  // its connection then: what was published except to it stays so
}

// joinedEvent is the data of rt/joined.
type joinedEvent struct {
	Topics  []string `json:"topics"`
	Resumed bool     `json:"resumed"`
	Offset  string   `json:"offset"`
	Epoch   string   `json:"epoch"`
}

// join puts c into topics, and sends it what it missed there if it says from
// where. All of it happens under Hub.mu, as delivery does: nothing is published
// between what is sent again and what is sent live.
func (c *Conn) join(ev *Event, ref string) error {
	var q joinRequest
	if err := ev.Decode(&q); err != nil {
		return err
	}
	if q.Topics == nil {
		q.Topics = []string{}
	}
	h := c.hub
	tooMany := &Error{Code: codeTooMany, Message: fmt.Sprintf("a connection is in %d topics at most", h.opt.MaxTopics)}
	if h.opt.MaxTopics > 0 && len(q.Topics) > h.opt.MaxTopics {
		return tooMany // even if they are all the same: to look at them takes long
	}
	for _, t := range q.Topics {
		if err := checkTopic(t); err != nil {
			return &Error{Code: codeBadMessage, Message: fmt.Sprintf("topic %.40q: %v", t, err)}
		}
		if err := c.allowed(t); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.roomFor(c, q.Topics) {
		return tooMany
	}
	var missed []*message
	resumed := false
	// One resume at a time: what it sends again is not counted as queued.
	if q.Since != "" && q.Epoch == h.epoch && !c.out.resuming() {
		missed, resumed = h.history.since(q.Since, c.wants(&q))
	}
	data, err := h.opt.Codec.Marshal(joinedEvent{q.Topics, resumed, h.offset, h.epoch})
	if err != nil {
		return err
	}
	p, err := h.opt.Codec.Append(nil, &Envelope{Event: "rt/joined", Ref: ref, Data: data})
	if err != nil {
		return err
	}
	if len(missed) == 0 {
		c.push(newMessage(p))
	} else if c.out.pushBacklog(append([]*message{newMessage(p)}, missed...)) {
		c.writer.add(c)
	}
	for _, t := range q.Topics {
		h.enter(c, t)
	}
	return nil
}

// allowed asks the application. An error that is not for the client is a no.
func (c *Conn) allowed(topic string) (err error) {
	h := c.hub
	if h.opt.CanJoin == nil || topic == h.opt.DefaultTopic {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, debug.Stack()}
		}
	}()
	err = h.opt.CanJoin(c, topic)
	var shown *Error
	if err != nil && !errors.As(err, &shown) {
		h.log.Debug("ws topic refused", "conn", c.id, "user", c.uid, "topic", topic, "err", err)
		return ErrForbidden
	}
	return err
}

// wants returns which of the kept events are sent again: those of the topics
// that c asks for, and of those that it is in without asking. Hub.mu is held.
func (c *Conn) wants(q *joinRequest) func(*kept) bool {
	topics := make(map[string]bool, len(c.topics)+len(q.Topics))
	for _, m := range c.topics {
		topics[m.topic.name] = true
	}
	for _, t := range q.Topics {
		topics[t] = true
	}
	return func(k *kept) bool {
		return topics[k.topic] && (k.except == "" || k.except != c.id && k.except != q.Conn)
	}
}

// leave handles rt/leave.
func (h *Hub) leave(_ context.Context, c *Conn, ev *Event) (any, error) {
	var q struct {
		Topics []string `json:"topics"`
	}
	if err := ev.Decode(&q); err != nil {
		return nil, err
	}
	for _, t := range q.Topics {
		c.Leave(t)
	}
	return nil, nil
}
