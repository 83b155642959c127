package hub

import "time"

// heartbeat pings each connection every PingEvery: with a ping frame, which the
// peer's library answers, and with an event, since pages cannot see frames.
// Only the server keeps time: browsers slow down the timers of hidden tabs. The
// event carries the newest offset, so that a client whose topics are quiet does
// not fall behind the history.
func (h *Hub) heartbeat(stop <-chan struct{}) {
	interval := h.opt.PingEvery / 25
	if interval < time.Millisecond {
		interval = time.Millisecond
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			h.ping(now)
		}
	}
}

// ping pings the connections whose time has come.
func (h *Hub) ping(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var m *message
	for _, c := range h.all.members {
		if now.Before(c.nextPing) {
			continue
		}
		if m == nil {
			m = newPing(h.mustEncode("rt/ping", struct {
				Offset string `json:"offset"`
			}{h.offset}))
		}
		c.nextPing = now.Add(h.opt.PingEvery)
		c.push(m)
	}
}
