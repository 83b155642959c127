package hub

import (
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// retryAfter is how long a client waits that came at a bad time.
const retryAfter = 5 * time.Second

// A refusal is the answer to a handshake that is not upgraded.
type refusal struct {
	status int
	why    string // for the client and the log
	hint   string // for the log: what to change, if that was no attack
}

// ServeHTTP upgrades the request and returns; the connection is read in a
// goroutine of its own, so that net/http's buffers and the request can go.
//
// It refuses in this order: 405 for another method than GET, 503 while shutting
// down, 403 for a foreign origin, 401 or 403 from Authorize and UserID, 503 and
// 429 for the limits, 426 if the request asks for no websocket. So a plain GET
// tells a client why its handshake fails: browsers do not show that.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "a websocket is opened with GET", http.StatusMethodNotAllowed)
		return
	}
	if err := h.start(); err != nil {
		h.log.Error("ws log cannot be read", "err", err)
		h.refuse(w, r, &refusal{status: http.StatusServiceUnavailable, why: "not ready"})
		return
	}
	c, no := h.admit(r)
	if no != nil {
		h.refuse(w, r, no)
		return
	}
	if err := h.upgrade(c, w, r); err != nil {
		h.log.Debug("ws not upgraded", "remote", r.RemoteAddr, "err", err)
		return
	}
	if h.open(c) {
		c.greet()
	}
	h.log.Debug("ws open", "conn", c.id, "user", c.uid, "remote", r.RemoteAddr, "subprotocol", c.sock.Subprotocol())
	if fn := h.opt.OnOpen; fn != nil {
		c.contain(func() { fn(c, r) })
	}
	go c.run()
}

// admit checks the request and takes a place for it. The place is taken before
// the upgrade: otherwise a storm of handshakes would get past the limits.
func (h *Hub) admit(r *http.Request) (*Conn, *refusal) {
	h.mu.Lock()
	draining := h.draining
	h.mu.Unlock()
	if draining {
		return nil, &refusal{status: http.StatusServiceUnavailable, why: "shutting down"}
	}
	if !originAllowed(r, h.opt.Origins) {
		return nil, &refusal{http.StatusForbidden, "origin not allowed",
			"if this page is yours, add its origin to the allowed ones (Options.Origins), or let the proxy pass the Host header on"}
	}
	c := &Conn{hub: h, id: newID(), ip: h.opt.ClientIP(r)}
	if fn := h.opt.Authorize; fn != nil {
		if err := fn(r); err != nil {
			return nil, unauthorized(err)
		}
	}
	if fn := h.opt.UserID; fn != nil {
		uid, err := fn(r)
		if err == nil && uid != "" {
			err = checkUser(uid)
		}
		if err != nil {
			return nil, unauthorized(err)
		}
		c.uid = uid
	}
	if c.uid == "" {
		c.uid = c.id
	}
	return c, h.take(c)
}

func unauthorized(err error) *refusal {
	no := &refusal{status: http.StatusUnauthorized, why: "unauthorized", hint: err.Error()}
	if errors.Is(err, ErrForbidden) {
		no.status, no.why = http.StatusForbidden, "forbidden"
	}
	return no
}

func checkUser(uid string) error {
	if len(userTopic(uid)) > maxTopic {
		return fmt.Errorf("the user's id is longer than %d bytes", maxTopic-len(userPrefix))
	}
	return checkText(uid)
}

// take counts c in, if the limits allow that.
func (h *Hub) take(c *Conn) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	over := func(n, limit int) bool { return limit > 0 && n >= limit }
	switch {
	case h.draining:
		return &refusal{status: http.StatusServiceUnavailable, why: "shutting down"}
	case over(h.taken, h.opt.MaxConns):
		return &refusal{http.StatusServiceUnavailable, "too many connections", "Options.MaxConns is " + strconv.Itoa(h.opt.MaxConns)}
	case over(h.perUser[c.uid], h.opt.MaxConnsPerUser):
		return &refusal{http.StatusTooManyRequests, "too many connections of this user", "Options.MaxConnsPerUser is " + strconv.Itoa(h.opt.MaxConnsPerUser)}
	case over(h.perIP[c.ip], h.opt.MaxConnsPerIP):
		return &refusal{http.StatusTooManyRequests, "too many connections from this address",
			"Options.MaxConnsPerIP is " + strconv.Itoa(h.opt.MaxConnsPerIP) + "; behind a proxy all clients share its address unless Options.ClientIP tells them apart"}
	}
	h.taken++
	h.perUser[c.uid]++
	h.perIP[c.ip]++
	h.conns.Add(1)
	return nil
}

// upgrade makes a websocket of r. If nothing comes of it the place of c is given
// back, even if Accept panics: it calls the Hijack of each middleware.
func (h *Hub) upgrade(c *Conn, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if c.sock == nil {
			h.release(c)
			h.conns.Done()
		}
	}()
	c.sock, err = h.opt.Accept(w, r)
	return err
}

// release gives the place of c back.
func (h *Hub) release(c *Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.taken--
	decrement(h.perUser, c.uid)
	decrement(h.perIP, c.ip)
}

func decrement(counts map[string]int, key string) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}

// open makes c a member of its topics and puts rt/hello into its outbox, which
// the caller owns then if greet is true. From here on c hears what is published.
func (h *Hub) open(c *Conn) (greet bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.engine == nil {
		h.engine = newEngine()
		go h.heartbeat(h.engine.stop)
	}
	c.writer = h.engine.assign()
	c.nextPing = time.Now().Add(h.opt.PingEvery/2 + time.Duration(rand.Int63n(int64(h.opt.PingEvery/2)+1)))
	h.enter(c, topicAll)
	h.enter(c, userTopic(c.uid))
	if t := h.opt.DefaultTopic; t != "" {
		h.enter(c, t)
	}
	_, greet = c.out.push(h.hello(c), h.opt.QueueLen, h.opt.QueueBytes)
	if h.draining {
		c.Close(transport.CloseRestart, "restart")
	}
	return greet
}

// hello is the first event of a connection. Hub.mu is held.
func (h *Hub) hello(c *Conn) *message {
	return h.mustMessage("rt/hello", struct {
		UID      string    `json:"uid"`
		Conn     string    `json:"conn"`
		Protocol string    `json:"protocol"`
		Offset   string    `json:"offset"`
		Epoch    string    `json:"epoch"`
		Time     time.Time `json:"time"`
		Ping     int64     `json:"ping"`
	}{c.uid, c.id, Protocol, h.offset, h.epoch, time.Now().UTC(), h.opt.PingEvery.Milliseconds()})
}

// remove takes c out of all that the hub keeps.
func (h *Hub) remove(c *Conn) {
	h.release(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(c.topics) > 0 {
		h.exit(c, c.topics[0].topic.name)
	}
	if len(h.all.members) == 0 && h.engine != nil {
		close(h.engine.stop)
		h.engine = nil
	}
}

func (h *Hub) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	attrs := []any{"status", no.status, "why", no.why, "remote", r.RemoteAddr, "origin", r.Header.Get("Origin"), "host", r.Host}
	if no.hint != "" {
		attrs = append(attrs, "hint", no.hint)
	}
	h.log.Info("ws refused", attrs...)
	if no.status == http.StatusTooManyRequests || no.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, no.why, no.status)
}

func (h *Hub) logClose(c *Conn, end *transport.CloseError) {
	attrs := []any{"conn", c.id, "user", c.uid, "code", end.Code, "reason", end.Reason}
	switch end.Code {
	case transport.CloseTryAgain:
		h.log.Warn("ws closed: the client did not keep up", attrs...)
	case transport.CloseRate:
		h.log.Warn("ws closed: the client sent too much", attrs...)
	default:
		h.log.Debug("ws closed", attrs...)
	}
}
