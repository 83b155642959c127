package realtime

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// What http.ResponseWriter and http.Hijacker are to net/http, on a connection of
// fasthttp's. Its own adaptor can be hijacked too, since v1.54; but then fasthttp
// still sets deadlines, and drops what it has read ahead.

// A response is what a handler answers, for fiber to send when it has returned.
type response struct {
	header http.Header
	status int
	wrote  bool // the status
	body   bytes.Buffer

	nc    net.Conn
	taken *conn // nc, if the handler has taken it over
}

func newResponse(nc net.Conn) *response {
	return &response{nc: nc, header: http.Header{}, status: http.StatusOK}
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
}

func (w *response) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Hijack returns the connection. It can be written to at once, and read from when
// the handler has returned.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if w.taken != nil {
		return nil, nil, http.ErrHijacked
	}
	w.WriteHeader(http.StatusSwitchingProtocols)
	w.taken = &conn{Conn: w.nc, ours: make(chan struct{}), closed: make(chan struct{})}
	return w.taken, bufio.NewReadWriter(bufio.NewReader(w.taken), bufio.NewWriter(w.taken)), nil
}

// A conn is a connection that fasthttp hands over when its handler has returned.
type conn struct {
	net.Conn
	ours   chan struct{} // closed by handOver
	early  []byte        // what fasthttp had read ahead by then
	closed chan struct{}
	once   sync.Once

	mu          sync.Mutex
	read, write time.Time // deadlines
}

// handOver is called by fasthttp when it will not touch the connection any more,
// but for closing it when handOver returns.
func (c *conn) handOver(nc net.Conn) {
	c.mu.Lock()
	// Past the deadline there is nothing to read but what fasthttp has already.
	nc.SetReadDeadline(time.Unix(1, 0))
	c.early, _ = io.ReadAll(nc)
	c.Conn.SetReadDeadline(c.read) // fasthttp has cleared them
	c.Conn.SetWriteDeadline(c.write)
	c.mu.Unlock()
	close(c.ours)
	<-c.closed
}

func (c *conn) Read(p []byte) (int, error) {
	select {
	case <-c.ours:
	case <-c.closed: // before it was handed over
		return 0, net.ErrClosed
	}
	if len(c.early) > 0 {
		n := copy(p, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

func (c *conn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.write = t, t
	return c.Conn.SetDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = t
	return c.Conn.SetReadDeadline(t)
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write = t
	return c.Conn.SetWriteDeadline(t)
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { close(c.closed) })
	return err
}
