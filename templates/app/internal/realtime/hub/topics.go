package hub

// A topic is a set of connections. Hub.mu guards it.
type topic struct {
	name    string
	members []*Conn
}

// A membership is a connection's place in a topic, so that it can be left
// without a search.
type membership struct {
	topic *topic
	index int
}

// lookup returns the topic of that name, or nil if nobody is in it.
func (h *Hub) lookup(name string) *topic {
	if name == topicAll {
		return &h.all
	}
	return h.topics[name]
}

// enter puts c into a topic, once. Hub.mu is held.
func (h *Hub) enter(c *Conn, name string) {
	t := h.lookup(name)
	if t == nil {
		t = &topic{name: name}
		h.topics[name] = t
	}
	if c.member(name) < 0 {
		c.topics = append(c.topics, membership{t, len(t.members)})
		t.members = append(t.members, c)
	}
}

// exit takes c out of a topic. Hub.mu is held.
func (h *Hub) exit(c *Conn, name string) {
	i := c.member(name)
	if i < 0 {
		return
	}
	m := c.topics[i]
	c.topics[i] = c.topics[len(c.topics)-1]
	c.topics[len(c.topics)-1] = membership{}
	c.topics = c.topics[:len(c.topics)-1]

	t := m.topic
	last := t.members[len(t.members)-1]
	if last != c {
		t.members[m.index] = last
		last.topics[last.member(name)].index = m.index
	}
	t.members[len(t.members)-1] = nil
	t.members = t.members[:len(t.members)-1]
	if len(t.members) == 0 {
		t.members = nil
		delete(h.topics, name)
	}
}

// member returns where the topic stands in c.topics, or -1. Hub.mu is held.
func (c *Conn) member(name string) int {
	for i, m := range c.topics {
		if m.topic.name == name {
			return i
		}
	}
	return -1
}

// Join puts the connection into a topic; Options.CanJoin is not asked. What was
// published before is not sent. It does not block.
func (c *Conn) Join(topic string) error {
	if err := checkTopic(topic); err != nil {
		return err
	}
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.member(topicAll) < 0 {
		return ErrClosed
	}
	if !h.roomFor(c, []string{topic}) {
		return &Error{Code: codeTooMany, Message: "too many topics"}
	}
	h.enter(c, topic)
	return nil
}

// Leave takes the connection out of a topic. It does not block.
func (c *Conn) Leave(topic string) {
	if checkTopic(topic) != nil {
		return
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.hub.exit(c, topic)
}

// roomFor reports whether c may be in the given topics too. Hub.mu is held.
func (h *Hub) roomFor(c *Conn, topics []string) bool {
	if h.opt.MaxTopics == 0 {
		return true
	}
	const implicit = 2 // topicAll and the user's own
	n := len(c.topics) - implicit
	for _, t := range topics {
		if c.member(t) < 0 {
			n++
		}
	}
	return n <= h.opt.MaxTopics
}
