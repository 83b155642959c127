package hub

import (
	"errors"
	"net"
	"runtime"
	"sync"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// An engine writes, and pings, while there are connections.
//
// Design: a few goroutines write for all connections. What has gathered for a
// connection until its turn comes goes out as one write, which costs as much as
// a single message: the kernel's work for a write is most of what a broadcast
// costs. A goroutine started for each burst had to grow its stack each time, a
// goroutine kept for each connection costs its stack while idle. The writes do
// not block, so one peer that does not read cannot delay the others; it gets a
// goroutine of its own until it has caught up or is cut off.
type engine struct {
	stop    chan struct{}
	writers []*writer
	next    int // round robin; Hub.mu guards it
}

type writer struct {
	mu    sync.Mutex
	ready []*Conn
	wake  chan struct{}
}

func newEngine() *engine {
	e := &engine{stop: make(chan struct{})}
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		w := &writer{wake: make(chan struct{}, 1)}
		e.writers = append(e.writers, w)
		go w.run(e.stop)
	}
	return e
}

// assign returns the writer for a new connection. Hub.mu is held.
func (e *engine) assign() *writer {
	e.next = (e.next + 1) % len(e.writers)
	return e.writers[e.next]
}

// add hands over a connection whose outbox has just got an owner.
func (w *writer) add(c *Conn) {
	w.mu.Lock()
	w.ready = append(w.ready, c)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default: // it is awake
	}
}

func (w *writer) run(stop <-chan struct{}) {
	var turn []*Conn
	var s scratch
	for {
		w.mu.Lock()
		turn, w.ready = w.ready, turn[:0]
		w.mu.Unlock()
		for i, c := range turn {
			c.flush(&s)
			turn[i] = nil
		}
		if len(turn) > 0 {
			continue
		}
		select {
		case <-w.wake:
		case <-stop: // all connections are gone: what is ready is dead
			return
		}
	}
}

// scratch is what a writer needs for one write.
type scratch struct {
	batch []*message
	buf   []byte
}

// join returns the frames of the batch in a row.
func (s *scratch) join() []byte {
	s.buf = s.buf[:0]
	for i, m := range s.batch {
		s.buf = append(s.buf, m.frame...)
		s.batch[i] = nil
	}
	return s.buf
}

// trim gives back what one big batch has taken.
func (s *scratch) trim() {
	if cap(s.buf) > 2*maxWrite {
		s.buf = nil
	}
}

// flush writes what waits, without blocking.
func (c *Conn) flush(s *scratch) {
	for {
		var next step
		next, s.batch = c.out.take(s.batch[:0])
		switch next {
		case rest:
			return
		case sayBye:
			go c.sayBye()
			return
		}
		if c.sock.Compressed() {
			batch := append([]*message(nil), s.batch...)
			go func() {
				if c.writeEach(batch) {
					c.drain()
				}
			}()
			return
		}
		pending, err := c.sock.TryWriteFrames(s.join())
		s.trim()
		switch {
		case err != nil:
			c.drop(err)
			return
		case pending:
			go c.catchUp()
			return
		}
	}
}

// greet writes rt/hello without the detour over the writer: the transport sends
// it together with its answer to the handshake.
func (c *Conn) greet() {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	c.flush(s)
}

// catchUp waits until the peer has taken what TryWriteFrames kept.
func (c *Conn) catchUp() {
	if err := c.sock.WriteFrames(nil); err != nil {
		c.drop(err)
		return
	}
	c.drain()
}

// drain writes what waits and may block. It owns the outbox.
func (c *Conn) drain() {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	for {
		var next step
		next, s.batch = c.out.take(s.batch[:0])
		switch next {
		case rest:
			return
		case sayBye:
			c.sayBye()
			return
		}
		if c.sock.Compressed() {
			if !c.writeEach(s.batch) {
				return
			}
			continue
		}
		err := c.sock.WriteFrames(s.join())
		s.trim()
		if err != nil {
			c.drop(err)
			return
		}
	}
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// writeEach writes through the library, which deflates.
func (c *Conn) writeEach(batch []*message) bool {
	for _, m := range batch {
		var err error
		if m.ping {
			err = c.sock.Ping()
		}
		if err == nil {
			err = c.sock.Write(transport.Text, m.payload)
		}
		if err != nil {
			c.drop(err)
			return false
		}
	}
	return true
}

// sayBye starts the close handshake. It may block.
func (c *Conn) sayBye() {
	code, reason := c.out.bye()
	if err := c.sock.Close(code, reason); err != nil {
		c.drop(err)
	}
}

// drop gives the connection up after a write failed; its read loop sees that and
// cleans up. If the connection is closed already, or the peer has begun to close
// it, the read loop is about to end by itself: to cut it off now would take the
// answer to the peer's close frame away.
func (c *Conn) drop(err error) {
	c.out.kill()
	if !errors.Is(err, net.ErrClosed) {
		_ = c.sock.CloseNow() // it is of no use any more, whatever the error
	}
}

// bye returns what the close frame is to say.
func (o *outbox) bye() (code int, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.code, o.reason
}
