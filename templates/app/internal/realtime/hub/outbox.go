package hub

import (
	"sync"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A message is encoded once, whatever the number of its receivers, and never
// changed.
type message struct {
	frame    []byte // one or two whole websocket frames
	payload  []byte // the text frame's payload, a part of frame
	ping     bool   // frame begins with a ping
	volatile bool
	key      string
}

func newMessage(payload []byte) *message {
	frame := transport.AppendFrame(make([]byte, 0, len(payload)+10), kindText, payload)
	return &message{frame: frame, payload: frame[len(frame)-len(payload):]}
}

// newPing is an event together with a ping frame: the frame is answered by the
// peer's websocket library, the event is seen by the page.
func newPing(payload []byte) *message {
	frame := transport.AppendFrame(make([]byte, 0, len(payload)+12), kindPing, nil)
	frame = transport.AppendFrame(frame, kindText, payload)
	return &message{frame: frame, payload: frame[len(frame)-len(payload):], ping: true}
}

// An outbox holds what waits for one connection. Nobody sleeps in a goroutine
// to empty it: the first message hands the connection to a writer, which gives
// it back when the outbox is empty.
type outbox struct {
	mu      sync.Mutex
	backlog []*message // of a resume: already kept in the history, so not counted
	queue   []*message
	bytes   int // in queue
	owned   bool
	closed  bool // takes no more; close frame to follow, or connection dead
	dead    bool // no close frame can follow
	sent    bool // the close frame is out
	code    int
	reason  string
}

// verdict is what became of a message.
type verdict int

const (
	queued  verdict = iota
	dropped         // it was volatile and there was no room
	refused         // the outbox is closed
	slow            // the peer does not keep up; the outbox is closed now
)

// push adds m, within the limits. If wake is true, the caller has to hand the
// connection to its writer.
func (o *outbox) push(m *message, maxLen, maxBytes int) (v verdict, wake bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return refused, false
	}
	if m.volatile {
		if m.key != "" && o.replace(m) {
			return queued, false
		}
		if o.full(m, (maxLen+1)/2, (maxBytes+1)/2) {
			return dropped, false
		}
	}
	if o.full(m, maxLen, maxBytes) {
		o.closed, o.code, o.reason = true, transport.CloseTryAgain, "too slow"
		o.backlog, o.queue, o.bytes = nil, nil, 0
		return slow, o.own()
	}
	o.queue = append(o.queue, m)
	o.bytes += len(m.frame)
	return queued, o.own()
}

// full reports whether m is too much for what waits already. There is room for a
// single message whatever its size: a peer that has read all is not slow.
func (o *outbox) full(m *message, maxLen, maxBytes int) bool {
	return len(o.queue) > 0 && (len(o.queue) >= maxLen || o.bytes+len(m.frame) > maxBytes)
}

// replace puts m in the place of an older message with its key.
func (o *outbox) replace(m *message) bool {
	for i, old := range o.queue {
		if old.volatile && old.key == m.key {
			o.bytes += len(m.frame) - len(old.frame)
			o.queue[i] = m
			return true
		}
	}
	return false
}

// pushBacklog adds messages that the history keeps anyway, in front of what is
// pushed later and behind what waits already.
func (o *outbox) pushBacklog(ms []*message) (wake bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	o.backlog = append(append(o.backlog, o.queue...), ms...)
	o.queue, o.bytes = nil, 0
	return o.own()
}

// resuming reports whether a backlog still waits.
func (o *outbox) resuming() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.backlog) > 0
}

// ending reports whether the peer was told to go, or will be.
func (o *outbox) ending() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.code != 0
}

// close lets what waits go out, and the close frame after it. Only the first
// call counts.
func (o *outbox) close(code int, reason string) (wake bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	o.closed, o.code, o.reason = true, code, reason
	return o.own()
}

// kill forgets what waits. Nothing can be sent any more.
func (o *outbox) kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed, o.dead = true, true
	o.backlog, o.queue, o.bytes = nil, nil, 0
}

func (o *outbox) own() (wake bool) {
	wake = !o.owned
	o.owned = true
	return wake
}

// maxWrite is about how many bytes are written at once.
const maxWrite = 64 << 10

// step is what the writer that owns an outbox has to do next.
type step int

const (
	write step = iota
	sayBye
	rest // nothing: the outbox has no owner any more
)

// take moves what fits into one write to batch, which it returns.
func (o *outbox) take(batch []*message) (step, []*message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	from := &o.queue
	if len(o.backlog) > 0 {
		from = &o.backlog
	}
	n, size := 0, 0
	for n < len(*from) && (n == 0 || size+len((*from)[n].frame) <= maxWrite) {
		size += len((*from)[n].frame)
		n++
	}
	batch = append(batch, (*from)[:n]...)
	if from == &o.queue {
		o.bytes -= size
	}
	*from = shift(*from, n)
	switch {
	case n > 0:
		return write, batch
	case o.closed && !o.dead && !o.sent:
		o.sent = true
		return sayBye, batch
	}
	o.owned = false
	return rest, batch
}

// keepQueue is how many messages an idle outbox has room for without allocating.
const keepQueue = 16

// shift drops the first n messages and lets them be collected.
func shift(q []*message, n int) []*message {
	if n == len(q) && cap(q) > keepQueue {
		return nil
	}
	m := copy(q, q[n:])
	for i := m; i < len(q); i++ {
		q[i] = nil
	}
	return q[:m]
}
