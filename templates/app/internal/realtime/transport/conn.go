// Package transport speaks websocket (RFC 6455) for the hub.
//
// It hides which library does the work: whatever is chosen, a Conn reports the
// same close codes, applies the same limits and breaks in the same way. Nothing
// above this package knows a library, a frame or a deadline.
package transport

import "time"

// A MessageType says what a message holds. The values are the opcodes of RFC 6455.
type MessageType byte

const (
	Text   MessageType = 1 // valid UTF-8
	Binary MessageType = 2 // any bytes
)

// Options are the limits of the connections of one server. A field that is
// zero or less takes the default.
type Options struct {
	// ReadLimit is how long one message may be, in bytes and after inflating.
	// A longer one closes the connection with CloseTooBig. Default 64 KiB.
	ReadLimit int64

	// WriteTimeout is how long one write may take. A peer that does not read
	// loses its connection after that. Default 5 seconds.
	WriteTimeout time.Duration

	// PongWait is how long a peer may be silent before it counts as gone, or up
	// to a sixteenth longer. Who wants to keep quiet peers must call Ping more
	// often than that. Default 60 seconds.
	PongWait time.Duration

	// CloseWait is how long the peer may take to answer our close frame.
	// Default 3 seconds.
	CloseWait time.Duration

	// Compression offers permessage-deflate, without context takeover. It costs
	// CPU for each message and connection, since frames cannot be shared then.
	Compression bool

	// Subprotocols are those that the server speaks, the preferred first. A
	// client that asks for none of them is accepted without one.
	Subprotocols []string
}

// WithDefaults returns o with the defaults in the place of what is not set.
func (o Options) WithDefaults() Options {
	if o.ReadLimit <= 0 {
		o.ReadLimit = 64 << 10
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = 5 * time.Second
	}
	if o.PongWait <= 0 {
		o.PongWait = 60 * time.Second
	}
	if o.CloseWait <= 0 {
		o.CloseWait = 3 * time.Second
	}
	return o
}

// A Conn is one websocket connection, seen from the server. All methods but
// ReadLoop may be called from any goroutine, and at the same time. Those that write
// wait for one another; how long they block at most is said without that.
type Conn interface {
	// ReadLoop calls fn for each message, one after the other, until the
	// connection ends; p is valid until fn returns. It answers pings, and after
	// Close it goes on reading, but drops what it reads. It must be called once
	// for each Conn, because only it closes the TCP connection. It does so too if
	// fn panics, and lets the panic pass.
	//
	// The error is never nil and always a *CloseError.
	ReadLoop(fn func(t MessageType, p []byte)) error

	// Write sends one message through the library, deflated if that was agreed
	// upon. It blocks for WriteTimeout at most.
	Write(t MessageType, p []byte) error

	// WriteFrames sends frames that AppendFrame made, in one write. They must be
	// whole; p may be used again when WriteFrames returns. It blocks for
	// WriteTimeout at most.
	WriteFrames(p []byte) error

	// TryWriteFrames is WriteFrames that never blocks. What the socket does not
	// take at once is kept, and written before anything else. If pending is
	// true, call WriteFrames(nil) from a goroutine that may block, and do not
	// call TryWriteFrames again before that has returned: what is kept would grow.
	// On connections that cannot be written to without blocking (TLS, Windows)
	// everything is kept and pending is always true.
	TryWriteFrames(p []byte) (pending bool, err error)

	// Ping sends a ping and does not wait for the pong. The pong counts as a sign
	// of life. It blocks for WriteTimeout at most.
	Ping() error

	// Close sends a close frame and returns; it blocks for WriteTimeout at most.
	// ReadLoop ends when the peer has answered, CloseWait later at the latest.
	// Reason is cut to the 123 bytes that fit. Only the first Close sends
	// anything; later ones, and writes after it, return net.ErrClosed.
	Close(code int, reason string) error

	// CloseNow drops the TCP connection without a close frame.
	CloseNow() error

	// Subprotocol returns the one agreed upon, or "".
	Subprotocol() string

	// Compressed reports whether permessage-deflate was agreed upon. Write
	// deflates then; WriteFrames is allowed as well, but sends bytes as they are.
	Compressed() bool
}
