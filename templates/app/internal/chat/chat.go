// Package chat is a room in which everybody hears everybody. It is the sample
// that your own events take the place of: events.go says what goes over the
// wire, and Register who answers it.
package chat

import (
	"context"
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

const (
	// Topic is what every connection hears.
	Topic = "chat"

	// HistoryLen is how many messages a newcomer is shown.
	HistoryLen = 10

	// MaxText is how many characters a message may have.
	MaxText = 10_000
)

// A Room keeps the newest messages and tells how many are here.
type Room struct {
	hub      *realtime.Hub
	counting atomic.Bool // a chat/here is on its way

	mu     sync.Mutex
	newest []Message // at most HistoryLen, oldest first
}

// NewRoom returns an empty room. Give its Options to the hub, and the hub to
// Register.
func NewRoom() *Room {
	return &Room{newest: []Message{}}
}

// Options puts every connection into the room.
func (r *Room) Options(o *realtime.Options) {
	o.DefaultTopic = Topic
	o.OnOpen = func(*realtime.Conn, *http.Request) { r.count() }
	o.OnClose = func(*realtime.Conn, int, string) { r.count() }
}

// Register makes the room answer the events of hub. Call it before the first
// connection.
func (r *Room) Register(hub *realtime.Hub) {
	r.hub = hub
	realtime.On(hub, EventMessage, r.say)
	hub.On(EventHistory, r.history)
}

// say publishes what a client says.
func (r *Room) say(ctx context.Context, c *realtime.Conn, in Say) (any, error) {
	text := strings.TrimSpace(in.Text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return nil, &realtime.Error{Code: "blank", Message: "a message needs some text"}
	case n > MaxText:
		return nil, &realtime.Error{Code: "too_long", Message: fmt.Sprintf("the message has %d characters, %d are allowed", n, MaxText)}
	}
	m := Message{
		ID:   rand.Text(),
		Text: text,
		From: c.UserID(),
		Name: nameOf(c),
		Time: time.Now().UTC().Truncate(time.Millisecond),
	}
	if err := r.publish(ctx, m); err != nil {
		return nil, err
	}
	return Said{ID: m.ID}, nil
}

// publish sends m to everybody and keeps it. It holds the lock meanwhile, so
// that the history is in the order in which everybody got the messages.
func (r *Room) publish(ctx context.Context, m Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.hub.Publish(ctx, Topic, EventMessage, m); err != nil {
		return err
	}
	if len(r.newest) == HistoryLen {
		r.newest = slices.Delete(r.newest, 0, 1)
	}
	r.newest = append(r.newest, m)
	return nil
}

// history replies with the newest messages.
func (r *Room) history(context.Context, *realtime.Conn, *realtime.Event) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return History{Messages: slices.Clone(r.newest)}, nil
}

// nameOf says what to call whose connection c is. Who has not logged in gets a
// number.
func nameOf(c *realtime.Conn) string {
	if c.UserID() != c.ID() {
		return c.UserID()
	}
	return fmt.Sprintf("guest %04d", crc32.ChecksumIEEE([]byte(c.ID()))%10000)
}
