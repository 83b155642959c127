package hub

import (
	"context"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// Shutdown refuses new connections, closes the others with 1012, which tells
// clients to come back, and waits until they are gone. When ctx ends it drops
// those that are left and returns ctx.Err(). Then it closes the log.
//
// Call it before http.Server.Shutdown, which neither closes nor waits for
// websockets. It may be called again, and concurrently.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	conns := append([]*Conn(nil), h.all.members...)
	h.mu.Unlock()

	h.closeAll(ctx, conns)
	done := make(chan struct{})
	go func() {
		h.conns.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		h.cancel() // the handlers that still run
		h.dropAll()
		select {
		case <-done:
		case <-time.After(time.Second): // a handler does not return
		}
	}
	h.cancel()
	if e := h.opt.Log.Close(); err == nil {
		err = e
	}
	return err
}

// closeAll starts the close handshakes. Many are spread over a quarter of the
// time that there is, so that not all clients come back to the other nodes at once.
func (h *Hub) closeAll(ctx context.Context, conns []*Conn) {
	var pause time.Duration
	if deadline, ok := ctx.Deadline(); ok && len(conns) > 100 {
		pause = time.Until(deadline) / 4 / time.Duration(len(conns)/100)
	}
	for i, c := range conns {
		if pause > 0 && i > 0 && i%100 == 0 {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				pause = 0
			}
		}
		c.Close(transport.CloseRestart, "restart")
	}
}

// dropAll cuts the connections off that are left.
func (h *Hub) dropAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.all.members {
		_ = c.sock.CloseNow() // nothing more can be done about it
	}
}
