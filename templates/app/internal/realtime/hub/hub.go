package hub

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sort"
	"sync"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Handler answers an event. It runs in the goroutine that reads the
// connection: the events of one connection are handled one after the other, in
// order, and a client that sends faster than they are handled is slowed down by
// TCP. Work that takes long belongs into a goroutine of its own.
//
// If the client asked for a reply it gets what the handler returns: the reply,
// or the error if it is an *Error. ctx ends with Options.HandlerTimeout and with
// the hub.
type Handler func(ctx context.Context, c *Conn, ev *Event) (reply any, err error)

// An Event is what a client sent.
type Event struct {
	Name  string // "chat/message"
	Topic string // as the client gave it; nobody has checked it
	Data  []byte // encoded, or empty; valid until the handler returns

	codec Codec
}

// Decode sets v from the event's data. The error is an *Error: a handler may
// return it as it is.
func (e *Event) Decode(v any) error {
	if len(e.Data) == 0 {
		return &Error{Code: codeBadMessage, Message: e.Name + " needs data"}
	}
	if err := e.codec.Unmarshal(e.Data, v); err != nil {
		return &Error{Code: codeBadMessage, Message: "the data of " + e.Name + " does not fit: " + err.Error()}
	}
	return nil
}

// A Hub holds the connections of one node. Its methods may be called concurrently.
type Hub struct {
	opt      Options
	log      *slog.Logger
	handlers map[string]Handler // not changed after the first connection

	ctx    context.Context // ends with the hub
	cancel context.CancelFunc
	conns  sync.WaitGroup // one for each place taken
	tail   sync.Once
	failed error // of starting the tail; set by tail

	mu       sync.Mutex
	all      topic
	topics   map[string]*topic
	perUser  map[string]int
	perIP    map[string]int
	taken    int // places: connections, and handshakes that may become one
	engine   *engine
	history  history
	epoch    string
	offset   string // of the newest event delivered
	draining bool
}

// New returns a hub. It starts no goroutine before the first connection, and
// leaves none when the last one has gone. It panics if the options do not pass
// Validate.
func New(o Options) *Hub {
	if err := o.Validate(); err != nil {
		panic(fmt.Sprintf("realtime: %v", err))
	}
	o = o.withDefaults()
	h := &Hub{
		opt:      o,
		log:      o.Logger,
		handlers: map[string]Handler{},
		all:      topic{name: topicAll},
		topics:   map[string]*topic{},
		perUser:  map[string]int{},
		perIP:    map[string]int{},
		history:  history{max: o.History, maxBytes: o.HistoryBytes},
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	if o.Register != nil {
		o.Register(h)
	}
	return h
}

// On registers the handler of an event. Call it before the first connection,
// and not concurrently. It panics if the name is not namespace/name, if it is
// reserved, or if it has a handler already.
func (h *Hub) On(event string, fn Handler) {
	if err := checkEvent(event); err != nil {
		panic(fmt.Sprintf("realtime: event %q: %v", event, err))
	}
	if reserved(event) {
		panic(fmt.Sprintf("realtime: event %q: names that begin with rt/ are reserved", event))
	}
	if h.handlers[event] != nil {
		panic(fmt.Sprintf("realtime: event %q has a handler already", event))
	}
	h.handlers[event] = fn
}

// Len returns the number of connections of this node.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all.members)
}

// Members returns the number of connections of this node in a topic.
func (h *Hub) Members(topic string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.lookup(topic); t != nil {
		return len(t.members)
	}
	return 0
}

// Users returns the ids of the users with a connection to this node, sorted.
// Connections that nobody is logged in on count as a user each.
func (h *Hub) Users() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := make(map[string]bool, len(h.all.members))
	users := make([]string, 0, len(h.all.members))
	for _, c := range h.all.members {
		if !seen[c.uid] {
			seen[c.uid] = true
			users = append(users, c.uid)
		}
	}
	sort.Strings(users)
	return users
}

// Ready reports why this node should get no new connections, or nil.
func (h *Hub) Ready() error {
	h.mu.Lock()
	draining := h.draining
	h.mu.Unlock()
	if draining {
		return ErrClosed
	}
	return h.opt.Log.Ready()
}

// start begins to read the log.
func (h *Hub) start() error {
	h.tail.Do(func() { h.failed = h.opt.Log.Tail(h.ctx, h.opt.History, tailer{h}) })
	return h.failed
}

// tailer receives the log. It is a type of its own so that Hub does not export
// the methods.
type tailer struct{ h *Hub }

// kindText and kindPing are what the hub writes.
const (
	kindText = transport.Text
	kindPing = transport.MessageType(9) // RFC 6455, section 5.5.2
)

var _ http.Handler = (*Hub)(nil)
