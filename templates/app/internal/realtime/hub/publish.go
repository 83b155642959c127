package hub

import (
	"context"
	"fmt"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/backplane"
)

// A PublishOption changes how an event is published.
type PublishOption func(*backplane.Record)

// Except leaves one connection out: mostly that of the sender, which knows
// already. A nil c leaves nobody out.
func Except(c *Conn) PublishOption {
	return func(r *backplane.Record) {
		if c != nil {
			r.Except = c.id
		}
	}
}

// Volatile marks an event that is of use only now, such as "is typing". It is
// not sent again to clients that come back, and a client that does not keep up
// may miss it. If key is not "", a newer event of the same name in the same topic
// with the same key takes the place of an older one that still waits.
func Volatile(key string) PublishOption {
	return func(r *backplane.Record) { r.Volatile, r.Key = true, key }
}

// Publish sends an event to all who are in topic, on all nodes, the sender too.
// They get it in the order of the log. When Publish returns nil, the event is in
// the log; it may block as long as ctx allows, unless the log is in memory.
func (h *Hub) Publish(ctx context.Context, topic, event string, data any, opts ...PublishOption) error {
	if err := checkTopic(topic); err != nil {
		return fmt.Errorf("realtime: topic %.40q: %w", topic, err)
	}
	return h.publish(ctx, topic, event, data, opts)
}

// Broadcast sends an event to every connection, on all nodes. It is Publish to
// a topic that everybody is in.
func (h *Hub) Broadcast(ctx context.Context, event string, data any, opts ...PublishOption) error {
	return h.publish(ctx, topicAll, event, data, opts)
}

// SendUser sends an event to all connections of a user, on all nodes. Nobody
// is there: that is no error.
func (h *Hub) SendUser(ctx context.Context, uid, event string, data any, opts ...PublishOption) error {
	if err := checkUser(uid); err != nil || uid == "" {
		return fmt.Errorf("realtime: user %.40q is not an id", uid)
	}
	return h.publish(ctx, userTopic(uid), event, data, opts)
}

func (h *Hub) publish(ctx context.Context, topic, event string, data any, opts []PublishOption) error {
	p, err := h.encode(event, data)
	if err != nil {
		return err
	}
	if err := h.start(); err != nil {
		return err
	}
	r := backplane.Record{Topic: topic, Event: event, Data: p}
	for _, o := range opts {
		o(&r)
	}
	return h.opt.Log.Append(ctx, r)
}

// encode checks the event's name, which is the application's, and encodes data.
func (h *Hub) encode(event string, data any) ([]byte, error) {
	err := checkEvent(event)
	if err == nil && reserved(event) {
		err = fmt.Errorf("names that begin with rt/ are reserved")
	}
	if err != nil {
		return nil, fmt.Errorf("realtime: event %.40q: %w", event, err)
	}
	if data == nil {
		return nil, nil
	}
	p, err := h.opt.Codec.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("realtime: event %s: %w", event, err)
	}
	return p, nil
}

// message returns an event for one connection.
func (h *Hub) message(event, ref string, data any) (*message, error) {
	p, err := h.encode(event, data)
	if err != nil {
		return nil, err
	}
	p, err = h.opt.Codec.Append(nil, &Envelope{Event: event, Ref: ref, Data: p})
	if err != nil {
		return nil, err
	}
	return newMessage(p), nil
}

// mustMessage returns an event of the hub's own. A codec that cannot encode
// those is a bug.
func (h *Hub) mustMessage(event string, data any) *message {
	return newMessage(h.mustEncode(event, data))
}

func (h *Hub) mustEncode(event string, data any) []byte {
	p, err := h.opt.Codec.Marshal(data)
	if err == nil {
		p, err = h.opt.Codec.Append(nil, &Envelope{Event: event, Data: p})
	}
	if err != nil {
		panic(fmt.Sprintf("realtime: the codec cannot encode %s: %v", event, err))
	}
	return p
}

// Deliver takes the next record of the log. It is encoded here, once, and sent
// to all who are in the topic.
func (t tailer) Deliver(offset string, r backplane.Record) {
	h := t.h
	e := Envelope{Event: r.Event, Topic: r.Topic, Offset: offset, Data: r.Data}
	if r.Topic == topicAll {
		e.Topic = ""
	}
	p, err := h.opt.Codec.Append(make([]byte, 0, len(r.Data)+len(r.Event)+len(r.Topic)+64), &e)
	if err != nil {
		h.log.Error("ws event cannot be encoded", "event", r.Event, "err", err)
		return
	}
	m := newMessage(p)
	m.volatile = r.Volatile
	if r.Key != "" {
		m.key = r.Topic + " " + r.Event + " " + r.Key // names have no spaces
	}

	h.mu.Lock()
	defer h.mu.Unlock()
	if !r.Volatile {
		h.offset = offset
		h.history.add(kept{offset, r.Topic, r.Except, m})
	}
	if topic := h.lookup(r.Topic); topic != nil {
		for _, c := range topic.members {
			if r.Except == "" || r.Except != c.id {
				c.push(m)
			}
		}
	}
}

// Start takes the log's epoch. If it comes a second time, events were lost, and
// every client has to fetch its state anew.
func (t tailer) Start(epoch, offset string) {
	h := t.h
	h.mu.Lock()
	defer h.mu.Unlock()
	again := h.epoch != ""
	h.epoch, h.offset = epoch, offset
	h.history.reset(offset)
	if !again {
		return
	}
	m := h.mustMessage("rt/reset", struct {
		Offset string `json:"offset"`
		Epoch  string `json:"epoch"`
	}{offset, epoch})
	for _, c := range h.all.members {
		c.push(m)
	}
}
