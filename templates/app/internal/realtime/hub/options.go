package hub

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/backplane"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// Protocol is the subprotocol that the hub speaks. A client that asks for none
// is spoken to in the same way.
const Protocol = "realtime.v1"

// Options say how a hub behaves. Start from DefaultOptions: a limit that is
// zero is no limit, and a history of zero keeps nothing.
type Options struct {
	// Origins are the pages, besides those of the request's own host, that may
	// connect: "https://app.example.com", "http://localhost:5173" or
	// "https://*.example.com". A browser sends the user's cookies along with a
	// handshake from any page, so this list is what keeps other sites out.
	Origins []string

	// Authorize refuses a handshake by an error, before the upgrade: with 403 if
	// it is ErrForbidden, else with 401. Nil lets everybody in.
	Authorize func(r *http.Request) error

	// UserID tells whose connection it is. All connections of a user (tabs,
	// devices) get what SendUser sends. An error refuses the handshake as that
	// of Authorize does. Nil, and "", give each connection an id of its own.
	UserID func(r *http.Request) (string, error)

	// ClientIP tells the address that MaxConnsPerIP counts. Nil takes
	// r.RemoteAddr, which is the proxy's behind a proxy. Do not take a header
	// here that clients can set themselves.
	ClientIP func(r *http.Request) string

	// DefaultTopic is the topic that each connection is in from the start, if
	// it is not "".
	DefaultTopic string

	// CanJoin refuses a topic by an error. Nil allows all. Topics that begin
	// with "user:" are the users' own, and never asked for.
	CanJoin func(c *Conn, topic string) error

	// Register is called by New with the new hub: the place for On where whoever
	// makes the options has no hub yet.
	Register func(h *Hub)

	// OnOpen is called before the first message of a connection is read: what
	// waits for an answer, as Conn.Request does, needs a goroutine of its own. r
	// is the handshake, and must not be kept.
	OnOpen func(c *Conn, r *http.Request)

	// OnClose is called once for each connection that OnOpen was called for. The
	// code is what went over the wire, or 1006 if there was no close frame.
	OnClose func(c *Conn, code int, reason string)

	// OnError is told what went wrong with a connection: what handlers return
	// that is not an *Error, panics, messages that cannot be decoded.
	OnError func(c *Conn, err error)

	// Logger takes the hub's log. Default slog.Default().
	Logger *slog.Logger

	// Codec encodes what goes over the wire. Default JSON.
	Codec Codec

	// Log carries what is published. It is closed by Shutdown.
	Log backplane.Log

	// Accept upgrades a request whose origin has been checked; if it returns an
	// error, it has answered the request.
	Accept func(w http.ResponseWriter, r *http.Request) (transport.Conn, error)

	// Compression offers permessage-deflate. It saves bandwidth and costs CPU:
	// events are then deflated for each connection.
	Compression bool

	MaxMessage      int64   // bytes of one message, after inflating; longer ones close with 1009
	MaxConns        int     // connections; more are refused with 503
	MaxConnsPerUser int     // connections of one user; more are refused with 429
	MaxConnsPerIP   int     // connections from one address; more are refused with 429
	MaxTopics       int     // topics of one connection
	Rate            float64 // messages a second that a connection may send; needs Burst
	Burst           int     // messages that it may send at once; more close with 4029

	// QueueLen and QueueBytes bound what waits for one connection. A connection
	// that does not keep up is closed with 1013; its client resumes. One event
	// alone may be larger.
	QueueLen   int
	QueueBytes int

	// History is how many events are kept for clients that come back, and
	// HistoryBytes how many bytes they may have together.
	History      int
	HistoryBytes int

	// PingEvery is how often a connection is pinged. A peer that is silent for
	// twice as long and 10 seconds more is gone.
	PingEvery time.Duration

	// HandlerTimeout is how long a handler's context lives.
	HandlerTimeout time.Duration

	// WriteTimeout is how long one write may take, CloseWait how long the peer
	// may take to answer a close frame.
	WriteTimeout time.Duration
	CloseWait    time.Duration
}

// DefaultOptions returns the limits that suit most applications. Ping interval:
// load balancers and proxies cut connections that are quiet for 55 to 60 seconds.
func DefaultOptions() Options {
	return Options{
		MaxMessage:      64 << 10,
		MaxConns:        10_000,
		MaxConnsPerUser: 20,
		MaxConnsPerIP:   1_000,
		MaxTopics:       100,
		Rate:            50,
		Burst:           150, // the queue of a browser that comes back (100), and what it asks for
		QueueLen:        256,
		QueueBytes:      1 << 20,
		History:         4096,
		HistoryBytes:    8 << 20,
		PingEvery:       25 * time.Second,
		HandlerTimeout:  10 * time.Second,
		WriteTimeout:    5 * time.Second,
		CloseWait:       3 * time.Second,
	}
}

// Transport returns the part of o that the websocket library applies.
func (o Options) Transport() transport.Options {
	limit := o.MaxMessage
	if limit == 0 {
		limit = math.MaxInt32
	}
	return transport.Options{
		ReadLimit:    limit,
		WriteTimeout: o.WriteTimeout,
		PongWait:     2*o.PingEvery + 10*time.Second,
		CloseWait:    o.CloseWait,
		Compression:  o.Compression,
		Subprotocols: []string{Protocol},
	}
}

// Validate reports all that is wrong with o.
func (o Options) Validate() error {
	var errs []error
	if o.Accept == nil {
		errs = append(errs, errors.New("option Accept is not set: nothing can be upgraded"))
	}
	if o.Log == nil {
		errs = append(errs, errors.New("option Log is not set: nothing can be published"))
	}
	for _, p := range o.Origins {
		if err := CheckOrigin(p); err != nil {
			errs = append(errs, err)
		}
	}
	if o.DefaultTopic != "" {
		if err := checkTopic(o.DefaultTopic); err != nil {
			errs = append(errs, fmt.Errorf("option DefaultTopic %q: %w", o.DefaultTopic, err))
		}
	}
	for _, l := range []struct {
		name  string
		value int64
	}{
		{"MaxMessage", o.MaxMessage}, {"MaxConns", int64(o.MaxConns)},
		{"MaxConnsPerUser", int64(o.MaxConnsPerUser)}, {"MaxConnsPerIP", int64(o.MaxConnsPerIP)},
		{"MaxTopics", int64(o.MaxTopics)}, {"Burst", int64(o.Burst)}, {"History", int64(o.History)}, {"HistoryBytes", int64(o.HistoryBytes)},
	} {
		if l.value < 0 {
			errs = append(errs, fmt.Errorf("option %s is %d: a limit is positive, or 0 for none", l.name, l.value))
		}
	}
	if o.Rate < 0 || math.IsNaN(o.Rate) || math.IsInf(o.Rate, 0) {
		errs = append(errs, fmt.Errorf("option Rate is %v: it is messages a second, or 0 for no limit", o.Rate))
	}
	if o.QueueLen < 1 || o.QueueBytes < 1 {
		errs = append(errs, errors.New("options QueueLen and QueueBytes must be at least 1: an unbounded queue lets one slow client take all memory"))
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"PingEvery", o.PingEvery}, {"HandlerTimeout", o.HandlerTimeout},
		{"WriteTimeout", o.WriteTimeout}, {"CloseWait", o.CloseWait},
	} {
		if d.value <= 0 {
			errs = append(errs, fmt.Errorf("option %s is %v: it must be positive", d.name, d.value))
		}
	}
	return errors.Join(errs...)
}

// withDefaults fills in what has a default that is not a limit.
func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Codec == nil {
		o.Codec = JSON{}
	}
	if o.ClientIP == nil {
		o.ClientIP = remoteIP
	}
	return o
}

// remoteIP returns the address that the request came from, without the port.
func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
